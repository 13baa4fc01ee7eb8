#include <uploadgate/uploadgate.hpp>

#include "support/files.hpp"
#include "support/image_bytes.hpp"
#include "support/pdf_bytes.hpp"
#include "support/seeds.hpp"
#include "support/uploads.hpp"

#include <stdexcept>

namespace uploadgate {
namespace {

// Counts how often rules of its kind were asked, and objects where it is told to.
struct counted {
  static constexpr std::string_view name = "counted";
  int id;
  int* asked;
  char objects = ' ';
  result begin(const upload&) { return answer('b'); }
  result feed(bytes_view) { return answer('f'); }
  result finish() { return answer('e'); }
  result answer(char where) {
    ++*asked;
    if (objects == 'X') throw std::runtime_error("broken");
    return where == objects ? result{errc::content_mismatch, "of " + std::to_string(id), 7} : result{};
  }
  [[nodiscard]] bool same_as(const counted& other) const noexcept { return id == other.id; }
};

// Without same_as: never shared.
struct objects_at {
  static constexpr std::string_view name = "objects_at";
  char where;
  result begin(const upload&) const { return answer('b'); }
  result feed(bytes_view) const { return answer('f'); }
  result finish() const { return answer('e'); }
  [[nodiscard]] result answer(char here) const {
    return here == where ? result{errc::content_mismatch} : result{};
  }
};

struct throws_when_copied {
  static constexpr std::string_view name = "throws_when_copied";
  throws_when_copied() = default;
  throws_when_copied(const throws_when_copied& other) : made{other.made} {
    if (made) throw std::runtime_error("no copy");
  }
  bool made = false;
  result finish() const { return {}; }
};

struct writes_facts {
  static constexpr std::string_view name = "writes_facts";
  result feed(bytes_view, facts& f) {
    f.media_type = "wrong/type";
    f.size = 0;
    f.warn("wrong");
    return errc::type_mismatch;
  }
};

struct wants_digest {
  static constexpr std::string_view name = "wants_digest";
  result finish(facts& f) { return f.sha256.empty() ? result{errc::truncated} : result{}; }
};

struct outcome {
  verdict enforced;
  verdict candidate;
};

outcome judge(const policy& p, std::string_view content = "abc", const upload& claim = {}) {
  inspection in = p.inspect(claim);
  in.feed(as_bytes(content));
  const verdict v = in.finish();
  REQUIRE(in.candidate_verdict());
  return {v, *in.candidate_verdict()};
}

std::string word(const verdict& v) {
  return v.accepted() ? "accepted" : v.pending() ? "pending" : std::string{v.rule()};
}

TEST_CASE("a policy has no candidate unless given", "[candidate]") {
  const policy p{max_size{3}};
  CHECK_FALSE(p.candidate());
  CHECK(p.inspect({}).candidate_verdict() == nullptr);
  const policy with = p.with_candidate(policy{min_size{2}}.named("next", 4));
  REQUIRE(with.candidate());
  CHECK(with.candidate()->name() == "next");
  CHECK(with.candidate()->version() == 4);
  CHECK(with.rule_names() == std::vector<std::string_view>{"max_size"});
  CHECK(with.named("a").candidate()->name() == "next");
  CHECK(with.with(digest{}).candidate()->name() == "next");
  CHECK_FALSE(with.each_rule().at(0).candidate());
}

TEST_CASE("the candidate says what it would say alone, where it sees as much", "[candidate]") {
  struct {
    const char* what;
    policy enforced;
    policy candidate;
    const char* says;
    const char* would;
  } const cases[] = {
      {"both accept", policy{max_size{3}}, policy{max_size{4}}, "accepted", "accepted"},
      {"only the candidate rejects", policy{max_size{3}}, policy{max_size{2}}, "accepted", "max_size"},
      {"only the enforced rejects, at the end", policy{min_size{9}}, policy{max_size{3}}, "min_size",
       "accepted"},
      {"only the enforced rejects, before", policy{max_size{2}}, policy{min_size{1}}, "max_size", "pending"},
      {"both reject, alike", policy{max_size{2}}, policy{max_size{2}}, "max_size", "max_size"},
      {"both reject, the candidate at the end", policy{max_size{2}}, policy{min_size{9}}, "max_size",
       "pending"},
      {"the enforced rejects the claim", policy{path_guard{}, digest{}}, policy{digest{}}, "path_guard",
       "pending"},
      {"both reject the claim", policy{path_guard{}, max_size{3}}, policy{extension{"png"}, max_size{3}},
       "path_guard", "extension"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    const auto [enforced, candidate] = judge(c.enforced.with_candidate(c.candidate));
    CHECK(word(enforced) == c.says);
    CHECK(word(candidate) == c.would);
  }
}

TEST_CASE("a rule that both have is asked once", "[candidate]") {
  int asked = 0;
  const policy p = policy{counted{1, &asked}}.with_candidate(policy{counted{1, &asked}, counted{2, &asked}});
  const auto [enforced, candidate] = judge(p);
  CHECK(asked == 6);  // two rules, three steps
  CHECK(enforced.accepted());
  CHECK(candidate.accepted());
}

TEST_CASE("an objection of a shared rule is both's, in the candidate's order", "[candidate]") {
  int asked = 0;
  for (const char where : {'b', 'f', 'e'}) {
    CAPTURE(where);
    const counted bad{1, &asked, where};
    const auto alike = judge(policy{bad}.with_candidate(policy{bad}));
    CHECK(alike.candidate.rule() == "counted");
    CHECK(alike.candidate.offset() == 7U);
    CHECK(alike.candidate.detail() == "of 1");
    const auto first = judge(policy{bad}.with_candidate(policy{objects_at{where}, bad}));
    CHECK(first.enforced.rule() == "counted");
    CHECK(first.candidate.rule() == "objects_at");
  }
}

TEST_CASE("a shared rule behind the enforced objection is asked for the candidate", "[candidate]") {
  int asked = 0;
  for (const char where : {'b', 'f', 'e'}) {
    CAPTURE(where);
    const counted bad{1, &asked, where};
    const auto [enforced, candidate] = judge(policy{objects_at{where}, bad}.with_candidate(policy{bad}));
    CHECK(enforced.rule() == "objects_at");
    CHECK(candidate.rule() == "counted");
  }
  const counted good{1, &asked};
  const auto [enforced, candidate] = judge(policy{objects_at{'e'}, good}.with_candidate(policy{good}));
  CHECK(enforced.rejected());
  CHECK(candidate.accepted());
}

TEST_CASE("a candidate that throws decides nothing", "[candidate]") {
  int asked = 0;
  const auto [enforced, candidate] =
      judge(policy{max_size{3}}.with_candidate(policy{counted{1, &asked, 'X'}}));
  CHECK(enforced.accepted());
  CHECK(candidate.code() == errc::validator_failed);
  const throws_when_copied prototype;
  policy p = policy{max_size{3}}.with_candidate(policy{prototype});
  CHECK(judge(p).enforced.accepted());
}

TEST_CASE("a candidate cannot touch verdict and facts", "[candidate]") {
  const policy enforced{max_size{MiB}, digest{}};
  const std::string photo = test::sample("honest/photo.jpg");
  inspection in = enforced.with_candidate(policy{writes_facts{}}).inspect({});
  in.feed(as_bytes(photo));
  CHECK(in.finish().accepted());
  CHECK(in.candidate_verdict()->rejected());
  const auto alone = test::judge(enforced, {}, photo);
  CHECK(to_json(in.verdict(), in.facts()) == to_json(alone.verdict, alone.facts));
}

TEST_CASE("a candidate's rule sees the facts of shared rules", "[candidate]") {
  const auto [enforced, candidate] = judge(policy{digest{}}.with_candidate(policy{digest{}, wants_digest{}}));
  CHECK(candidate.accepted());
}

TEST_CASE("whole policies side by side answer as each alone, at every split", "[candidate]") {
  const policy strict{path_guard{}, extension{"jpg"}, max_size{MiB}, magic_type{}, structure{}, digest{}};
  const policy small{path_guard{},
                     extension{"jpg", "png"},
                     max_size{MiB},
                     magic_type{},
                     structure{.image = {.max_pixels = 10}},
                     digest{}};
  const std::string photo = test::sample("honest/photo.jpg").substr(0, 3000);
  const upload claim{.filename = "a.jpg"};
  for (const auto& [enforced, candidate] : {std::pair{strict, small}, std::pair{small, strict}}) {
    const auto alone = test::judge(candidate, claim, photo);
    test::judge_every_split(enforced.with_candidate(candidate), claim, photo);
    inspection in = enforced.with_candidate(candidate).inspect(claim);
    in.feed(as_bytes(photo));
    in.finish();
    if (!in.candidate_verdict()->pending()) {
      CHECK(in.candidate_verdict()->reason() == alone.verdict.reason());
      CHECK(in.candidate_verdict()->offset() == alone.verdict.offset());
    }
  }
}

// Settings of structure that differ from the default in one group each.
std::vector<structure> trials() {
  const document_rules loose{.macros = handling::allow,
                             .javascript = handling::allow,
                             .external_references = handling::warn,
                             .embedded_files = handling::allow,
                             .encrypted = handling::allow,
                             .legacy_encodings = handling::allow};
  return {
      {},
      {.depth = depth::deep},
      {.image = {.max_pixels = 1}},
      {.image = {.max_metadata = 10, .payload_text = handling::warn}},
      {.archive = {.max_entries = 1, .executables = handling::reject}},
      {.archive = {.max_depth = 3, .encrypted = handling::allow}},
      {.document = {.hyperlinks = handling::reject, .formulas = handling::reject, .max_depth = 2}},
      {.document = {.macros = handling::warn, .embedded_files = handling::warn}},
      {.document = loose, .allow_partial = true, .check_content_type = false},
  };
}

// Fed in pieces; what the candidate says is kept where there is one.
outcome judge_in_pieces(const policy& p, const upload& claim, std::string_view content, std::size_t piece) {
  inspection in = p.inspect(claim);
  for (std::size_t at = 0; at < content.size(); at += piece) in.feed(as_bytes(content.substr(at, piece)));
  const verdict v = in.finish();
  return {v, in.candidate_verdict() ? *in.candidate_verdict() : verdict{}};
}

// Each by itself, the candidate fed as long as the enforced policy wants bytes.
outcome judge_apart(const policy& now, const policy& next, const upload& claim, std::string_view content,
                    std::size_t piece) {
  inspection enforced = now.inspect(claim);
  inspection candidate = next.inspect(claim);
  for (std::size_t at = 0; at < content.size() && enforced.verdict().pending(); at += piece) {
    enforced.feed(as_bytes(content.substr(at, piece)));
    candidate.feed(as_bytes(content.substr(at, piece)));
  }
  if (enforced.verdict().pending()) {
    enforced.finish();
    candidate.finish();
  }
  return {enforced.verdict(), candidate.verdict()};
}

void same(const verdict& a, const verdict& b) {
  CHECK(word(a) == word(b));
  CHECK(a.reason() == b.reason());
  CHECK(a.offset() == b.offset());
  CHECK(a.detail() == b.detail());
}

TEST_CASE("policies with other settings of structure answer as each alone, for every type", "[candidate]") {
  const std::vector<structure> all = trials();
  std::size_t shared = 0;
  for (const test::seed& s : test::seeds()) {
    const std::size_t folder = s.path.rfind('/');
    const std::string kind = s.path.substr(s.path.rfind('/', folder - 1) + 1, folder);
    const std::string by_folder = "a." + kind.substr(0, kind.find('/'));
    for (const std::string& filename : {by_folder, std::string{}}) {
      const upload claim{.filename = filename};
      for (std::size_t i = 1; i < all.size(); ++i) {
        for (const auto& [now, next] : {std::pair{all[0], all[i]}, std::pair{all[i], all[0]}}) {
          const std::size_t piece = i % 2 ? s.content.size() + 1 : 7;
          CAPTURE(s.path, filename, i, piece);
          const auto both =
              judge_in_pieces(policy{now}.with_candidate(policy{next}), claim, s.content, piece);
          const auto apart = judge_apart(policy{now}, policy{next}, claim, s.content, piece);
          same(both.enforced, apart.enforced);
          same(both.candidate, apart.candidate);
          if (!both.candidate.pending()) ++shared;
        }
      }
    }
  }
  CHECK(shared > 1000);
}

TEST_CASE("what a file can also be read as is told to each by its own settings, at every cut",
          "[candidate]") {
  const std::string small = test::small_jpeg();
  const std::string acting =
      small.substr(0, small.size() - 2) + "....<?php echo 1; ?>" + std::string(80, 'x');
  const std::string program =
      test::small_pdf()
          .stream(9, "", "This program cannot be run in DOS mode" + std::string(80, 'x'))
          .finished();
  const struct {
    const char* filename;
    std::string content;
  } files[] = {{"whole.jpg", acting + test::jpeg_eoi},
               {"cut.jpg", acting},
               {"both.jpg", acting + "This program cannot be run in DOS mode" + std::string(80, 'x')},
               {"a.pdf", program},
               {"cut.pdf", program.substr(0, program.size() - 9)}};
  std::size_t differ = 0;
  for (const auto& f : files) {
    for (const handling now : {handling::reject, handling::warn, handling::allow}) {
      for (const handling next : {handling::reject, handling::warn, handling::allow}) {
        const structure one{.image = {.payload_text = now}, .document = {.embedded_files = now}};
        const structure other{.image = {.payload_text = next}, .document = {.embedded_files = next}};
        for (std::size_t piece = 1; piece <= f.content.size(); piece += piece < 40 ? 1 : 37) {
          CAPTURE(f.filename, now, next, piece);
          const upload claim{.filename = f.filename};
          const auto both =
              judge_in_pieces(policy{one}.with_candidate(policy{other}), claim, f.content, piece);
          const auto apart = judge_apart(policy{one}, policy{other}, claim, f.content, piece);
          same(both.enforced, apart.enforced);
          same(both.candidate, apart.candidate);
          if (word(both.enforced) != word(both.candidate)) ++differ;
        }
      }
    }
  }
  CHECK(differ > 100);
}

TEST_CASE("a candidate reads itself where the enforced rule was not asked", "[candidate]") {
  const policy enforced{objects_at{'f'}, structure{}};
  const policy candidate{structure{.archive = {.max_entries = 1}}};
  const auto [v, would] =
      judge(enforced.with_candidate(candidate), "no picture at all", {.filename = "a.png"});
  CHECK(v.rule() == "objects_at");
  CHECK(would.rule() == "structure");
}

}  // namespace
}  // namespace uploadgate
