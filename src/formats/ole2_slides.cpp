#include "ole2_slides.hpp"

#include "endian.hpp"

#include <algorithm>

namespace uploadgate::formats::ole2_format {
namespace {

// The record's type, behind its version and instance (1 where it is packed).
constexpr std::string_view object_type{"\x11\x10", 2};
constexpr std::size_t version_size = 2;
constexpr std::uint16_t packed_version = 0x10;
constexpr std::size_t record_header = 8;
constexpr std::size_t size_size = 4;
constexpr std::string_view compound_mark{"\xD0\xCF\x11\xE0", 4};

// Names and classes as the directory of a compound file has them ([MS-CFB] 2.6.1).
constexpr std::string_view native_name{"\x01\0O\0l\0e\0001\0000\0N\0a\0t\0i\0v\0e\0\0\0", 26};
constexpr std::string_view equation_name{"E\0q\0u\0a\0t\0i\0o\0n\0 \0N\0a\0t\0i\0v\0e\0\0\0", 32};
constexpr std::string_view project_name{"_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0\0\0", 26};
constexpr std::string_view root_name{"R\0o\0o\0t\0 \0E\0n\0t\0r\0y\0\0\0", 22};
constexpr std::size_t class_behind_name = 80;
constexpr std::size_t class_size = 16;
constexpr std::string_view package_classes[] = {
    {"\x0C\x00\x03\x00\x00\x00\x00\x00\xC0\x00\x00\x00\x00\x00\x00\x46", class_size},
    {"\x20\xA7\x0D\xF2\x2F\xC0\xCE\x11\x92\x7B\x08\x00\x09\x5A\xE3\x40", class_size}};
// Paint.Picture and MS_ClipArt_Gallery.
constexpr std::string_view picture_classes[] = {
    {"\x0A\x00\x03\x00\x00\x00\x00\x00\xC0\x00\x00\x00\x00\x00\x00\x46", class_size},
    {"\x90\x12\x02\x00\x00\x00\x00\x00\xC0\x00\x00\x00\x00\x00\x00\x46", class_size}};

bool has(std::string_view text, std::string_view mark) { return text.find(mark) != std::string_view::npos; }

void note(std::optional<std::uint64_t>& first, std::uint64_t at) {
  if (!first) first = at;
}

}  // namespace

void slide_objects::begin(bytes_view header, std::uint64_t offset) {
  const std::uint64_t length = le32(header, 4);
  const std::uint64_t unpacked = le32(header, record_header);
  const bool zlib = (u8(header, 12) & 0x0FU) == 8 && be16(header, 12) % 31 == 0;
  packed_ = le16(header, 0) == packed_version && zlib && unpacked > 0;
  const bool plain =
      le16(header, 0) == 0 && as_text(header.subspan(record_header)).starts_with(compound_mark);
  if ((!packed_ && !plain) || length < header_size - record_header) return;
  object_at_ = offset;
  note(any, offset);
  if (packed_ && unpacked > room_) return note(unfollowed, offset);
  if (packed_) room_ -= unpacked;
  left_ = packed_ ? length - size_size : length;
  promised_ = packed_ ? unpacked : 0;
  text_.clear();
  native_ = picture_ = false;
  if (!packed_) return;
  if (!inflater_) inflater_.emplace(inflater::wrapping::zlib);
  inflater_->reset();
}

void slide_objects::judge(std::string_view text) {
  for (const std::string_view c : package_classes) {
    if (has(text, c)) note(file, object_at_);
  }
  if (has(text, equation_name)) note(file, object_at_);
  if (has(text, project_name)) note(project, object_at_);
  native_ = native_ || has(text, native_name);
  const std::size_t root = text.find(root_name);
  if (root != std::string_view::npos && root + class_behind_name + class_size <= text.size()) {
    const std::string_view its_class = text.substr(root + class_behind_name, class_size);
    picture_ = std::ranges::find(picture_classes, its_class) != std::end(picture_classes);
  }
}

void slide_objects::search(bytes_view piece) {
  text_.insert(text_.end(), piece.begin(), piece.end());
  judge(as_text(text_));
  text_.erase(text_.begin(), text_.end() - static_cast<std::ptrdiff_t>(std::min(kept, text_.size())));
}

void slide_objects::end() {
  left_ = 0;
  if (packed_ && (inflater_->state() != inflater::status::done || promised_ > 0))
    note(unfollowed, object_at_);
  if (native_ && !picture_) note(file, object_at_);
}

void slide_objects::unpack(bytes_view bytes) {
  for (;;) {
    const bytes_view piece = inflater_->unpack(bytes);
    if (piece.empty()) return;
    if (piece.size() > promised_) {
      note(unfollowed, object_at_);
      return end();
    }
    promised_ -= piece.size();
    search(piece);
  }
}

void slide_objects::take(bytes_view bytes) {
  left_ -= bytes.size();
  if (packed_) {
    unpack(bytes);
  } else {
    search(bytes);
  }
  if (left_ == 0 || (packed_ && inflater_->state() != inflater::status::more)) end();
}

void slide_objects::look(bytes_view sector, std::uint64_t offset) {
  // A header may begin in the sector before.
  const std::size_t joined = std::min(sector.size(), header_size - 1);
  std::copy_n(sector.begin(), joined, seam_.begin() + static_cast<std::ptrdiff_t>(carried_));
  const auto data_behind = [&] { return packed_ ? record_header + size_size : record_header; };
  const auto header_in = [](bytes_view bytes, std::size_t from) {
    const std::size_t type = as_text(bytes).find(object_type, from + version_size);
    return type == std::string_view::npos || type - version_size + header_size > bytes.size()
               ? bytes.size()
               : type - version_size;
  };
  std::size_t at = 0;
  if (left_ == 0) {
    const bytes_view seam = bytes_view{seam_}.first(carried_ + joined);
    for (std::size_t h = header_in(seam, 0); left_ == 0 && h < carried_; h = header_in(seam, h + 1)) {
      begin(seam.subspan(h, header_size), offset - carried_ + h);
      if (left_ == 0) continue;
      const std::size_t data = h + data_behind();
      if (data < carried_) take(seam.subspan(data, carried_ - data));
      at = std::max(data, carried_) - carried_;
    }
  }
  while (at < sector.size()) {
    if (left_ > 0) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, sector.size() - at));
      take(sector.subspan(at, size));
      at += size;
      continue;
    }
    const std::size_t h = header_in(sector, at);
    if (h == sector.size()) break;
    begin(sector.subspan(h, header_size), offset + h);
    at = h + (left_ > 0 ? data_behind() : 1);
  }
  carried_ = joined;
  std::copy_n(sector.end() - static_cast<std::ptrdiff_t>(carried_), carried_, seam_.begin());
}

void slide_objects::finish() {
  if (left_ > 0) end();
}

}  // namespace uploadgate::formats::ole2_format
