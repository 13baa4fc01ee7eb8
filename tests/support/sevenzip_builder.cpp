#include "sevenzip_builder.hpp"

#include "zip_builder.hpp"

#include <lzma.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace uploadgate::test {
namespace {

std::string packed_by(lzma_vli filter, std::string_view data, std::uint32_t dictionary) {
  lzma_options_lzma options{};
  lzma_lzma_preset(&options, 6);
  options.dict_size = std::min<std::uint32_t>(dictionary, 1 << 20);
  const std::array<lzma_filter, 2> chain{lzma_filter{filter, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
  std::string out(data.size() + data.size() / 2 + 4096, '\0');
  std::size_t size = 0;
  const lzma_ret r =
      lzma_raw_buffer_encode(chain.data(), nullptr, reinterpret_cast<const std::uint8_t*>(data.data()),
                             data.size(), reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size());
  if (r != LZMA_OK) throw std::runtime_error("lzma");
  out.resize(size);
  return out;
}

std::string property(char type, std::string_view data) {
  return type + seven_number(data.size()) + std::string{data};
}

std::string bits(const std::vector<bool>& set) {
  std::string out((set.size() + 7) / 8, '\0');
  for (std::size_t i = 0; i < set.size(); ++i)
    if (set[i]) out[i / 8] = static_cast<char>(out[i / 8] | 0x80 >> (i % 8));
  return out;
}

std::string utf16(std::string_view ascii) {
  std::string out;
  for (const char c : ascii) out += std::string{c, '\0'};
  return out + std::string(2, '\0');
}

std::string files_info(const seven_archive& a) {
  std::vector<bool> empty;
  std::vector<bool> empty_file;
  std::vector<bool> attributes_defined;
  std::string names(1, '\0');
  std::string attributes;
  for (const seven_entry& e : a.entries) {
    empty.push_back(e.folder || e.content.empty());
    if (empty.back()) empty_file.push_back(!e.folder);
    names += utf16(e.name);
    attributes_defined.push_back(e.attributes.has_value());
    if (e.attributes) attributes += little(*e.attributes, 4);
  }
  std::string out = "\5" + seven_number(a.entries.size() + a.more_entries);
  if (!empty_file.empty()) {
    out += property('\x0E', bits(empty));
    out += property('\x0F', bits(empty_file));
  }
  out += property('\x11', names);
  if (!attributes.empty())
    out +=
        property('\x15', std::string(1, '\0') + bits(attributes_defined) + std::string(1, '\0') + attributes);
  return out + a.properties + std::string(1, '\0');
}

std::string pack_info(std::uint64_t position, const std::vector<std::uint64_t>& sizes) {
  std::string out = "\6" + seven_number(position) + seven_number(sizes.size()) + "\x09";
  for (const std::uint64_t size : sizes) out += seven_number(size);
  return out + std::string(1, '\0');
}

}  // namespace

std::string seven_number(std::uint64_t value) {
  if (value < 0x80) return std::string(1, static_cast<char>(value));
  return "\xFF" + little(value, 8);
}

std::string seven_coder(std::string_view method, std::string_view properties) {
  const auto flags = static_cast<char>(method.size() | (properties.empty() ? 0U : 0x20U));
  std::string out = flags + std::string{method};
  if (!properties.empty()) out += seven_number(properties.size()) + std::string{properties};
  return out;
}

std::string lzma1ed(std::string_view data, std::uint32_t dictionary) {
  return packed_by(LZMA_FILTER_LZMA1, data, dictionary);
}
std::string lzma2ed(std::string_view data, std::uint32_t dictionary) {
  return packed_by(LZMA_FILTER_LZMA2, data, dictionary);
}
std::string lzma1_properties(std::uint32_t dictionary) { return "\x5D" + little(dictionary, 4); }

std::string seven_archive::content() const {
  std::string all;
  for (const seven_entry& e : entries) all += e.content;
  return all;
}

std::string seven_archive::streams() const { return packed.value_or(content()) + gap; }

std::string seven_archive::header() const {
  std::vector<std::string> parts;
  for (const seven_entry& e : entries)
    if (!e.content.empty()) parts.push_back(e.content);
  std::string out = "\1";
  if (!parts.empty()) {
    const std::size_t size = packed.value_or(content()).size();
    out += "\4" + pack_info(position, packed_sizes.empty() ? std::vector<std::uint64_t>{size} : packed_sizes);
    out += "\7\x0B\1" + std::string(1, '\0') + coders + "\x0C";
    if (unpack_sizes.empty()) out += seven_number(unpacked.value_or(content().size()));
    for (const std::uint64_t n : unpack_sizes) out += seven_number(n);
    out += std::string(1, '\0') + "\x08\x0D" + seven_number(parts.size() + more_parts);
    if (parts.size() + more_parts > 1) out += "\x09";
    for (std::size_t i = 0; i + 1 < parts.size() + more_parts; ++i)
      out += seven_number(i < parts.size() ? parts[i].size() : 0);
    if (checksums) {
      out += "\x0A\1";
      for (std::size_t i = 0; i < parts.size() + more_parts; ++i) {
        const std::uint32_t right = i < parts.size() ? crc_of(parts[i]) : 0;
        out += little(i == 0 ? crc.value_or(right) : right, 4);
      }
    }
    out += std::string(2, '\0');
  }
  return out + files_info(*this) + std::string(1, '\0') + behind_header;
}

std::string seven_file(std::string_view streams, std::string_view header) {
  const std::string start = little(streams.size(), 8) + little(header.size(), 8) + little(crc_of(header), 4);
  return std::string{"7z\xBC\xAF\x27\x1C\0\4", 8} + little(crc_of(start), 4) + start + std::string{streams} +
         std::string{header};
}

std::string seven_archive::file() const { return seven_file(streams(), header()); }

std::string seven_archive::file_with_packed_header(std::optional<std::uint64_t> says,
                                                   std::optional<std::string> of) const {
  const std::string plain = of.value_or(header());
  const std::string packed_header = lzma1ed(plain, 1 << 16);
  const std::string before = streams();
  std::string out =
      "\x17" + pack_info(before.size(), {packed_header.size()}) + "\7\x0B\1" + std::string(1, '\0');
  out += "\1" + seven_coder("\3\1\1", lzma1_properties(1 << 16)) + "\x0C" +
         seven_number(says.value_or(plain.size()));
  out += "\x0A\1" + little(crc_of(plain), 4) + std::string(2, '\0');
  return seven_file(before + packed_header, out);
}

}  // namespace uploadgate::test
