// tar: v7, ustar, GNU and pax (POSIX.1-2017, pax; GNU tar manual, "Basic Tar Format"), as streams.
#include "contained.hpp"
#include "entry_name.hpp"
#include "grammars.hpp"
#include "tar_header.hpp"
#include "tar_names.hpp"
#include "tar_pax.hpp"
#include "unpack_budget.hpp"
#include "zeros.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace uploadgate::formats {
namespace {

// A pax header holds names and times; extended attributes can make it larger, and are seldom over 64 KiB.
constexpr std::uint64_t max_extension = 256 * KiB;
// What the eleven octal digits of a header hold; above it only pax and base 256 can tell a size.
constexpr std::uint64_t max_octal = 077777777777;

result object_at(const tar_fault& f, std::uint64_t block) {
  if (f.code == errc::none) return {};
  return {f.code, std::string{f.why}, block + f.at};
}

// Where pax gives a size, the header must agree, unless it cannot hold it: readers that obey different ones
// would see different entries (CVE-2025-62518).
bool sizes_agree(std::uint64_t header, std::uint64_t pax) {
  return header == pax || (pax > max_octal && (header == 0 || header == max_octal));
}

// What is known of the archive so far.
struct archive {
  explicit archive(context& c) : ctx{c}, names{c}, budget{c} {}

  // judge applies the extensions to the header of an entry, and judges all but its data.
  result judge(tar_header& h, std::uint64_t at);
  result judge_link(const tar_header& h, std::uint64_t at);
  result count(std::uint64_t at);

  context& ctx;
  tar_names names;
  unpack_budget budget;
  tar_extension extension{};
  std::uint64_t headers = 0;
  bool links = false;
};

// Headers that extend count too, so that they cannot flood.
result archive::count(std::uint64_t at) {
  const std::uint64_t counted = std::max(++headers / 2, ctx.found.entries.value_or(0));
  return within(ctx, counted, &archive_limits::max_entries, errc::too_many_entries, over, at);
}

result archive::judge_link(const tar_header& h, std::uint64_t at) {
  const bool hard = h.type == '1';
  if (h.size != 0) return {errc::entry_conflict, "a link with data", at};
  result r = ask(ctx, [&](const structure_limits& limits) -> result {
    const tar_fault f =
        hard ? names.hard_link(h.link) : tar_symbolic_link(h.name, h.link, limits.archive.max_entry_name);
    if (f.code == errc::none) return {};
    return {f.code, h.name + " -> " + h.link + ": " + std::string{f.why}, at};
  });
  if (!r.ok() || std::exchange(links, true)) return r;
  return handle(ctx, &archive_limits::links, errc::entry_link, h.name + " -> " + h.link, at);
}

result archive::judge(tar_header& h, std::uint64_t at) {
  if (extension.size && !sizes_agree(h.size, *extension.size)) {
    return {errc::entry_conflict, "the sizes of the header and of pax", at};
  }
  if (extension.path) h.name = std::move(*extension.path);
  if (extension.link) h.link = std::move(*extension.link);
  if (extension.size) h.size = *extension.size;
  extension = {};

  ctx.found.entries = ctx.found.entries.value_or(0) + 1;
  if (result r = count(at); !r.ok()) return r;
  if (result r = judge_entry_name(ctx, h.name, name_encoding::unknown, at); !r.ok()) return r;
  tar_names::kind what = tar_names::kind::file;
  switch (h.type) {
    case '\0':
    case '0':
    case '7':
      if (!h.name.ends_with('/')) break;
      [[fallthrough]];  // a folder of the oldest tars
    case '5':
      what = tar_names::kind::folder;
      if (h.size != 0) return {errc::entry_conflict, "a folder with data", at};
      break;
    case '1':
    case '2':
      // A hard link is a file that others may link to, and no way out of the archive.
      what = h.type == '1' ? tar_names::kind::file : tar_names::kind::link;
      if (result r = judge_link(h, at); !r.ok()) return r;
      break;
    case '3':
    case '4':
    case '6':
      return {errc::entry_special, h.name, at};
    case 'S':
      return {errc::unsupported_feature, "a sparse file", at};
    default:
      return {errc::unsupported_feature, "an entry of an unknown type", at};
  }
  if (result r = names.add(h.name, what, at); !r.ok()) return r;
  if (what == tar_names::kind::file && names_program(h.name)) {
    return handle(ctx, &archive_limits::executables, errc::entry_executable, h.name, at);
  }
  return {};
}

bool extends(char type) { return type == 'x' || type == 'X' || type == 'g' || type == 'L' || type == 'K'; }

// One extension header with its data: GNU's long names, or pax.
tar_fault extend(tar_extension& to, char type, std::string_view data) {
  if (type == 'g') return tar_read_pax(data, true, to);
  if (type == 'x' || type == 'X') {
    if (std::exchange(to.seen_pax, true)) return {errc::duplicate_part, "two pax headers for one entry"};
    return tar_read_pax(data, false, to);
  }
  const std::string_view name = data.substr(0, data.find('\0'));
  if (data.substr(name.size()).find_first_not_of('\0') != std::string_view::npos) {
    return {errc::unclaimed_data, "bytes behind a long name"};
  }
  std::optional<std::string>& field = type == 'L' ? to.path : to.link;
  if (field) return {errc::entry_conflict, "an entry's path or link is said twice"};
  if (name.empty()) return {errc::entry_conflict, "an empty long name"};
  field = name;
  return {};
}

}  // namespace

grammar tar(reader& in, context& ctx) {
  archive a{ctx};
  tar_header h;
  std::string data;
  std::optional<contained> content;
  bool first = true;
  for (;;) {
    const bytes_view block = co_await in.take(tar_block);
    const std::uint64_t at = in.offset() - tar_block;
    if (all_zero(block)) break;
    if (!tar_checksum(block)) {
      co_return result{first ? errc::bad_signature : errc::checksum_mismatch, "header", at};
    }
    first = false;
    result fault = object_at(tar_read_header(block, h), at);
    if (!fault.ok()) co_return fault;

    if (extends(h.type)) {
      if (h.size > max_extension) co_return result{errc::metadata_too_large, "an extension header", at};
      result r = a.count(at);
      if (!r.ok()) co_return r;
      data.clear();
      while (data.size() < h.size) {
        const bytes_view piece = co_await in.some(h.size - data.size());
        data += as_text(piece);
      }
      r = object_at(extend(a.extension, h.type, data), at + tar_block);
      if (!r.ok()) co_return r;
    } else if (h.type == 'V' && h.size == 0) {
      // GNU's label of a volume: a name for people, and no file.
    } else {
      result r = a.judge(h, at);
      if (!r.ok()) co_return r;
      const std::uint64_t begin = in.offset();
      // In a stream these bytes have been counted already, as they came out of it.
      if (!ctx.unpacked_before) r = a.budget.fits(h.size, begin + h.size, over_bytes, at);
      if (!r.ok()) co_return r;
      content.emplace(ctx, a.budget.before_nested(begin), contained::place::entry);
      if (!ctx.unpacked_before) a.budget.charge(h.size);
      const contained::spot where{begin, h.size, h.name};
      std::uint64_t left = h.size;
      while (left > 0 && !content->plain()) {
        const bytes_view piece = co_await in.some(left);
        left -= piece.size();
        r = content->feed(piece, where);
        if (!r.ok()) co_return r;
      }
      co_await in.skip(left);
      r = content->finish(where);
      if (!r.ok()) co_return r;
      a.budget.charge_nested(content->unpacked());
      r = a.budget.kept(begin, at);
      if (!r.ok()) co_return r;
    }
    const std::uint64_t gap = (tar_block - h.size % tar_block) % tar_block;
    const bytes_view zeros = co_await in.take(static_cast<std::size_t>(gap));
    if (!all_zero(zeros)) co_return in.object(errc::unclaimed_data, "behind an entry's data", gap);
  }
  if (a.extension.any()) co_return in.object(errc::bad_order, "an extension header without its entry");
  const bytes_view second = co_await in.take(tar_block);
  if (!all_zero(second)) co_return in.object(errc::bad_structure, "one block of zeros", tar_block);
  for (;;) {  // the rest of the last record
    const bytes_view window = co_await in.window();
    if (window.empty()) break;
    const auto nonzero = std::ranges::find_if(window, [](std::byte b) { return b != std::byte{0}; });
    in.consume(static_cast<std::size_t>(nonzero - window.begin()));
    if (nonzero != window.end()) co_return in.object(errc::trailing_data);
  }
  if (in.offset() % tar_block != 0) co_return in.object(errc::bad_length, "not a whole number of blocks");
  ctx.found.unpacked_size = a.budget.unpacked();
  if (!ctx.found.entries) ctx.found.entries = 0;
  co_return result{};
}

}  // namespace uploadgate::formats
