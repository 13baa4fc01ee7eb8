// Hexadecimal digits, as the escapes of CSS, Markdown, PDF and RTF are written with.
#pragma once

namespace uploadgate::formats {

// -1 for what is no hexadecimal digit.
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace uploadgate::formats
