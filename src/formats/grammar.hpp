// The seam of all formats: a grammar reads one file from the first byte to the last, as it streams.
//
// A grammar is a coroutine over a reader. It awaits bytes, and the reader suspends it where a chunk ends, so
// the code reads like the specification and cannot depend on how the bytes were cut:
//
//   grammar bmp(reader& in, context& ctx) {
//     const bytes_view header = co_await in.take(14);
//     if (as_text(header.first(2)) != "BM") co_return in.object(errc::bad_signature);
//     ...
//     co_await in.skip(pixel_bytes);
//     co_return result{};
//   }
//
// When it returns without an objection, one more byte is trailing_data. When the stream ends while it awaits
// bytes that must come, that is truncated. It must hold no view across an await, size no allocation by a
// number from input, and call no sub-coroutine (a frame is an allocation): keep a stack of your own where a
// format nests.
#pragma once

#include <uploadgate/verdict.hpp>

#include "context.hpp"
#include "reader.hpp"

#include <coroutine>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace uploadgate::formats {

class grammar {
 public:
  struct promise_type {
    result outcome;
    grammar get_return_object() { return grammar{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_value(result r) { outcome = std::move(r); }
    void unhandled_exception() { throw; }
  };

  grammar(grammar&& other) noexcept : handle_{std::exchange(other.handle_, nullptr)} {}
  grammar& operator=(grammar&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~grammar() {
    if (handle_) handle_.destroy();
  }

 private:
  friend class parse;
  explicit grammar(std::coroutine_handle<promise_type> h) : handle_{h} {}
  std::coroutine_handle<promise_type> handle_;
};

using grammar_function = grammar (*)(reader&, context&);

// One file being read by one grammar. Two allocations at its start (this state and the coroutine's frame);
// after that only what a grammar's own, bounded buffers need.
class parse {
 public:
  // For one policy.
  parse(grammar_function function, const structure_limits& limits, const format* chosen = nullptr,
        std::uint64_t nesting = 0, std::optional<std::uint64_t> unpacked_before = {})
      : parse{function, party_limits{limits}, chosen, nesting, unpacked_before} {}
  // For those of the parties that have limits.
  parse(grammar_function function, const party_limits& limits, const format* chosen = nullptr,
        std::uint64_t nesting = 0, std::optional<std::uint64_t> unpacked_before = {});

  // Reads the next bytes. After an objection, the same objection again. With several parties it is the
  // last one's: ask said() for the others.
  result feed(bytes_view chunk);
  // Says that there are no more. Sets found().examined. The file, where there is one, is what the grammar
  // gets from reader::completed().
  result finish(const completed_file* file = nullptr);
  [[nodiscard]] const facts& found() const { return state_->ctx.found; }
  // Reads no more for one of the parties, where there are others: something else objects for it.
  void leave(std::size_t party, const objection& why);
  // What one of the parties says so far, with the facts that it had then and its warnings.
  [[nodiscard]] result said(std::size_t party) const;
  [[nodiscard]] const facts& found_by(std::size_t party) const { return state_->ctx.found_by(party); }
  [[nodiscard]] const facts& warned(std::size_t party) const { return state_->ctx.warned(party); }
  // Bytes that the grammar has claimed so far.
  [[nodiscard]] std::uint64_t claimed() const { return state_->in.offset(); }

 private:
  struct state {
    explicit state(const party_limits& l) : limits{l}, ctx{limits} {}
    party_limits limits;  // its own, so that a caller's may be a temporary
    reader in;
    context ctx;
    bool started = false;
    bool ended = false;
    std::optional<objection> rejected;
  };
  result advance();
  result object(result r);
  void list_parts();

  std::unique_ptr<state> state_;
  grammar grammar_;
};

// What a file inside another says, in the terms of the file around it: `outside` makes an objection there of
// one of the inner file.
template <class Outside>
result said_inside(context& outer, const parse& inner, Outside outside) {
  return outer.ask_parties([&](std::size_t i) -> result {
    result r = inner.said(i);
    return r.ok() ? result{} : result{outside(std::move(r).why())};
  });
}
// Gives the outer file the warnings of the inner one, with `where` before them.
void warn_outside(context& outer, const parse& inner, std::string_view where = {});

}  // namespace uploadgate::formats
