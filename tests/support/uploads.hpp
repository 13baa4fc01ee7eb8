// Judging whole uploads by a policy, at every split.
#pragma once

#include <uploadgate/policy.hpp>

#include "catch.hpp"
#include "splits.hpp"

#include <string>
#include <string_view>

namespace uploadgate::test {

struct judged {
  uploadgate::verdict verdict;
  uploadgate::facts facts;
};

inline judged judge(const policy& p, const upload& claim, std::string_view content) {
  inspection in = p.inspect(claim);
  in.feed(as_bytes(content));
  verdict v = in.finish();
  return {std::move(v), in.facts()};
}

// judge_every_split fails the test where two splits differ in the verdict or the facts that matter.
inline judged judge_every_split(const policy& p, const upload& claim, std::string_view content) {
  judged whole = judge(p, claim, content);
  if (content.empty()) return whole;
  for_every_split(as_bytes(content), [&](std::string_view how, auto deliver) {
    inspection in = p.inspect(claim);
    deliver([&](bytes_view piece) { in.feed(piece); });
    const verdict v = in.finish();
    CAPTURE(how, v.message(), whole.verdict.message());
    REQUIRE(v.reason() == whole.verdict.reason());
    REQUIRE(v.rule() == whole.verdict.rule());
    REQUIRE(v.offset() == whole.verdict.offset());
    REQUIRE(in.facts().media_type == whole.facts.media_type);
    REQUIRE(in.facts().sha256 == whole.facts.sha256);
  });
  return whole;
}

}  // namespace uploadgate::test
