#include <uploadgate/maintenance/evidence.hpp>

#include "support/catch.hpp"
#include "support/files.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <functional>
#include <set>

namespace {

using namespace uploadgate;

policy_document tight() {
  policy_document d;
  d.name = "avatars";
  d.extensions = {"png", "jpg"};
  d.archive.links = handling::reject;
  d.document.formulas = handling::reject;
  return d;
}

evidence_row row(const policy_document& d, std::string_view id) {
  const auto rows = evidence(d);
  const auto found = std::ranges::find(rows, id, &evidence_row::id);
  REQUIRE(found != rows.end());
  return *found;
}

}  // namespace

TEST_CASE("all 13 requirements of ASVS 5.0 V5 are there, with their levels, and every id once") {
  std::vector<std::pair<std::string, unsigned>> seen;
  std::set<std::string> ids;
  for (const evidence_row& r : evidence({})) {
    if (r.source == "OWASP ASVS 5.0") seen.emplace_back(r.id, r.level);
    CHECK(ids.insert(r.id).second);
    CHECK(!r.requirement.empty());
  }
  CHECK(seen == std::vector<std::pair<std::string, unsigned>>{{"5.1.1", 2},
                                                              {"5.2.1", 1},
                                                              {"5.2.2", 1},
                                                              {"5.2.3", 2},
                                                              {"5.2.4", 3},
                                                              {"5.2.5", 3},
                                                              {"5.2.6", 3},
                                                              {"5.3.1", 1},
                                                              {"5.3.2", 1},
                                                              {"5.3.3", 3},
                                                              {"5.4.1", 2},
                                                              {"5.4.2", 2},
                                                              {"5.4.3", 2}});
}

TEST_CASE("every test that is named exists, and what a policy meets names one") {
  for (const evidence_row& r : evidence(tight())) {
    INFO(r.id);
    if (r.status != evidence_status::host) {
      CHECK(!r.tests.empty());
      CHECK(!r.rules.empty());
    }
    for (const std::string& t : r.tests) {
      INFO(t);
      const std::size_t cut = t.find(": ");
      REQUIRE(cut != std::string::npos);
      const std::string file = test::read_file(UPLOADGATE_TEST_DATA "/../../" + t.substr(0, cut));
      CHECK(file.find("TEST_CASE(\"" + t.substr(cut + 2) + "\"") != std::string::npos);
    }
  }
}

TEST_CASE("a row says what is missing, or what the host must do") {
  for (const policy_document& d : {policy_document{}, tight()}) {
    for (const evidence_row& r : evidence(d)) {
      INFO(r.id);
      CHECK(r.missing.empty() == (r.status != evidence_status::not_met));
      if (r.status == evidence_status::shared || r.status == evidence_status::host) CHECK(!r.duty.empty());
      if (r.status == evidence_status::met) CHECK(r.duty.empty());
    }
  }
}

TEST_CASE("the status follows the policy") {
  struct {
    const char* name;
    const char* id;
    std::function<void(policy_document&)> change;
    evidence_status before, after;
  } const cases[] = {
      {"extensions are not listed", "5.1.1", [](auto& d) { d.extensions.clear(); }, evidence_status::shared,
       evidence_status::not_met},
      {"structure is partial", "5.2.2", [](auto& d) { d.content.structure = structure_check::partial; },
       evidence_status::met, evidence_status::not_met},
      {"no magic", "5.2.2", [](auto& d) { d.content.magic = false; }, evidence_status::met,
       evidence_status::not_met},
      {"archives come in", "5.2.2", [](auto& d) { d.extensions.push_back("zip"); }, evidence_status::met,
       evidence_status::not_met},
      {"office files are no archives", "5.2.2", [](auto& d) { d.extensions.push_back("docx"); },
       evidence_status::met, evidence_status::met},
      {"encrypted archives", "5.2.3", [](auto& d) { d.archive.encrypted = handling::warn; },
       evidence_status::met, evidence_status::not_met},
      {"links are warned of", "5.2.5", [](auto& d) { d.archive.links = handling::warn; },
       evidence_status::met, evidence_status::not_met},
      {"structure is off", "5.2.6", [](auto& d) { d.content.structure = structure_check::off; },
       evidence_status::met, evidence_status::not_met},
      {"php comes in", "5.3.1", [](auto& d) { d.extensions.push_back("php"); }, evidence_status::shared,
       evidence_status::not_met},
      {"macros", "active content", [](auto& d) { d.document.macros = handling::allow; },
       evidence_status::shared, evidence_status::not_met},
      {"pages come in", "CWE-79", [](auto& d) { d.extensions.push_back("html"); }, evidence_status::shared,
       evidence_status::not_met},
      {"external references", "CWE-611", [](auto& d) { d.document.external_references = handling::warn; },
       evidence_status::met, evidence_status::not_met},
      {"formulas", "CWE-1236", [](auto& d) { d.document.formulas = handling::warn; }, evidence_status::met,
       evidence_status::not_met},
      {"report", "5.2.1", [](auto& d) { d.mode = policy_mode::report; }, evidence_status::shared,
       evidence_status::not_met},
      {"quotas are the host's", "5.2.4", [](auto&) {}, evidence_status::host, evidence_status::host},
      {"malware is the host's", "5.4.3", [](auto& d) { d.mode = policy_mode::report; }, evidence_status::host,
       evidence_status::host},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    policy_document d = tight();
    CHECK(row(d, c.id).status == c.before);
    c.change(d);
    CHECK(row(d, c.id).status == c.after);
  }
}

TEST_CASE("the numbers in the words are the policy's") {
  policy_document d = tight();
  d.max_size = 5 * MiB;
  CHECK(row(d, "5.2.1").how == "at most 5 MiB");
  CHECK(row(d, "5.1.1").how.find("only png jpg") == 0);
  CHECK(row(d, "CWE-409").how.find("1 GiB unpacked, 10000 entries") != std::string::npos);
}

TEST_CASE("evidence as JSON and as a page") {
  policy_document d = tight();
  d.name = "a | b <script> `x`";
  const auto rows = evidence(d);
  const auto o = boost::json::parse(evidence_json(d, rows)).as_object();
  CHECK(o.at("rows").as_array().size() == rows.size());
  std::uint64_t counted = 0;
  for (const auto& [word, n] : o.at("counts").as_object()) counted += n.to_number<std::uint64_t>();
  CHECK(counted == rows.size());
  const std::string page = evidence_markdown(d, rows);
  CHECK(page.find("a \\| b \\<script\\> \\`x\\`") != std::string::npos);
  CHECK(page.find("| 5.2.6 (L3) |") != std::string::npos);
  CHECK(page.find("## CWE") != std::string::npos);
}
