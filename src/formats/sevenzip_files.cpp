// The entries of a 7z archive: their names, what they are, and the rules that they must keep.
#include "entry_name.hpp"
#include "sevenzip_fields.hpp"
#include "tar_names.hpp"
#include "utf16.hpp"
#include "zeros.hpp"

#include <algorithm>

namespace uploadgate::formats::sevenzip_format {
namespace {

// Attributes of Windows; where the extension bit is set, the high half is a Unix mode (7-Zip, p7zip).
constexpr std::uint32_t directory_attribute = 0x10, reparse_attribute = 0x400, unix_extension = 0x8000;
constexpr std::uint32_t type_mask = 0xF000, type_folder = 0x4000, type_file = 0x8000, type_link = 0xA000;

struct properties {
  std::uint64_t count = 0;
  std::vector<bool> empty_stream{};
  std::vector<bool> empty_file{};  // of those without a stream
  std::vector<bool> anti{};
  std::vector<std::string> names{};
  std::vector<std::optional<std::uint32_t>> attributes{};
  std::uint32_t seen = 0;
};

// UTF-16 (little endian) up to a NUL; false where it is none.
bool read_name(fields& in, std::string& name) {
  utf16_text text;
  for (;;) {
    const bytes_view unit = in.bytes(2);
    if (unit.empty()) return false;
    if (le16(unit, 0) == 0) break;
    if (!text.add(le16(unit, 0))) return false;
  }
  name = text.take();
  return text.whole();
}

result read_names(fields& in, properties& p) {
  for (std::uint64_t i = 0; i < p.count; ++i) {
    if (!read_name(in, p.names.emplace_back())) {
      return {errc::entry_name, "a name that is not UTF-16", in.at()};
    }
  }
  return {};
}

result read_attributes(fields& in, properties& p) {
  const std::vector<bool> defined = in.bits(p.count, true);
  if (in.byte() != 0) return in.object(errc::unsupported_feature, "attributes in a stream of their own");
  for (std::size_t i = 0; i < defined.size() && !in.bad(); ++i) {
    p.attributes.emplace_back();
    if (defined[i]) p.attributes.back() = in.word();
  }
  return {};
}

result read_times(fields& in, const properties& p) {
  const std::vector<bool> defined = in.bits(p.count, true);
  if (in.byte() != 0) return in.object(errc::unsupported_feature, "times in a stream of their own");
  in.bytes(8 * static_cast<std::uint64_t>(std::ranges::count(defined, true)));
  return {};
}

result read_property(std::uint64_t type, fields& in, properties& p) {
  const auto empty = static_cast<std::uint64_t>(std::ranges::count(p.empty_stream, true));
  switch (type) {
    case empty_stream_mark:
      p.empty_stream = in.bits(p.count, false);
      return {};
    case empty_file_mark:
      p.empty_file = in.bits(empty, false);
      return {};
    case anti_mark:
      p.anti = in.bits(empty, false);
      return {};
    case names_mark:
      if (in.byte() != 0) return in.object(errc::unsupported_feature, "names in a stream of their own");
      return read_names(in, p);
    case creation_mark:
    case access_mark:
    case change_mark:
      return read_times(in, p);
    case attributes_mark:
      return read_attributes(in, p);
    case dummy_mark: {
      const std::uint64_t at = in.at();
      if (!all_zero(in.bytes(in.left().size())))
        return {errc::unclaimed_data, "padding that is not zero", at};
      return {};
    }
    default:
      return in.object(errc::unsupported_feature, "a property of an unknown type");
  }
}

result read_properties(fields& in, properties& p) {
  for (;;) {
    const std::uint64_t type = in.number();
    if (in.bad()) return in.broken("properties");
    if (type == end_mark) return {};
    const std::uint32_t bit = type < 32 ? 1U << type : 0;
    if (type != dummy_mark && (p.seen & bit))
      return in.object(errc::duplicate_part, "a property of the entries");
    p.seen |= bit;
    const std::uint64_t size = in.number();
    fields one = in.part(size);
    if (in.bad()) return in.broken("a property's length");
    if (result r = read_property(type, one, p); !r.ok()) return r;
    if (one.bad()) return in.broken("a property");
    if (!one.left().empty()) return one.object(errc::unclaimed_data, "behind a property");
  }
}

result judge_attributes(const entry& e, std::uint32_t attributes, std::uint64_t at) {
  if (attributes & reparse_attribute) return {errc::entry_link, e.name, at};
  if (((attributes & directory_attribute) != 0) != e.folder) {
    return {errc::entry_conflict, e.name + ": a folder, and a file", at};
  }
  if ((attributes & unix_extension) == 0) return {};
  const std::uint32_t type = attributes >> 16U & type_mask;
  if (type == type_link) return {errc::entry_link, e.name, at};
  if (type != 0 && type != type_file && type != type_folder) return {errc::entry_special, e.name, at};
  if (type != 0 && (type == type_folder) != e.folder) {
    return {errc::entry_conflict, e.name + ": a folder, and a file", at};
  }
  return {};
}

result judge_entry(const entry& e, context& ctx, tar_names& names, std::uint64_t at) {
  if (result r = judge_entry_name(ctx, e.name, name_encoding::utf8, at); !r.ok()) return r;
  const tar_names::kind what = e.folder ? tar_names::kind::folder : tar_names::kind::file;
  if (result r = names.add(e.name, what, at, true); !r.ok()) return r;
  if (!e.folder && names_program(e.name)) {
    return handle(ctx, &archive_limits::executables, errc::entry_executable, e.name, at);
  }
  return {};
}

result read_files(fields& in, context& ctx, header& out) {
  const std::uint64_t at = in.at();
  properties p;
  p.count = in.number();
  result r = within(ctx, p.count, &archive_limits::max_entries, errc::too_many_entries, over, at);
  if (!r.ok()) return r;
  if (r = read_properties(in, p); !r.ok()) return r;
  if (p.names.size() != p.count) return {errc::missing_part, "the names of the entries", at};
  if (std::ranges::count(p.anti, true) > 0) {
    return {errc::entry_special, "an entry that deletes what stands under its name", at};
  }
  ctx.found.entries = p.count;
  tar_names names{ctx};
  std::size_t empty = 0;
  for (std::size_t i = 0; i < p.count; ++i) {
    entry& e = out.entries.emplace_back(entry{.name = std::move(p.names[i])});
    e.has_data = i >= p.empty_stream.size() || !p.empty_stream[i];
    if (!e.has_data) {
      e.folder = empty >= p.empty_file.size() || !p.empty_file[empty];
      ++empty;
    }
    if (r = judge_entry(e, ctx, names, at); !r.ok()) return r;
    if (i >= p.attributes.size() || !p.attributes[i]) continue;
    if (r = judge_attributes(e, *p.attributes[i], at); !r.ok()) return r;
  }
  return {};
}

}  // namespace

result read_header(bytes_view bytes, context& ctx, header& out, header_place where) {
  fields in{bytes, where};
  in.byte();  // header_mark
  std::uint64_t next = in.number();
  if (next == main_streams_mark) {
    if (result r = read_streams(in, ctx, out.streams); !r.ok()) return r;
    next = in.number();
  }
  if (next == files_mark) {
    if (result r = read_files(in, ctx, out); !r.ok()) return r;
    next = in.number();
  }
  if (in.bad() || next != end_mark) return in.broken("its end");
  if (!in.left().empty()) return in.object(errc::unclaimed_data, "behind the header");
  const auto with_data = std::ranges::count(out.entries, true, &entry::has_data);
  if (static_cast<std::size_t>(with_data) != out.streams.parts.size()) {
    return in.object(errc::directory_mismatch, "as many entries with data as parts of folders there are not");
  }
  const auto unchecked = std::ranges::find_if(out.streams.parts, [](const stream_part& p) { return !p.crc; });
  if (unchecked != out.streams.parts.end()) return in.object(errc::missing_part, "an entry's checksum");
  ctx.found.entries = out.entries.size();
  return {};
}

}  // namespace uploadgate::formats::sevenzip_format
