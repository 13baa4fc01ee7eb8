#include "charts.hpp"

#include "markup.hpp"

#include <algorithm>

namespace uploadgate::maintenance {
namespace {

constexpr int width = 720;
constexpr int labels = 250;  // pixels that a label may take
constexpr int numbers_at_the_end = 90;
constexpr int bar_height = 14;
constexpr int gap = 10;
constexpr std::size_t longest_label = 32;  // characters

std::string px(std::uint64_t n) { return std::to_string(n); }
std::string px(int n) { return std::to_string(n); }

// The end of a long label says more than its beginning.
std::string shortened(std::string label) {
  if (label.size() <= longest_label) return label;
  std::size_t cut = label.size() - longest_label;
  while (cut < label.size() && (static_cast<unsigned char>(label[cut]) & 0xC0U) == 0x80U) ++cut;
  return "\xe2\x80\xa6" + label.substr(cut);
}

std::string rect(int x, int y, std::uint64_t w, int h, const char* style, const std::string& told) {
  return "<rect class=\"" + std::string{style} + "\" x=\"" + px(x) + "\" y=\"" + px(y) + "\" width=\"" +
         px(w) + "\" height=\"" + px(h) + "\"><title>" + html_text(told) + "</title></rect>";
}

std::string text(int x, int y, const char* style, const std::string& words) {
  return "<text class=\"" + std::string{style} + "\" x=\"" + px(x) + "\" y=\"" + px(y) + "\">" +
         html_text(words) + "</text>";
}

std::string frame(const std::string& title, int height, const std::string& inside) {
  return "<figure><figcaption>" + html_text(title) + "</figcaption><svg viewBox=\"0 0 " + px(width) + " " +
         px(height) + "\" role=\"img\" aria-label=\"" + html_text(title) + "\">" + inside +
         "</svg></figure>\n";
}

// A number that is not zero is never invisible.
std::uint64_t length_of(std::uint64_t n, std::uint64_t largest, std::uint64_t room) {
  if (n == 0 || largest == 0) return 0;
  const auto length = static_cast<std::uint64_t>(static_cast<double>(n) / static_cast<double>(largest) *
                                                 static_cast<double>(room));
  return std::max<std::uint64_t>(length, 2);
}

}  // namespace

std::string bar_chart(const std::string& title, const std::vector<bar>& bars, bool both) {
  if (bars.empty()) return {};
  std::uint64_t largest = 1;
  for (const bar& b : bars) largest = std::max({largest, b.before, both ? b.after : 0});
  constexpr std::uint64_t room = width - labels - numbers_at_the_end;
  std::string inside;
  int y = 4;
  const auto one = [&](const std::string& label, std::uint64_t n, const char* style) {
    const std::uint64_t length = length_of(n, largest, room);
    inside += rect(labels, y, length, bar_height, style, label + ": " + std::to_string(n));
    inside += text(labels + static_cast<int>(length) + 6, y + bar_height - 3, "number", std::to_string(n));
    y += bar_height + 2;
  };
  for (const bar& b : bars) {
    const int middle = y + (both ? bar_height + 5 : bar_height - 3);
    inside += text(labels - 8, middle, "label", shortened(b.label));
    one(b.label + (both ? ", before" : ""), b.before, both ? "before" : "after");
    if (both) one(b.label + ", after", b.after, "after");
    y += gap - 2;
  }
  return frame(both ? title + " (above: before, below: after)" : title, y, inside);
}

std::string stacked_chart(const std::string& title, const std::vector<stack>& stacks) {
  std::string inside;
  constexpr std::uint64_t room = width - labels - 2 * numbers_at_the_end;
  constexpr int tall = 26;
  int y = 4;
  for (const stack& s : stacks) {
    std::uint64_t whole = 0;
    for (const part& p : s.parts) whole += p.number;
    inside += text(labels - 8, y + 17, "label", s.label);
    int x = labels;
    std::string beside;  // what does not fit in
    for (const part& p : s.parts) {
      const std::uint64_t length = length_of(p.number, whole, room);
      const std::string told = std::to_string(p.number) + " " + p.label;
      inside += rect(x, y, length, tall, p.style, told + " (" + percent(p.number, whole) + ")");
      if (length > told.size() * 8) {
        inside += text(x + 6, y + 17, "inside", told);
      } else if (p.number > 0) {
        beside += (beside.empty() ? "" : ", ") + told;
      }
      x += static_cast<int>(length);
    }
    inside += text(x + 6, y + 17, "number", beside);
    y += tall + gap;
  }
  return frame(title, y, inside);
}

}  // namespace uploadgate::maintenance
