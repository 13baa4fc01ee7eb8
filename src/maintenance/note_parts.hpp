// What both forms of a note tell, as words and rows.
#pragma once

#include <uploadgate/maintenance/note.hpp>

#include <string>
#include <utility>
#include <vector>

namespace uploadgate::maintenance {

using rows = std::vector<std::vector<std::string>>;

// One bar, or two where a note knows of after.
struct bar {
  std::string label;
  std::uint64_t before = 0, after = 0;
};

std::string percent(std::uint64_t part, std::uint64_t whole);
std::string policy_in_words(const policy_document& d);

// "1,203 files, 4.5 GiB: 1,180 accepted, ..."
std::string numbers(const baseline_summary& s);
rows difference_rows(const store_difference& d);
// The files that are judged differently: path, before, after.
rows file_rows(const change_note& n);
std::vector<std::string> setting_lines(const change_note& n);

// The most frequent words, those of both sides together; the others as "(other)".
std::vector<bar> top(const baseline_summary::counts& before, const baseline_summary::counts* after,
                     std::size_t most);
std::vector<bar> sizes(const baseline_summary& s);
std::vector<bar> top(const std::map<std::string, std::uint64_t, std::less<>>& counts, std::size_t most);

// A paragraph that says in plain words what came of it.
std::string result_in_words(const change_note& n);

}  // namespace uploadgate::maintenance
