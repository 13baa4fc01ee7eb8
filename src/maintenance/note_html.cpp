#include <uploadgate/maintenance/note.hpp>

#include "charts.hpp"
#include "markup.hpp"
#include "note_parts.hpp"

namespace uploadgate {
namespace {

using namespace maintenance;

constexpr std::size_t most_bars = 12;

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #fff; --line: #d8dee6; --good: #2f7d4f;
  --bad: #c2402f; --other: #8a94a3; --before: #9fb4cc; --after: #2b5d91; --code: #f3f5f8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b5; --paper: #14181e; --line: #333c48;
  --good: #56b57f; --bad: #e9725f; --before: #52677f; --after: #7db2e8; --code: #1d232b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 52rem; padding: 2rem 1.25rem 4rem; font: 16px/1.55 system-ui, sans-serif;
  color: var(--ink); background: var(--paper); }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.when, figcaption { color: var(--soft); }
.result { font-size: 1.15rem; margin: 1rem 0; padding: .75rem 1rem; border-left: 4px solid var(--good); background: var(--code); }
.result.bad { border-color: var(--bad); }
table { border-collapse: collapse; width: 100%; font-size: .92rem; margin: 1rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
pre { background: var(--code); padding: .75rem 1rem; overflow-x: auto; font-size: .88rem; }
figure { margin: 1.25rem 0; }
figcaption { font-size: .92rem; margin-bottom: .4rem; }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
svg .label { text-anchor: end; fill: var(--ink); }
svg .number { fill: var(--soft); }
svg .inside { fill: #fff; }
svg .good { fill: var(--good); } svg .bad { fill: var(--bad); } svg .other { fill: var(--other); }
svg .before { fill: var(--before); } svg .after { fill: var(--after); }
@media (prefers-color-scheme: dark) { svg .inside { fill: #10141a; } }
@media print { body { max-width: none; padding: 0; } }
)";

std::string paragraph(const std::string& text, const char* kind = "") {
  if (text.empty()) return {};
  return std::string{"<p"} + (*kind ? std::string{" class=\""} + kind + "\"" : "") + ">" + html_text(text) +
         "</p>\n";
}

std::string heading(const char* text) { return std::string{"<h2>"} + text + "</h2>\n"; }

std::string list(const std::vector<std::string>& lines, const char* where_none) {
  if (lines.empty()) return paragraph(where_none);
  std::string out = "<ul>\n";
  for (const std::string& line : lines) out += "<li>" + html_text(line) + "</li>\n";
  return out + "</ul>\n";
}

std::string table(const std::vector<std::string>& headings, const rows& cells, bool last_is_number) {
  if (cells.empty()) return {};
  std::string out = "<table><thead><tr>";
  for (const std::string& h : headings) {
    const bool number = last_is_number && &h == &headings.back();
    out += (number ? "<th class=\"number\">" : "<th>") + html_text(h) + "</th>";
  }
  out += "</tr></thead><tbody>\n";
  for (const auto& row : cells) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool number = last_is_number && i + 1 == row.size();
      out += (number ? "<td class=\"number\">" : "<td>") + html_text(row[i]) + "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table>\n";
}

std::string code(const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string out = "<pre>";
  for (const std::string& line : lines) out += html_text(line) + "\n";
  return out + "</pre>\n";
}

stack verdicts(const char* label, const baseline_summary& s) {
  return {label,
          {{"accepted", s.accepted, "good"},
           {"rejected", s.rejected, "bad"},
           {"not readable", s.unreadable, "other"}}};
}

std::string comparison(const change_note& n) {
  std::string out;
  std::vector<stack> stacks{verdicts("before", n.before)};
  if (n.after) stacks.push_back(verdicts("after", *n.after));
  out += stacked_chart("Verdicts over the whole store", stacks);
  if (n.after) out += paragraph("After: " + numbers(*n.after) + ".");
  if (n.difference) out += table({"files", "number"}, difference_rows(*n.difference), true);
  const bool both = n.after.has_value();
  out += bar_chart("Why files are refused",
                   top(n.before.reasons, both ? &n.after->reasons : nullptr, most_bars), both);
  if (!n.files.empty()) {
    out += paragraph(n.files.size() >= change_note::max_files ? "The first files that are judged differently:"
                                                              : "The files that are judged differently:");
    out += table({"file", "before", "after"}, file_rows(n), false);
  }
  return out;
}

std::string release(const change_note& n) {
  if (!n.decisions) return {};
  const decision_counts& d = *n.decisions;
  return heading("After the release") +
         stacked_chart("Uploads since then",
                       {{"decisions", {{"accepted", d.accepted, "good"}, {"rejected", d.rejected, "bad"}}}}) +
         bar_chart("Why uploads were refused", top(d.reasons, most_bars), false);
}

}  // namespace

std::string note_html(const change_note& n) {
  const bool worse = n.difference && n.difference->newly_refused > 0;
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out +=
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  out += "<title>" + html_text(n.title) + "</title>\n<style>" + std::string{style} +
         "</style>\n</head>\n<body>\n";
  out += "<h1>" + html_text(n.title) + "</h1>\n";
  out += paragraph(n.date + (n.date.empty() || n.author.empty() ? "" : ", ") + n.author, "when");
  out += paragraph(result_in_words(n), worse ? "result bad" : "result");
  out += paragraph(n.remarks);
  out += heading("What was before");
  out += paragraph("Policy " + policy_in_words(n.policy_before) + ".");
  out += paragraph(numbers(n.before) + ".");
  out += bar_chart("Files by what they are", top(n.before.types, nullptr, most_bars), false);
  out += bar_chart("Files by size", sizes(n.before), false);
  out += heading("The change");
  out += paragraph("Policy " + policy_in_words(n.policy_after) + ".");
  out += list(setting_lines(n), "No setting was changed.");
  out += heading("The comparison") + comparison(n) + release(n);
  out += heading("To do it again") + code(n.commands);
  out += heading("To undo it") + code(n.rollback);
  return out + "</body>\n</html>\n";
}

}  // namespace uploadgate
