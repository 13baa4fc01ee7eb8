#include <uploadgate/display.hpp>
#include <uploadgate/maintenance/baseline.hpp>
#include <uploadgate/maintenance/evidence.hpp>

#include "evidence_table.hpp"
#include "markup.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace uploadgate {
namespace {

namespace bj = boost::json;
using maintenance::requirement;

evidence_row row_of(const requirement& r, const policy_document& d) {
  evidence_row row{.source = std::string{r.source},
                   .id = std::string{r.id},
                   .level = r.level,
                   .requirement = std::string{r.text},
                   .how = r.how(d),
                   .missing = {},
                   .duty = std::string{r.duty},
                   .rules = {},
                   .tests = {}};
  for (const std::string_view rule : r.rules)
    if (!rule.empty()) row.rules.emplace_back(rule);
  for (const std::string_view test : r.tests)
    if (!test.empty()) row.tests.emplace_back(test);
  if (!r.missing) return row;
  row.missing = d.mode == policy_mode::report ? "mode is report: nothing is refused" : r.missing(d);
  row.status = !row.missing.empty() ? evidence_status::not_met
               : row.duty.empty()   ? evidence_status::met
                                    : evidence_status::shared;
  return row;
}

constexpr std::array statuses{evidence_status::met, evidence_status::shared, evidence_status::not_met,
                              evidence_status::host};

std::size_t count(const std::vector<evidence_row>& rows, evidence_status s) {
  return static_cast<std::size_t>(std::ranges::count(rows, s, &evidence_row::status));
}

bj::array texts(const std::vector<std::string>& list) { return bj::array(list.begin(), list.end()); }

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& w : words) text += (text.empty() ? "" : ", ") + w;
  return text;
}

std::string plain(evidence_status s) {
  constexpr std::array<const char*, 4> words{"met", "met, with the host's part", "**not met**",
                                             "the host's duty"};
  return words.at(static_cast<std::size_t>(s));
}

// What a reader needs to know, in one cell.
std::string told(const evidence_row& r) {
  std::string text;
  const auto add = [&](const std::string& label, const std::string& more) {
    if (!more.empty()) text += (text.empty() ? "" : ". ") + label + more;
  };
  add("", r.status == evidence_status::not_met ? std::string{} : r.how);
  add("Missing: ", r.missing);
  add("Host: ", r.duty);
  return text;
}

}  // namespace

std::string_view name(evidence_status s) noexcept {
  constexpr std::array<std::string_view, 4> words{"met", "shared", "not_met", "host"};
  return words.at(static_cast<std::size_t>(s));
}

std::vector<evidence_row> evidence(const policy_document& document) {
  std::vector<evidence_row> rows;
  for (const auto requirements : {maintenance::asvs_requirements(), maintenance::cheat_sheet_requirements(),
                                  maintenance::cwe_requirements()})
    for (const requirement& r : requirements) rows.push_back(row_of(r, document));
  return rows;
}

std::string evidence_json(const policy_document& document, const std::vector<evidence_row>& rows) {
  bj::object counts;
  for (const evidence_status s : statuses) counts.emplace(name(s), count(rows, s));
  bj::array list;
  for (const evidence_row& r : rows) {
    bj::object o{{"source", r.source}, {"id", r.id}};
    if (r.level > 0) o.emplace("level", r.level);
    o.emplace("requirement", r.requirement);
    o.emplace("status", name(r.status));
    if (!r.how.empty()) o.emplace("how", r.how);
    if (!r.missing.empty()) o.emplace("missing", r.missing);
    if (!r.duty.empty()) o.emplace("duty", r.duty);
    o.emplace("rules", texts(r.rules));
    o.emplace("tests", texts(r.tests));
    list.push_back(std::move(o));
  }
  return bj::serialize(bj::object{{"policy", valid_utf8(document.name)},
                                  {"version", document.version},
                                  {"policy_id", policy_id(document)},
                                  {"counts", std::move(counts)},
                                  {"rows", std::move(list)}});
}

std::string evidence_markdown(const policy_document& document, const std::vector<evidence_row>& rows) {
  using maintenance::markdown_text;
  std::string page = "# Evidence for the policy " +
                     markdown_text(document.name.empty() ? "without a name" : document.name) + ", version " +
                     std::to_string(document.version) + "\n\nPolicy id `" + policy_id(document) +
                     "`: " + std::to_string(count(rows, evidence_status::met)) + " met, " +
                     std::to_string(count(rows, evidence_status::shared)) + " met with the host's part, " +
                     std::to_string(count(rows, evidence_status::not_met)) + " not met, " +
                     std::to_string(count(rows, evidence_status::host)) + " the host's duty.\n";
  std::string source;
  for (const evidence_row& r : rows) {
    if (r.source != source) {
      source = r.source;
      page += "\n## " + source +
              "\n\n| | requirement | status | how | by | proved by |\n|---|---|---|---|---|---|\n";
    }
    page += "| " + r.id + (r.level > 0 ? " (L" + std::to_string(r.level) + ")" : "") + " | " +
            markdown_text(r.requirement) + " | " + plain(r.status) + " | " + markdown_text(told(r)) + " | " +
            markdown_text(joined(r.rules)) + " | ";
    for (const std::string& t : r.tests) page += (&t == &r.tests.front() ? "" : "<br>") + markdown_text(t);
    page += " |\n";
  }
  return page;
}

}  // namespace uploadgate
