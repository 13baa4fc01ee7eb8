/// \file validator.hpp
/// What a rule is, and how a policy holds rules of any type by value.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/completed_file.hpp>
#include <uploadgate/facts.hpp>
#include <uploadgate/upload.hpp>
#include <uploadgate/verdict.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace uploadgate {

namespace detail {

template <class V>
concept begins = requires(V& v, const upload& u) {
  { v.begin(u) } -> std::convertible_to<result>;
};
template <class V>
concept begins_with_facts = requires(V& v, const upload& u, facts& f) {
  { v.begin(u, f) } -> std::convertible_to<result>;
};
template <class V>
concept feeds = requires(V& v, bytes_view b) {
  { v.feed(b) } -> std::convertible_to<result>;
};
template <class V>
concept feeds_with_facts = requires(V& v, bytes_view b, facts& f) {
  { v.feed(b, f) } -> std::convertible_to<result>;
};
template <class V>
concept finishes = requires(V& v) {
  { v.finish() } -> std::convertible_to<result>;
};
template <class V>
concept finishes_with_facts = requires(V& v, facts& f) {
  { v.finish(f) } -> std::convertible_to<result>;
};
template <class V>
concept finishes_with_file = requires(V& v, facts& f, const completed_file* c) {
  { v.finish(f, c) } -> std::convertible_to<result>;
};
template <class V>
concept joins = requires(V& candidate, V& enforced) {
  candidate.join(enforced);
};
template <class V>
concept compares = requires(const V& v) {
  { v.same_as(v) } -> std::convertible_to<bool>;
};

}  // namespace detail

/// validator is one rule: a plain copyable value with a static `name` and at least one of
///   result begin(const upload&);   before the first byte
///   result feed(bytes_view);       for each chunk, in order; never with an empty one
///   result finish();               after the last byte
/// each of which may take a trailing `facts&`, and finish() behind it a `const completed_file*`: the whole
/// file where the host holds one, else null. Its members are its state for one stream: a policy keeps one
/// copy as the prototype and copies it for each inspection. After its first objection it is not called again.
/// What it throws becomes not_checked. The answer must not depend on how the bytes are cut into chunks.
///
/// It may have `bool same_as(const V&) const noexcept`: whether another rule, set up like that, would always
/// answer the same. A policy with a candidate then asks one of the two (policy::with_candidate).
template <class V>
concept validator = std::is_copy_constructible_v<V> && std::is_nothrow_destructible_v<V> && requires {
  { V::name } -> std::convertible_to<std::string_view>;
} &&(detail::begins<V> || detail::begins_with_facts<V> || detail::feeds<V> || detail::feeds_with_facts<V> ||
     detail::finishes<V> || detail::finishes_with_facts<V> || detail::finishes_with_file<V>);

namespace detail {

/// rule_operations is what an inspection needs to know of a validator's type; null where the type has no such
/// step.
struct rule_operations {
  std::string_view name;
  std::size_t size;
  std::size_t alignment;
  void (*copy)(void* to, const void* from);
  void (*destroy)(void*) noexcept;
  result (*begin)(void*, const upload&, facts&);
  result (*feed)(void*, bytes_view, facts&);
  result (*finish)(void*, facts&, const completed_file*);
  bool (*same)(const void*, const void*);
  /// join lets a candidate's rule look at the enforced one of its type, to share what both would do. It is
  /// called before begin(), and the enforced rule outlives the other.
  void (*join)(void* candidate, void* enforced);
};

template <validator V>
constexpr rule_operations operations_of() {
  rule_operations o{V::name, sizeof(V), alignof(V), nullptr, nullptr,
                    nullptr, nullptr,   nullptr,    nullptr, nullptr};
  o.copy = [](void* to, const void* from) { ::new (to) V(*static_cast<const V*>(from)); };
  o.destroy = [](void* v) noexcept { static_cast<V*>(v)->~V(); };
  if constexpr (begins_with_facts<V>) {
    o.begin = [](void* v, const upload& u, facts& f) -> result { return static_cast<V*>(v)->begin(u, f); };
  } else if constexpr (begins<V>) {
    o.begin = [](void* v, const upload& u, facts&) -> result { return static_cast<V*>(v)->begin(u); };
  }
  if constexpr (feeds_with_facts<V>) {
    o.feed = [](void* v, bytes_view b, facts& f) -> result { return static_cast<V*>(v)->feed(b, f); };
  } else if constexpr (feeds<V>) {
    o.feed = [](void* v, bytes_view b, facts&) -> result { return static_cast<V*>(v)->feed(b); };
  }
  if constexpr (finishes_with_file<V>) {
    o.finish = [](void* v, facts& f, const completed_file* c) -> result {
      return static_cast<V*>(v)->finish(f, c);
    };
  } else if constexpr (finishes_with_facts<V>) {
    o.finish = [](void* v, facts& f, const completed_file*) -> result {
      return static_cast<V*>(v)->finish(f);
    };
  } else if constexpr (finishes<V>) {
    o.finish = [](void* v, facts&, const completed_file*) -> result { return static_cast<V*>(v)->finish(); };
  }
  if constexpr (compares<V>) {
    o.same = [](const void* a, const void* b) -> bool {
      return static_cast<const V*>(a)->same_as(*static_cast<const V*>(b));
    };
  }
  if constexpr (joins<V>) {
    o.join = [](void* candidate, void* enforced) {
      static_cast<V*>(candidate)->join(*static_cast<V*>(enforced));
    };
  }
  return o;
}

template <validator V>
inline constexpr rule_operations operations_for = operations_of<V>();

/// rule is a validator of any type, as a policy keeps it: its operations and its prototype.
struct rule {
  const rule_operations* operations;
  std::shared_ptr<const void> prototype;
};

template <validator V>
rule make_rule(V v) {
  return {&operations_for<V>, std::make_shared<const V>(std::move(v))};
}

}  // namespace detail
}  // namespace uploadgate
