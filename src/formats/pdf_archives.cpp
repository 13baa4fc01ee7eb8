#include "pdf_archives.hpp"

#include "endian.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace uploadgate::formats::pdf {
namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t max_comment = 65535;
constexpr std::string_view end_signature = "PK\5\6"sv;

}  // namespace

std::string_view archive_name(bytes_view first) {
  struct signature {
    std::string_view bytes;
    std::string_view name;
  };
  static constexpr std::array signatures{
      signature{"PK\3\4"sv, "a ZIP archive"},
      signature{"Rar!\x1A\7"sv, "a RAR archive"},
      signature{"7z\xBC\xAF\x27\x1C"sv, "a 7z archive"},
      signature{"\xD0\xCF\x11\xE0"sv, "a compound file"},
      signature{"MZ\x90\0"sv, "a Windows program"},
      signature{"\x7F"
                "ELF"sv,
                "an ELF program"},
  };
  const auto hit = std::ranges::find_if(
      signatures, [&](const signature& s) { return as_text(first).starts_with(s.bytes); });
  return hit == signatures.end() ? std::string_view{} : hit->name;
}

void zip_end_watch::look(std::string_view bytes, std::size_t starts, std::uint64_t at) {
  // By its third byte, which is rarer in text than the first.
  constexpr std::size_t third = 2;
  for (std::size_t k = third; (k = bytes.find(end_signature.substr(third), k)) < starts + third; ++k) {
    const std::size_t i = k - third;
    if (!bytes.substr(i).starts_with(end_signature)) continue;
    if (bytes.size() - i < record_size) return;
    // The directory must lie before its end; 0xFFFFFFFF says that a ZIP64 record tells its size.
    const std::uint32_t directory = le32(as_bytes(bytes.substr(i + 12, 4)), 0);
    if (directory <= at + i || directory == 0xFFFFFFFF) last_ = at + i;
  }
}

void zip_end_watch::feed(bytes_view bytes) {
  const std::string_view now = as_text(bytes);
  const std::size_t joined = std::min(now.size(), record_size - 1);
  std::memcpy(tail_.data() + kept_, now.data(), joined);
  look({tail_.data(), kept_ + joined}, kept_, size_ - kept_);
  if (now.size() >= record_size) look(now, now.size() - record_size + 1, size_);
  size_ += now.size();
  if (now.size() >= record_size - 1) {
    std::memcpy(tail_.data(), now.data() + now.size() - (record_size - 1), record_size - 1);
    kept_ = record_size - 1;
  } else {
    const std::size_t all = kept_ + joined;
    kept_ = std::min(all, record_size - 1);
    std::memmove(tail_.data(), tail_.data() + all - kept_, kept_);
  }
}

std::optional<std::uint64_t> zip_end_watch::found() const {
  return last_ && size_ - *last_ <= record_size + max_comment ? last_ : std::nullopt;
}

}  // namespace uploadgate::formats::pdf
