#include <uploadgate/display.hpp>
#include <uploadgate/maintenance/note.hpp>

#include "markup.hpp"
#include "note_parts.hpp"

#include <algorithm>

namespace uploadgate {
namespace {

using maintenance::bar;
using maintenance::markdown_text;
using maintenance::rows;

constexpr std::size_t most_rows = 12;

class page {
 public:
  void heading(int level, const std::string& text) {
    out_ += (out_.empty() ? "" : "\n") + std::string(static_cast<std::size_t>(level), '#') + " " +
            markdown_text(text) + "\n";
  }
  void paragraph(const std::string& text) {
    if (!text.empty()) out_ += "\n" + markdown_text(text) + "\n";
  }
  void list(const std::vector<std::string>& lines, const std::string& where_none) {
    if (lines.empty()) return paragraph(where_none);
    out_ += "\n";
    for (const std::string& line : lines) out_ += "- " + markdown_text(line) + "\n";
  }
  void table(const std::vector<std::string>& headings, const rows& cells) {
    if (cells.empty()) return;
    out_ += "\n";
    row(headings);
    out_ += "|";
    for (std::size_t i = 0; i < headings.size(); ++i) out_ += "---|";
    out_ += "\n";
    for (const auto& r : cells) row(r);
  }
  // A block of code whose fence no line can close.
  void code(const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    std::string fence = "```";
    for (const std::string& line : lines)
      while (line.find(fence) != std::string::npos) fence += '`';
    out_ += "\n" + fence + "sh\n";
    for (const std::string& line : lines) out_ += printable(line) + "\n";
    out_ += fence + "\n";
  }
  [[nodiscard]] std::string text() && { return std::move(out_); }

 private:
  void row(const std::vector<std::string>& cells) {
    out_ += "|";
    for (const std::string& c : cells) out_ += " " + markdown_text(c) + " |";
    out_ += "\n";
  }
  std::string out_;
};

rows counted(const std::vector<bar>& bars, bool both) {
  rows all;
  for (const bar& b : bars) {
    all.push_back({b.label, std::to_string(b.before)});
    if (both) all.back().push_back(std::to_string(b.after));
  }
  return all;
}

}  // namespace

std::string note_markdown(const change_note& n) {
  using namespace maintenance;
  const bool both = n.after.has_value();
  const auto columns = [&](const char* first) {
    std::vector<std::string> headings{first, both ? "before" : "files"};
    if (both) headings.emplace_back("after");
    return headings;
  };
  page p;
  p.heading(1, n.title);
  p.paragraph(n.date + (n.date.empty() || n.author.empty() ? "" : ", ") + n.author);
  p.paragraph(result_in_words(n));
  p.paragraph(n.remarks);
  p.heading(2, "What was before");
  p.paragraph("Policy " + policy_in_words(n.policy_before) + ".");
  p.paragraph(numbers(n.before) + ".");
  p.table(columns("type"), counted(top(n.before.types, both ? &n.after->types : nullptr, most_rows), both));
  p.heading(2, "The change");
  p.paragraph("Policy " + policy_in_words(n.policy_after) + ".");
  p.list(setting_lines(n), "No setting was changed.");
  p.heading(2, "The comparison");
  if (both) p.paragraph("After: " + numbers(*n.after) + ".");
  if (n.difference) p.table({"files", "number"}, difference_rows(*n.difference));
  p.table(columns("reason"),
          counted(top(n.before.reasons, both ? &n.after->reasons : nullptr, most_rows), both));
  p.table({"file", "before", "after"}, file_rows(n));
  if (n.decisions) {
    p.heading(2, "After the release");
    p.paragraph(std::to_string(n.decisions->accepted) + " uploads accepted, " +
                std::to_string(n.decisions->rejected) + " refused.");
    p.table({"reason", "uploads"}, counted(top(n.decisions->reasons, most_rows), false));
  }
  p.heading(2, "To do it again");
  p.code(n.commands);
  p.heading(2, "To undo it");
  p.code(n.rollback);
  return std::move(p).text();
}

}  // namespace uploadgate
