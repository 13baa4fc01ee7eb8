// Whether a picture, a sound or a film can also be read as something else.
//
// A grammar claims coded pixels and sound without decoding them, so they are where a second file is put: an
// archive that is found from the end of the file, a document whose readers look for its mark among the first
// bytes, a page or a script that a wrongly configured server runs wherever its tag stands. What is looked for
// is long enough not to stand in coded data by chance (under one in 10^10 a byte, all together), or stands
// where the other reader looks for it.
#pragma once

#include <uploadgate/limits.hpp>
#include <uploadgate/verdict.hpp>

#include "grammar.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace uploadgate::formats {

class other_reading {
 public:
  // What is read: a picture, a sound or a film; a PDF, in which only text that acts and programs count; a
  // compound file or RTF, whose text may be about any code, so that only programs and a ZIP that ends it do.
  // Other documents, text and archives have rules of their own.
  enum class subject : std::uint8_t { media, pdf, compound };
  // subject_of: what the files of this row are; none where the rule is not about them.
  static std::optional<subject> subject_of(const format& row);

  explicit other_reading(handling payload_text, subject s = subject::media,
                         handling embedded_files = handling::reject)
      : payload_text_{payload_text}, embedded_files_{embedded_files}, subject_{s} {}

  // feed reads the next bytes and says how many of them it takes to know of an objection: all where there is
  // none.
  std::size_t feed(bytes_view chunk);
  // finish says that there are no more.
  void finish();
  [[nodiscard]] const result& objection() const { return wrong_; }
  // Said once, where the policy only warns of text that acts.
  [[nodiscard]] const std::string& warning() const { return warning_; }

 private:
  // The longest thing that is looked for, and what a position needs behind it to be judged.
  static constexpr std::size_t look_ahead = 48;
  static constexpr std::size_t head_size = 512;

  std::size_t run(std::string_view now);
  std::optional<std::size_t> scan(std::string_view text, std::size_t positions, std::uint64_t at);
  [[nodiscard]] std::size_t find_script(std::string_view text) const;
  bool judge(std::string_view rest, std::uint64_t offset);
  bool judge_text(std::string_view rest, std::uint64_t offset);
  bool object_to_program(std::string_view rest, std::uint64_t offset);
  bool object(errc code, std::string_view what, std::uint64_t offset);
  void judge_head();
  void note_archive_end(std::string_view rest, std::uint64_t offset);

  handling payload_text_;
  handling embedded_files_;
  subject subject_;
  result wrong_{};
  std::string warning_;
  std::uint64_t size_ = 0;
  std::optional<std::uint64_t> archive_end_;
  std::uint64_t archive_comment_ = 0;
  char hidden_until_ = 0;  // what ends the hiding of the file in a script that its first bytes begin; 0: none
  std::size_t kept_ = 0;   // bytes whose positions are not judged yet
  std::array<char, 2 * look_ahead> tail_{};
  std::size_t head_kept_ = 0;
  std::array<std::byte, head_size> head_;  // read only as far as it was written
};

// Positions where one of the things looked for may begin, in order; some are none.
struct mark_list {
  std::array<std::size_t, 256> at;  // read only as far as it was written
  std::size_t count = 0;
  std::size_t next = 0;  // where to look on; the size of the text where it was looked through
};
// find_marks gives those at or behind `from`, as many as fit.
mark_list find_marks(std::string_view text, std::size_t from);

}  // namespace uploadgate::formats
