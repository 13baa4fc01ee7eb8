#include "sevenzip_contents.hpp"

#include "completed_entries.hpp"
#include "crc32.hpp"
#include "endian.hpp"
#include "library_archive.hpp"
#include "sevenzip_decoder.hpp"
#include "sevenzip_header.hpp"

#include <algorithm>
#include <functional>
#include <vector>

namespace uploadgate::formats {
namespace {

using namespace sevenzip_format;

constexpr std::uint64_t start_header = 32;
constexpr std::size_t block = 64 * KiB;
// A header that unpacks to more than this, and so much an entry, is none that writers make: 7-Zip's takes
// about 100 bytes an entry.
constexpr std::uint64_t header_floor = 64 * KiB, header_bytes_an_entry = 512;
constexpr std::uint8_t packed_header = 0x17;

using sink = std::function<result(bytes_view)>;

result unreadable(std::uint64_t offset) { return {errc::completed_file_unreadable, {}, offset}; }

// Unpacks one folder from its packed stream. All of the stream must be used up, and nothing may be missing.
result unpack(const completed_file& file, const folder& f, std::uint64_t begin, std::uint64_t size,
              const sink& take) {
  decoder d{f};
  std::vector<std::byte> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(block, size)));
  std::uint64_t out = 0;
  bytes_view in;
  for (std::uint64_t read = 0; read < size || !in.empty() || d.state() == decoder::status::more;) {
    if (in.empty() && read < size) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size - read));
      if (!file.read(begin + read, std::span{buffer}.first(n))) return unreadable(begin + read);
      in = bytes_view{buffer}.first(n);
      read += n;
    }
    const std::size_t before = in.size();
    const bytes_view piece = d.unpack(in);
    if (piece.size() > f.unpacked - out)
      return {errc::bad_length, "a folder unpacks to more than it says", begin};
    out += piece.size();
    if (!piece.empty()) {
      if (result r = take(piece); !r.ok()) return r;
    }
    switch (d.state()) {
      case decoder::status::unsupported:
      case decoder::status::too_large:
        return {errc::unsupported_feature, "the properties of a coder", begin};
      case decoder::status::corrupt:
        return {errc::corrupt_data, {}, begin};
      case decoder::status::done:
        if (!in.empty()) return {errc::unclaimed_data, "behind packed data", begin + read - in.size()};
        break;
      case decoder::status::more: {
        const bool stands = piece.empty() && in.size() == before;
        if (stands && (before > 0 || read == size)) return {errc::corrupt_data, {}, begin};
      }
    }
  }
  return out == f.unpacked ? result{}
                           : result{errc::bad_length, "a folder unpacks to less than it says", begin};
}

class archive {
 public:
  archive(const completed_file& file, context& ctx, const sevenzip_end_header& where)
      : file_{file}, ctx_{ctx}, where_{where}, entries_{ctx, file.size()} {}

  result read() {
    std::vector<std::byte> bytes;
    if (result r = read_end_header(bytes); !r.ok() || ctx_.lowered) return r;
    if (result r = read_header(bytes, ctx_, header_, place_); !r.ok()) return r;
    bytes = {};
    if (result r = claim(); !r.ok()) return r;
    describe();
    if (result r = judge_folders(); !r.ok() || ctx_.lowered) return r;
    const bool by_library =
        std::ranges::any_of(header_.streams.folders, [](const folder& f) { return f.by == codec::library; });
    if (result r = by_library ? unpack_by_library() : unpack_folders(); !r.ok()) return r;
    entries_.finish();
    return {};
  }

 private:
  result read_end_header(std::vector<std::byte>& bytes);
  result unpack_header(std::vector<std::byte>& bytes);
  result claim() const;
  void describe();
  result judge_folders();
  result unpack_folders();
  result unpack_by_library();

  const completed_file& file_;
  context& ctx_;
  sevenzip_end_header where_;
  header_place place_{};
  packed_streams header_streams_{};
  header header_{};
  std::vector<described_entry> described_{};
  completed_entries entries_;
};

result archive::read_end_header(std::vector<std::byte>& bytes) {
  std::array<std::byte, start_header> start{};
  if (!file_.read(0, start)) return unreadable(0);
  const bool same = le64(start, 12) == where_.offset - start_header && le64(start, 20) == where_.size &&
                    le32(start, 28) == where_.crc;
  if (!same) return {errc::completed_file_differs, {}, 0};
  bytes.resize(static_cast<std::size_t>(where_.size));  // the stream had so many
  if (!file_.read(where_.offset, bytes)) return unreadable(where_.offset);
  if (crc32(0, bytes) != where_.crc) return {errc::completed_file_differs, {}, where_.offset};
  place_ = {.offset = where_.offset, .plain = u8(bytes, 0) != packed_header};
  return place_.plain ? result{} : unpack_header(bytes);
}

result archive::unpack_header(std::vector<std::byte>& bytes) {
  const header_place here{.offset = where_.offset, .plain = true};
  if (result r = read_packed_header(bytes, ctx_, header_streams_, here); !r.ok()) return r;
  const folder& f = header_streams_.folders[0];
  if (f.by == codec::encrypted) {
    ctx_.examined_only(examined::prefix, "names and content of the 7z archive are encrypted");
    return handle(ctx_, &archive_limits::encrypted, errc::encrypted, "the header", where_.offset);
  }
  if (f.by == codec::library || f.by == codec::unknown) {
    return {errc::unsupported_feature, "a header that is packed in an unusual way", where_.offset};
  }
  const std::uint64_t for_entries = f.unpacked - std::min(f.unpacked, header_floor);
  const auto long_header = [&](std::uint64_t) {
    return "a header of " + std::to_string(f.unpacked) + " bytes";
  };
  result r = within(ctx_, for_entries / header_bytes_an_entry, &archive_limits::max_entries,
                    errc::too_many_entries, long_header, where_.offset);
  if (!r.ok()) return r;
  if (f.window > ctx_.manner.max_completed_window) return window_exceeded(ctx_, where_.offset);
  const std::uint64_t begin = start_header + header_streams_.position;
  if (begin > where_.offset || header_streams_.total > where_.offset - begin) {
    return {errc::bad_length, "the packed header", where_.offset};
  }
  bytes.clear();
  r = unpack(file_, f, begin, header_streams_.total, [&](bytes_view piece) {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    return result{};
  });
  if (!r.ok()) return r;
  if (f.crc && crc32(0, bytes) != *f.crc) return {errc::checksum_mismatch, "the packed header", begin};
  if (bytes.empty() || u8(bytes, 0) != 1) return {errc::bad_structure, "the packed header", begin};
  return {};
}

// Every byte between the two headers belongs to one packed stream.
result archive::claim() const {
  struct extent {
    std::uint64_t begin;
    std::uint64_t size;
  };
  std::array extents{extent{header_.streams.position, header_.streams.total},
                     extent{header_streams_.position, header_streams_.total}};
  std::ranges::sort(extents, {}, [](const extent& e) { return std::pair{e.begin, e.size}; });
  std::uint64_t at = 0;
  const std::uint64_t end = where_.offset - start_header;
  for (const extent& e : extents) {
    if (e.size == 0) continue;
    if (e.begin < at) return {errc::overlap, "packed streams", start_header + e.begin};
    if (e.begin > at) return {errc::unclaimed_data, "before packed streams", start_header + at};
    if (e.size > end - at) return {errc::bad_length, "packed streams beyond their end", start_header + at};
    at += e.size;
  }
  return at == end ? result{} : result{errc::unclaimed_data, "behind packed streams", start_header + at};
}

void archive::describe() {
  auto part = header_.streams.parts.begin();
  for (entry& e : header_.entries) {
    described_entry& d = described_.emplace_back(
        described_entry{.name = std::move(e.name), .offset = where_.offset, .folder = e.folder});
    if (!e.has_data) continue;
    d.size = part->size;
    d.crc = part->crc;
    ++part;
  }
}

result archive::judge_folders() {
  std::uint64_t total = 0;
  for (const folder& f : header_.streams.folders) {
    if (f.by == codec::encrypted) {
      ctx_.examined_only(examined::prefix, "content of the 7z archive is encrypted");
      if (result r = handle(ctx_, &archive_limits::encrypted, errc::encrypted, {}, where_.offset); !r.ok())
        return r;
      continue;
    }
    if (f.by == codec::unknown && !ctx_.lowered) {
      ctx_.examined_only(examined::prefix,
                         "content of the 7z archive is packed by a method that is not known");
    }
    result r = ask(ctx_, [&](const structure_limits& all) -> result {
      const std::uint64_t most = all.archive.max_unpacked;
      if (f.unpacked <= most - std::min(most, total)) return {};
      return {errc::unpacked_too_large, "declared, " + over_bytes(most), where_.offset};
    });
    if (!r.ok()) return r;
    total += f.unpacked;
    if (f.window > ctx_.manner.max_completed_window) return window_exceeded(ctx_, where_.offset);
  }
  return {};
}

result archive::unpack_folders() {
  std::uint64_t begin = start_header + header_.streams.position;
  std::size_t stream = 0;
  auto entry = described_.begin();
  auto has_data = header_.entries.begin();
  for (const folder& f : header_.streams.folders) {
    std::uint64_t parts = f.parts;
    std::uint64_t left = 0;              // of the entry that is open
    const auto next = [&]() -> result {  // opens the next entry that has bytes
      while (left == 0 && parts > 0) {
        while (!has_data->has_data) ++has_data, ++entry;
        entries_.begin(*entry);
        left = entry->size;
        if (left > 0) break;
        if (result r = entries_.end(); !r.ok()) return r;
        ++has_data, ++entry, --parts;
      }
      return {};
    };
    result r = next();
    if (!r.ok()) return r;
    const std::uint64_t size = header_.streams.sizes[stream++];
    r = unpack(file_, f, begin, size, [&](bytes_view piece) -> result {
      while (!piece.empty()) {
        const bytes_view mine =
            piece.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, piece.size())));
        piece = piece.subspan(mine.size());
        if (result r = entries_.data(mine); !r.ok()) return r;
        left -= mine.size();
        if (left > 0) continue;
        if (result r = entries_.end(); !r.ok()) return r;
        ++has_data, ++entry, --parts;
        if (result r = next(); !r.ok()) return r;
      }
      return {};
    });
    if (!r.ok()) return r;
    begin += size;
  }
  return {};
}

// libarchive does not say where a stream ends, so that those that can be unpacked here are, too.
result archive::unpack_by_library() {
  std::uint64_t begin = start_header + header_.streams.position;
  std::size_t stream = 0;
  for (const folder& f : header_.streams.folders) {
    const std::uint64_t size = header_.streams.sizes[stream];
    if (f.by != codec::library) {
      result r = unpack(file_, f, begin, size, [](bytes_view) { return result{}; });
      if (!r.ok()) return r;
    }
    for (unsigned i = 0; i < f.packed_streams; ++i) begin += header_.streams.sizes[stream++];
  }
  return formats::unpack_by_library(file_, library_format::sevenzip, described_, entries_);
}

}  // namespace

result read_sevenzip(const completed_file& file, context& ctx, const sevenzip_end_header& where) {
  return archive{file, ctx, where}.read();
}

}  // namespace uploadgate::formats
