// Little builders of boxes, chunks and elements for the tests of media.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace uploadgate::test {

inline std::string be(std::uint64_t n, int bytes) {
  std::string s;
  for (int i = bytes - 1; i >= 0; --i) s += static_cast<char>(n >> (8 * i) & 0xFF);
  return s;
}
inline std::string le(std::uint64_t n, int bytes) {
  std::string s;
  for (int i = 0; i < bytes; ++i) s += static_cast<char>(n >> (8 * i) & 0xFF);
  return s;
}
inline std::string join(std::initializer_list<std::string> parts) {
  std::string s;
  for (const std::string& p : parts) s += p;
  return s;
}
inline std::string zeros(std::size_t n) { return std::string(n, '\0'); }

// ISO/IEC 14496-12.
inline std::string box(std::string_view type, const std::string& payload) {
  return be(payload.size() + 8, 4) + std::string{type} + payload;
}
inline std::string box(std::string_view type, std::initializer_list<std::string> children) {
  return box(type, join(children));
}
inline std::string full(std::string_view type, const std::string& payload, unsigned version = 0,
                        std::uint32_t flags = 0) {
  return box(type, be(version, 1) + be(flags, 3) + payload);
}
// RIFF: little-endian sizes and a pad byte.
inline std::string chunk(std::string_view id, const std::string& payload) {
  return std::string{id} + le(payload.size(), 4) + payload + (payload.size() % 2 ? zeros(1) : "");
}
// EBML: an 8-byte size.
inline std::string element(std::uint32_t id, const std::string& payload) {
  const int bytes = id > 0xFFFFFF ? 4 : id > 0xFFFF ? 3 : id > 0xFF ? 2 : 1;
  return be(id, bytes) + be(0x0100000000000000ULL | payload.size(), 8) + payload;
}

// Puts `with` in place of the first `what`; the test is wrong where there is none.
inline std::string swap(std::string text, std::string_view what, std::string_view with) {
  return text.replace(text.find(what), what.size(), with);
}
// The place of a text, as an offset.
inline std::uint64_t where(const std::string& text, std::string_view what) { return text.find(what); }

}  // namespace uploadgate::test
