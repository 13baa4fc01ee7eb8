// 7z archives for tests, honest by default, with every field open to lies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate::test {

// A number as 7z writes it.
std::string seven_number(std::uint64_t value);
// The bytes of coders: one of a method, with its properties.
std::string seven_coder(std::string_view method, std::string_view properties = {});
// Raw LZMA and LZMA2, and the properties that name their dictionary.
std::string lzma1ed(std::string_view data, std::uint32_t dictionary);
std::string lzma2ed(std::string_view data, std::uint32_t dictionary);
std::string lzma1_properties(std::uint32_t dictionary);

struct seven_entry {
  std::string name = "a.txt";
  std::string content = "hello";  // an entry without content has no stream
  bool folder = false;
  std::optional<std::uint32_t> attributes{};
};

// One folder that holds all entries.
struct seven_archive {
  std::vector<seven_entry> entries{{}};
  std::string coders = "\1" + seven_coder(std::string_view{"\0", 1});  // with their count and bindings
  std::optional<std::string> packed{};                                 // for the content as it is
  std::vector<std::uint64_t> packed_sizes{};  // of the streams; one of the size of `packed` if empty
  std::uint64_t position = 0;                 // of the packed streams
  std::optional<std::uint64_t> unpacked{};
  std::vector<std::uint64_t> unpack_sizes{};  // of all coders, instead
  std::optional<std::uint32_t> crc{};         // of the first entry
  bool checksums = true;
  std::uint64_t more_parts = 0;    // parts that are no entries
  std::uint64_t more_entries = 0;  // counted, and not there
  std::string properties{};        // of the entries, behind the others
  std::string behind_header{};
  std::string gap{};  // behind the packed streams

  [[nodiscard]] std::string content() const;
  [[nodiscard]] std::string streams() const;  // packed, with the gap
  [[nodiscard]] std::string header() const;
  [[nodiscard]] std::string file() const;
  // With the header packed by LZMA, which says that it unpacks to `says`, and the checksum of `of`.
  [[nodiscard]] std::string file_with_packed_header(std::optional<std::uint64_t> says = {},
                                                    std::optional<std::string> of = {}) const;
};

// The two headers around packed streams.
std::string seven_file(std::string_view streams, std::string_view header);

}  // namespace uploadgate::test
