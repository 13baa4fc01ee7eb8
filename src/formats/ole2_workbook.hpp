// The records with which a workbook of Excel begins ([MS-XLS] 2.1.4), followed through the sectors of a
// compound file as they pass: what is encrypted, which sheets hold macros, where links lead.
#pragma once

#include <uploadgate/bytes.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace uploadgate::formats::ole2_format {

class workbook_records {
 public:
  // look: the next bytes of the file, which begin at `offset`.
  void look(bytes_view sector, std::uint64_t offset);

  // Where the first one stands.
  std::optional<std::uint64_t> encryption;   // FilePass
  std::optional<std::uint64_t> macro_sheet;  // a sheet of XLM macros, also a hidden one
  std::optional<std::uint64_t> dde_link;     // a link to another program

 private:
  // One run of records, from the BOF that began it. A file may hold other workbooks, or bytes that look like
  // the beginning of one, so several are followed.
  struct run {
    std::uint64_t record_at = 0;  // where the record begins
    std::size_t read = 0;         // bytes of the record in `bytes`
    std::size_t count = 0;        // records so far; 0: not in use
    std::array<std::byte, 64> bytes{};
  };
  static constexpr std::size_t most_runs = 8;

  void begin(bytes_view sector, std::uint64_t offset);
  void follow(run& r, bytes_view sector, std::uint64_t offset);
  bool judge(const run& r);

  std::array<run, most_runs> runs_{};
  std::size_t used_ = 0;
};

}  // namespace uploadgate::formats::ole2_format
