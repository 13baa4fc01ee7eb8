#include "note_parts.hpp"

#include <uploadgate/display.hpp>
#include <uploadgate/maintenance/journal.hpp>

#include "json_lines.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace uploadgate {
namespace {

constexpr std::size_t max_log_line = 1 * MiB;
constexpr std::size_t max_reasons = 1'000;

}  // namespace

decision_counts count_decisions(const std::string& path) {
  decision_counts c;
  for_each_line(path, max_log_line, [&](std::string_view text) {
    try {
      const maintenance::line_reader line{text};
      const std::string verdict = line.text("verdict");
      if (verdict == "accepted") {
        ++c.accepted;
      } else if (verdict == "rejected") {
        ++c.rejected;
        const std::string reason = line.text("reason");
        const bool room = c.reasons.size() < max_reasons || c.reasons.contains(reason);
        ++c.reasons[room ? reason : "(other)"];
      } else {
        ++c.passed_over;
      }
    } catch (const configuration_error&) {
      ++c.passed_over;
    }
  });
  return c;
}

namespace maintenance {
namespace {

std::string with_commas(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string in_words(const policy_answer& a, bool known) {
  if (!known) return "not there";
  return a.accepted ? "accepted" : a.rule + ": " + a.reason;
}

// Sorted by number, the rest summed up.
std::vector<bar> most_of(std::vector<bar> all, std::size_t most) {
  std::ranges::stable_sort(all, std::greater{}, [](const bar& b) { return b.before + b.after; });
  if (all.size() <= most) return all;
  bar rest{.label = "(other)"};
  for (std::size_t i = most - 1; i < all.size(); ++i) {
    rest.before += all[i].before;
    rest.after += all[i].after;
  }
  all.resize(most - 1);
  all.push_back(std::move(rest));
  return all;
}

}  // namespace

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "0 %";
  std::array<char, 32> text{};
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  std::snprintf(text.data(), text.size(), "%.*f %%", share > 0 && share < 1 ? 2 : 1, share);
  return text.data();
}

std::string policy_in_words(const policy_document& d) {
  return (d.name.empty() ? std::string{"without a name"} : d.name) + ", version " +
         std::to_string(d.version) + ", id " + policy_id(d);
}

std::string numbers(const baseline_summary& s) {
  std::string text = with_commas(s.files) + " files, " + human_size(s.bytes) + ": " +
                     with_commas(s.accepted) + " accepted, " + with_commas(s.rejected) + " rejected (" +
                     percent(s.rejected, s.accepted + s.rejected) + ")";
  if (s.unreadable > 0) text += ", " + with_commas(s.unreadable) + " not readable";
  if (s.mismatches > 0) text += "; not what the extension says: " + with_commas(s.mismatches);
  return text;
}

rows difference_rows(const store_difference& d) {
  rows all{{"judged alike", with_commas(d.same)},
           {"newly refused", with_commas(d.newly_refused)},
           {"newly accepted", with_commas(d.newly_accepted)},
           {"refused for another reason", with_commas(d.reason_changed)}};
  const auto add = [&](const char* words, std::uint64_t n) {
    if (n > 0) all.push_back({words, with_commas(n)});
  };
  add("no longer there", d.gone);
  add("not there before", d.appeared);
  add("not readable", d.unreadable);
  return all;
}

rows file_rows(const change_note& n) {
  rows all;
  for (const file_change& c : n.files) {
    if (all.size() == change_note::max_files) break;
    all.push_back({c.path, in_words(c.before, c.outcome != file_outcome::appeared),
                   in_words(c.after, c.outcome != file_outcome::gone)});
  }
  return all;
}

std::vector<std::string> setting_lines(const change_note& n) {
  std::vector<std::string> lines;
  for (const setting_change& c : compare(n.policy_before, n.policy_after))
    lines.push_back(uploadgate::in_words(c));
  return lines;
}

std::vector<bar> top(const baseline_summary::counts& before, const baseline_summary::counts* after,
                     std::size_t most) {
  std::map<std::string, bar> joined;
  for (const auto& [word, c] : before) joined[word].before = c.files;
  if (after)
    for (const auto& [word, c] : *after) joined[word].after = c.files;
  std::vector<bar> all;
  for (auto& [word, b] : joined) {
    b.label = word;
    all.push_back(std::move(b));
  }
  return most_of(std::move(all), most);
}

std::vector<bar> top(const std::map<std::string, std::uint64_t, std::less<>>& counts, std::size_t most) {
  std::vector<bar> all;
  all.reserve(counts.size());
  for (const auto& [word, n] : counts) all.push_back({word, n, 0});
  return most_of(std::move(all), most);
}

// From the smallest to the largest that there is, in steps of four.
std::vector<bar> sizes(const baseline_summary& s) {
  std::vector<bar> all;
  constexpr std::size_t first = 10;  // below 1 KiB is one step
  for (std::size_t i = 0; i < s.sizes.size(); ++i) {
    const std::size_t step = i <= first ? 0 : (i - first + 1) / 2;
    const std::size_t top_bit = first + 2 * step;
    if (all.size() <= step) {
      const std::string label = top_bit >= 64 ? "larger" : "below " + human_size(std::uint64_t{1} << top_bit);
      all.push_back({label, 0, 0});
    }
    all[step].before += s.sizes.at(i);
  }
  while (!all.empty() && all.back().before == 0) all.pop_back();
  return all;
}

std::string result_in_words(const change_note& n) {
  if (!n.difference) return "No files were compared.";
  const store_difference& d = *n.difference;
  const std::uint64_t judged = d.same + d.newly_refused + d.newly_accepted + d.reason_changed;
  std::string text = "Of " + with_commas(judged) + " files, ";
  text += d.newly_refused == 0 ? "none is newly refused"
                               : with_commas(d.newly_refused) + " (" + percent(d.newly_refused, judged) +
                                     ") are newly refused";
  text += d.newly_accepted == 0 ? ", and none newly accepted."
                                : ", and " + with_commas(d.newly_accepted) + " (" +
                                      percent(d.newly_accepted, judged) + ") newly accepted.";
  if (n.decisions && n.decisions->accepted + n.decisions->rejected > 0) {
    const std::uint64_t all = n.decisions->accepted + n.decisions->rejected;
    text += " After the release, " + with_commas(n.decisions->rejected) + " of " + with_commas(all) +
            " uploads (" + percent(n.decisions->rejected, all) + ") were refused.";
  }
  return text;
}

}  // namespace maintenance
}  // namespace uploadgate
