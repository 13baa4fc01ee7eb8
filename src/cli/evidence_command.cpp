#include <uploadgate/maintenance/evidence.hpp>

#include "commands.hpp"
#include "judge_file.hpp"
#include "table.hpp"
#include "terminal.hpp"

#include <algorithm>
#include <iostream>
#include <memory>

namespace uploadgate::cli {
namespace {

struct evidence_options {
  std::string policy_file;
  bool json = false, markdown = false, strict = false;
};

void print_tables(const std::vector<evidence_row>& rows) {
  std::string source;
  for (const evidence_row& first : rows) {
    if (first.source == source) continue;
    source = first.source;
    table t{{source, "status", "by", "what is missing, or for the host to do"}};
    for (const evidence_row& r : rows) {
      if (r.source != source) continue;
      std::string rules;
      for (const std::string& rule : r.rules) rules += (rules.empty() ? "" : " ") + rule;
      const std::string status =
          r.status == evidence_status::shared ? "met, shared" : std::string{name(r.status)};
      t.row({r.id, status == "not_met" ? "NOT MET" : status, rules, r.missing.empty() ? r.duty : r.missing});
    }
    std::cout << t.text() << '\n';
  }
}

int show_evidence(const evidence_options& o) {
  const policy_document document = document_from(o.policy_file);
  const std::vector<evidence_row> rows = evidence(document);
  if (o.json) {
    std::cout << evidence_json(document, rows) << '\n';
  } else if (o.markdown) {
    std::cout << evidence_markdown(document, rows);
  } else {
    print_tables(rows);
  }
  const bool open =
      std::ranges::any_of(rows, [](const evidence_row& r) { return r.status == evidence_status::not_met; });
  return o.strict && open ? some_rejected : all_accepted;
}

}  // namespace

void add_evidence(CLI::App& app, int& status) {
  auto o = std::make_shared<evidence_options>();
  CLI::App* sub = app.add_subcommand(
      "evidence",
      "Hold a policy against OWASP ASVS 5.0 chapter V5, the OWASP File Upload Cheat Sheet and CWE");
  sub->add_option("POLICY", o->policy_file, "The policy file; without it the built-in policy `default`");
  auto* json = sub->add_flag("--json", o->json, "One JSON object, with the tests that prove each row");
  sub->add_flag("--markdown", o->markdown, "A page, with the tests that prove each row")->excludes(json);
  sub->add_flag("--strict", o->strict, "Exit with 1 where something is not met");
  sub->callback([o, &status] { status = show_evidence(*o); });
}

}  // namespace uploadgate::cli
