#include "table.hpp"

#include <uploadgate/display.hpp>

#include "terminal.hpp"

#include <algorithm>

namespace uploadgate::cli {
namespace {

constexpr std::size_t widest = 75;

// Columns, for text that is mostly letters: one for each character.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

table::table(std::vector<std::string> headings) : headings_{std::move(headings)} {
  for (std::string& h : headings_) {
    right_.push_back(h.starts_with('>'));
    if (right_.back()) h.erase(0, 1);
  }
}

void table::row(std::vector<std::string> cells) {
  for (std::string& c : cells) c = printable(c);
  rows_.push_back(std::move(cells));
}

std::string table::text() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < headings_.size(); ++i) {
    std::size_t w = width_of(headings_[i]);
    for (const auto& row : rows_) w = std::max(w, std::min(widest, width_of(row[i])));
    widths.push_back(w);
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::size_t w = width_of(cells[i]);
      const std::string blanks(w < widths[i] ? widths[i] - w : 0, ' ');
      text += "  " + (right_[i] ? blanks + cells[i] : cells[i] + blanks);
    }
    return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  };
  std::string text = paint(line(headings_).substr(0, std::string::npos), colour::dim);
  for (const auto& row : rows_) text += line(row);
  return text;
}

}  // namespace uploadgate::cli
