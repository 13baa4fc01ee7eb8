#include "summary_tables.hpp"

#include "render.hpp"
#include "table.hpp"

#include <algorithm>

namespace uploadgate::cli {
namespace {

constexpr std::size_t longest_table = 20;  // rows; the rest is in the JSON

// The most frequent first.
std::string counted(const std::string& heading, const baseline_summary::counts& counts) {
  if (counts.empty()) return {};
  std::vector<std::pair<std::string, const baseline_count*>> rows;
  for (const auto& [word, c] : counts) rows.emplace_back(word, &c);
  std::ranges::stable_sort(rows, std::greater{}, [](const auto& row) { return row.second->files; });
  table t{{heading, ">files", ">rejected", ">size", "for example"}};
  for (const auto& [word, c] : rows) {
    if (&word == &rows[std::min(rows.size() - 1, longest_table)].first && rows.size() > longest_table) break;
    t.row({word, std::to_string(c->files), std::to_string(c->rejected), human_size(c->bytes),
           c->examples.empty() ? std::string{} : c->examples.front()});
  }
  std::string text = "\n" + t.text();
  if (rows.size() > longest_table)
    text += "  ... and " + std::to_string(rows.size() - longest_table) + " more\n";
  return text;
}

}  // namespace

std::string to_tables(const baseline_summary& s) {
  std::string text = std::to_string(s.files) + " files, " + human_size(s.bytes) + ": " +
                     std::to_string(s.accepted) + " accepted, " + std::to_string(s.rejected) + " rejected";
  if (s.unreadable > 0) text += ", " + std::to_string(s.unreadable) + " not readable";
  text += "\n";
  if (s.mismatches > 0) text += "not what the extension says: " + std::to_string(s.mismatches) + "\n";
  if (s.policies.size() > 1)
    text += "made under " + std::to_string(s.policies.size()) + " different policies\n";
  return text + counted("type", s.types) + counted("rule that objects", s.rules) +
         counted("reason", s.reasons) + counted("name", s.names) + counted("not readable", s.failures);
}

std::string to_table(const store_difference& d) {
  table t{{"files", ">number"}};
  const auto row = [&](const char* words, std::uint64_t n, bool always = false) {
    if (n > 0 || always) t.row({words, std::to_string(n)});
  };
  row("judged alike", d.same, true);
  row("newly refused", d.newly_refused, true);
  row("newly accepted", d.newly_accepted, true);
  row("refused for another reason", d.reason_changed, true);
  row("no longer there", d.gone);
  row("not there before", d.appeared);
  row("not readable", d.unreadable);
  return t.text();
}

}  // namespace uploadgate::cli
