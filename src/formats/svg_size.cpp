#include "svg_size.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace uploadgate::formats {
namespace {

struct unit {
  std::string_view name;
  double pixels;
};
// CSS Values Level 3, section 6.2.
constexpr std::array units{
    unit{"", 1},          unit{"px", 1},         unit{"pt", 96.0 / 72},  unit{"pc", 16},
    unit{"in", 96},       unit{"cm", 96 / 2.54}, unit{"mm", 9.6 / 2.54}, unit{"q", 2.4 / 2.54},
    unit{"Q", 2.4 / 2.54}};

bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ','; }

// Takes a number from the front; not a number where none is there.
double number(std::string_view& t) {
  while (!t.empty() && space(t.front())) t.remove_prefix(1);
  if (!t.empty() && t.front() == '+') t.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), value);
  if (error != std::errc{}) return std::nan("");
  t.remove_prefix(static_cast<std::size_t>(end - t.data()));
  return value;
}

std::uint64_t pixels(double value) {
  if (!(value > 0)) return 0;
  constexpr double most = 1e15;
  return static_cast<std::uint64_t>(std::ceil(std::min(value, most)));
}

std::uint64_t length(std::string_view t) {
  const double value = number(t);
  while (!t.empty() && space(t.back())) t.remove_suffix(1);
  for (const unit& u : units) {
    if (t == u.name) return pixels(value * u.pixels);
  }
  return 0;
}

}  // namespace

svg_size svg_size_of(const xml_attributes& root) {
  svg_size size{length(root.value("width")), length(root.value("height"))};
  if (size.width > 0 && size.height > 0) return size;
  std::string_view box = root.value("viewBox");
  number(box);
  number(box);
  const std::uint64_t width = pixels(number(box));
  const std::uint64_t height = pixels(number(box));
  return {size.width > 0 ? size.width : width, size.height > 0 ? size.height : height};
}

}  // namespace uploadgate::formats
