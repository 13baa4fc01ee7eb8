// A rule of one's own, beside those of uploadgate: custom_validator < FILE
#include <uploadgate/uploadgate.hpp>

#include <algorithm>
#include <array>
#include <iostream>

// No byte of the file may be NUL. A rule is a plain value; a policy copies it for each stream.
struct no_nul_bytes {
  static constexpr std::string_view name = "no_nul_bytes";
  std::uint64_t at = 0;

  uploadgate::result feed(uploadgate::bytes_view chunk) {
    const auto nul = std::ranges::find(chunk, std::byte{0});
    at += static_cast<std::uint64_t>(nul - chunk.begin());
    if (nul != chunk.end()) return {uploadgate::errc::content_mismatch, "a NUL byte", at};
    return {};
  }
};

int main() {
  const uploadgate::policy text{uploadgate::max_size{uploadgate::MiB}, no_nul_bytes{}};
  uploadgate::inspection in = text.inspect({});
  std::array<char, 4096> chunk;
  while (in.verdict().pending() && (std::cin.read(chunk.data(), chunk.size()), std::cin.gcount() > 0)) {
    in.feed(uploadgate::as_bytes({chunk.data(), static_cast<std::size_t>(std::cin.gcount())}));
  }
  const uploadgate::verdict v = in.finish();
  std::cout << (v.accepted() ? "accepted"
                             : v.message() + " at byte " + std::to_string(v.offset().value_or(0)))
            << '\n';
  return v.accepted() ? 0 : 1;
}
