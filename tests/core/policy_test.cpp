#include <uploadgate/policy.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace uploadgate {
namespace {

struct no_nul_bytes {
  static constexpr std::string_view name = "no_nul_bytes";
  result feed(bytes_view chunk) {
    if (std::ranges::find(chunk, std::byte{0}) != chunk.end()) return errc::content_mismatch;
    return {};
  }
};

struct claims_png {
  static constexpr std::string_view name = "claims_png";
  result begin(const upload& u) {
    if (u.content_type != "image/png") return {errc::content_type_mismatch, std::string{u.content_type}};
    return {};
  }
};

struct at_least {
  static constexpr std::string_view name = "at_least";
  std::uint64_t wanted;
  std::uint64_t seen = 0;
  result feed(bytes_view b, facts& f) {
    seen += b.size();
    f.extension = "bin";
    return {};
  }
  result finish() { return seen >= wanted ? result{} : result{errc::truncated}; }
};

struct throws_at {
  static constexpr std::string_view name = "throws_at";
  char where;
  result begin(const upload&) { return go('b'); }
  result feed(bytes_view) { return go('f'); }
  result finish() { return go('e'); }
  result go(char c) const {
    if (c == where) throw std::runtime_error("broken");
    if (c - 'a' + 'A' == where) throw std::bad_alloc();
    if (where == 'i') throw 5;
    return {};
  }
};

verdict judge(const policy& p, std::string_view content, const upload& claim = {}) {
  inspection in = p.inspect(claim);
  in.feed(as_bytes(content));
  return in.finish();
}

TEST_CASE("only finish accepts", "[policy]") {
  const policy p{no_nul_bytes{}, at_least{3}};
  inspection in = p.inspect({});
  CHECK(in.verdict().pending());
  CHECK(in.feed(as_bytes("abc")));
  CHECK(in.verdict().pending());
  CHECK(in.finish().accepted());
  CHECK(in.verdict().accepted());
  CHECK(in.finish().accepted());
  CHECK(in.facts().size == 3);
  CHECK(in.facts().extension == "bin");
}

TEST_CASE("a rejection is sticky and names its rule", "[policy]") {
  const policy p{at_least{1}, no_nul_bytes{}};
  inspection in = p.inspect({});
  CHECK_FALSE(in.feed(as_bytes(std::string_view{"\0", 1})));
  CHECK(in.verdict().rejected());
  CHECK_FALSE(in.feed(as_bytes("fine")));
  const verdict v = in.finish();
  CHECK(v.rejected());
  CHECK(v.rule() == "no_nul_bytes");
  CHECK(v.code() == errc::content_mismatch);
  CHECK(v.code() == condition::wrong_type);
  CHECK(v.reason() == "content_mismatch");
  CHECK(in.facts().size == 1);
}

TEST_CASE("the claim is judged before the first byte, the end after the last", "[policy]") {
  const policy p{claims_png{}, at_least{3}};
  CHECK(p.inspect({.content_type = "text/html"}).verdict().rejected());
  const verdict v = judge(p, "ab", {.content_type = "image/png"});
  CHECK(v.code() == condition::incomplete);
  CHECK(judge(p, "abc", {.content_type = "image/png"}).accepted());
}

TEST_CASE("what a rule throws is not_checked", "[policy]") {
  for (const char where : {'b', 'f', 'e', 'B', 'F', 'E', 'i'}) {
    CAPTURE(where);
    const verdict v = judge(policy{throws_at{where}}, "x");
    CHECK(v.rejected());
    CHECK(v.code() == condition::not_checked);
    CHECK(v.code() == (where >= 'A' && where <= 'Z' ? errc::out_of_memory : errc::validator_failed));
    if (where == 'b') CHECK(v.detail() == "broken");
  }
}

TEST_CASE("bytes after finish reject", "[policy]") {
  inspection in = policy{no_nul_bytes{}}.inspect({});
  CHECK(in.finish().accepted());
  CHECK_FALSE(in.feed(as_bytes("x")));
  CHECK(in.verdict().code() == errc::fed_after_finish);
}

TEST_CASE("with adds a rule, and a policy stands for its rules", "[policy]") {
  const policy base = policy{no_nul_bytes{}}.named("base", 3);
  const policy longer = base.with(at_least{2});
  const policy nested{claims_png{}, longer};
  CHECK(base.rule_names() == std::vector<std::string_view>{"no_nul_bytes"});
  CHECK(longer.rule_names() == std::vector<std::string_view>{"no_nul_bytes", "at_least"});
  CHECK(nested.rule_names() == std::vector<std::string_view>{"claims_png", "no_nul_bytes", "at_least"});
  CHECK(longer.name() == "base");
  CHECK(longer.version() == 3);
  CHECK(nested.name().empty());
  CHECK(judge(longer, "a").rejected());
  CHECK(judge(base, "a").accepted());
}

TEST_CASE("inspections outlive their policy, move, and do not share state", "[policy]") {
  auto p = std::make_unique<policy>(at_least{2});
  inspection a = p->inspect({});
  inspection b = p->inspect({});
  p.reset();
  a.feed(as_bytes("xy"));
  inspection c = std::move(a);
  CHECK(c.finish().accepted());
  CHECK(b.finish().rejected());
  b = std::move(c);
  CHECK(b.finish().accepted());
}

struct alignas(32) aligned {
  static constexpr std::string_view name = "aligned";
  std::array<char, 3> odd{};
  result finish() {
    return reinterpret_cast<std::uintptr_t>(this) % 32 == 0 ? result{} : result{errc::validator_failed};
  }
};

TEST_CASE("each rule's state is aligned as its type asks", "[policy]") {
  CHECK(judge(policy{no_nul_bytes{}, aligned{}, at_least{0}, aligned{}}, "x").accepted());
}

}  // namespace
}  // namespace uploadgate
