#include "zip_builder.hpp"

#include <zlib.h>

#include <algorithm>

namespace uploadgate::test {

std::string little(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFF);
  return out;
}

std::uint32_t crc_of(std::string_view text) {
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

namespace {

struct made {
  const zip_entry* entry;
  std::uint64_t offset;
  std::uint16_t flags, method;
  std::uint32_t crc;
  std::uint64_t packed, unpacked;
};

std::string central(const made& m) {
  const zip_entry& e = *m.entry;
  const std::string name = e.central_name.value_or(e.name);
  return "PK\x01\x02" + little(20, 1) + little(e.made_by, 1) + little(20, 2) +
         little(e.central_flags.value_or(m.flags), 2) + little(e.central_method.value_or(m.method), 2) +
         little(0, 4) + little(e.central_crc.value_or(m.crc), 4) +
         little(e.central_packed.value_or(static_cast<std::uint32_t>(m.packed)), 4) +
         little(e.central_unpacked.value_or(static_cast<std::uint32_t>(m.unpacked)), 4) +
         little(name.size(), 2) + little(e.central_extra.size(), 2) + little(e.comment.size(), 2) +
         little(0, 4) + little(e.attributes, 4) +
         little(e.central_offset.value_or(static_cast<std::uint32_t>(m.offset)), 4) + name + e.central_extra +
         e.comment;
}

made local(const zip_entry& e, std::string& out) {
  out += e.gap;
  const std::string packed = e.packed.value_or(e.deflate ? deflated(e.content) : e.content);
  const made m{.entry = &e,
               .offset = out.size(),
               .flags = static_cast<std::uint16_t>(e.flags | (e.descriptor ? 8 : 0)),
               .method = e.method.value_or(e.deflate ? 8 : 0),
               .crc = e.crc.value_or(crc_of(e.content)),
               .packed = e.packed_size.value_or(static_cast<std::uint32_t>(packed.size())),
               .unpacked = e.unpacked.value_or(static_cast<std::uint32_t>(e.content.size()))};
  const auto unless_later = [&](std::uint64_t v) { return little(e.descriptor ? 0 : v, 4); };
  out += std::string{"PK\x03\x04"} + little(20, 2) + little(m.flags, 2) + little(m.method, 2) + little(0, 4) +
         unless_later(m.crc) + unless_later(m.packed) + unless_later(m.unpacked) + little(e.name.size(), 2) +
         little(e.local_extra.size(), 2) + e.name + e.local_extra + packed;
  if (e.descriptor) {
    const int width = e.descriptor_wide ? 8 : 4;
    out += e.descriptor_bytes.value_or((e.descriptor_marked ? "PK\x07\x08" : "") + little(m.crc, 4) +
                                       little(m.packed, width) + little(m.unpacked, width));
  }
  return m;
}

}  // namespace

std::string zip_file::bytes() const {
  std::string out;
  std::vector<made> listed;
  for (const zip_entry& e : entries) {
    std::string dropped;
    const made m = local(e, e.in_file ? out : dropped);
    if (e.in_directory) listed.push_back(m);
  }
  if (reversed_directory) std::ranges::reverse(listed);
  out += before_directory;
  const std::uint64_t at = out.size();
  for (const made& m : listed) out += central(m);
  const std::uint64_t size = out.size() - at;
  out += before_end;
  if (zip64) {
    const std::uint64_t end64 = out.size();
    out += "PK\x06\x06" + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 8) +
           little(listed.size(), 8) + little(listed.size(), 8) + little(size, 8) + little(at, 8);
    out += "PK\x06\x07" + little(0, 4) + little(end64, 8) + little(1, 4);
  }
  const auto n = static_cast<std::uint16_t>(zip64 ? 0xFFFF : listed.size());
  out += "PK\x05\x06" + little(0, 4) + little(count.value_or(n), 2) + little(count.value_or(n), 2) +
         little(directory_size.value_or(static_cast<std::uint32_t>(zip64 ? 0xFFFFFFFF : size)), 4) +
         little(directory_offset.value_or(static_cast<std::uint32_t>(zip64 ? 0xFFFFFFFF : at)), 4) +
         little(comment.size(), 2) + comment;
  return out + after;
}

std::string zipped(const std::vector<std::pair<std::string, std::string>>& files) {
  zip_file z;
  for (const auto& [name, content] : files) z.entries.push_back({.name = name, .content = content});
  return z.bytes();
}

}  // namespace uploadgate::test
