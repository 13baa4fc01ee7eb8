// Writing packed files and tar archives for tests, well and badly.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace uploadgate::test {

std::string deflated(std::string_view data);  // raw deflate
std::string gzipped(std::string_view data);   // one member without a name
std::string gzip_member(std::string_view header, std::string_view data);
std::string bzip2ed(std::string_view data);
std::string xzed(std::string_view data, std::uint32_t preset = 1);
std::string zstded(std::string_view data, int level = 1, int window_log = 0);

// A tar header with a right checksum, as ustar writes it, with its fields to change.
struct tar_fields {
  std::string name;
  char type = '0';
  std::string size = "";  // octal; "" for that of the data
  std::string link = "";
  std::string magic{
      "ustar\0"
      "00",
      8};
  std::string prefix = "";
  std::string mtime = "14000000000";
};
// An entry: its header, its data and padding.
std::string tar_entry(const tar_fields& fields, std::string_view data = {});
std::string tar_file(std::string_view name, std::string_view data = {});
// pax_record writes "length key=value\n"; pax the header 'x' (or 'g') that holds such records.
std::string pax_record(std::string_view key, std::string_view value);
std::string pax(std::string_view records, char type = 'x');
// The two blocks of zeros.
std::string tar_end();

}  // namespace uploadgate::test
