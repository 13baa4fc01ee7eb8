// The states of the multipart parser.
#pragma once

#include <uploadgate/http/multipart.hpp>

#include "http/needle.hpp"
#include "http/part_headers.hpp"
#include "http/utf8_steps.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uploadgate {

struct multipart_parser::state {
  enum class at : std::uint8_t {
    preamble,
    delimiter,       // behind `--boundary`
    delimiter_cr,    // ... and CR
    delimiter_dash,  // ... and one hyphen
    headers,
    data,
    closed,     // behind the closing delimiter
    closed_cr,  // ... and CR
    ended,      // ... and LF
    ended_cr,   // ... and another CR
    over,       // ... and LF: Ruby's multipart-post writes two line breaks
    failed,
  };

  state(std::string_view content_type, const multipart_limits& l, std::optional<std::uint64_t> length);

  void push(bytes_view chunk) noexcept;
  multipart_event next();
  result finish();

  // Where the byte at i of the chunk stands in the body.
  [[nodiscard]] std::uint64_t offset_of(std::size_t i) const noexcept { return chunk_offset + i; }
  [[nodiscard]] std::string_view rest() const noexcept { return chunk.substr(pos); }

  // Cold, so that they stay out of the functions that read the parts.
  [[gnu::cold]] multipart_event fail(errc code, std::uint64_t offset, std::string_view detail = {});
  [[gnu::cold]] multipart_event fail(objection why);
  [[gnu::cold]] multipart_event tell_refusal();
  multipart_event need_input();
  multipart_event read_events();
  multipart_event read_on();

  multipart_event read_preamble();
  multipart_event read_delimiter();
  multipart_event read_headers();
  multipart_event header_line(std::string_view line, std::uint64_t offset, bool& done);
  multipart_event read_data();
  multipart_event resume_data();
  multipart_event search_data(std::size_t from);
  multipart_event read_end();
  bool begin_part();
  multipart_event begin_data();
  // The bytes up to the first at fault.
  std::string_view checked(std::string_view bytes, std::uint64_t offset);
  // Gives bytes of the part, after the checks that look at each of them.
  multipart_event give(std::string_view bytes, std::uint64_t offset);
  void keep_tail(std::string_view bytes);
  // How long the part's last line is, which these bytes of the chunk end, if it is a beginning of the
  // delimiter; or 0.
  std::size_t half_delimiter(std::string_view bytes);
  // Checks what can only be known at the end of a part; `end` is where its data ends.
  multipart_event end_part(std::uint64_t end);
  multipart_event found_inside(std::uint64_t offset);

  multipart_limits limits;
  http::needle delimiter;  // `--boundary`
  std::string separator;   // CRLF and the delimiter
  http::part_headers headers;
  std::optional<std::uint64_t> announced;

  at where = at::preamble;
  std::string_view chunk{};
  std::size_t pos = 0;
  std::uint64_t chunk_offset = 0;
  bool clipped = false;  // more came than the form may hold

  std::size_t preamble_matched = 0;
  std::size_t preamble_skipped = 0;
  bool in_part = false;
  std::uint64_t parts = 0;
  std::uint64_t headers_begin = 0;
  std::string partial_line;
  // The body so far ends with `held` bytes of the separator, not given yet; or with `matched` bytes of the
  // delimiter that no line break precedes, which are given.
  std::size_t held = 0;
  std::size_t matched = 0;
  std::uint64_t part_size = 0;
  bool check_bytes = false;          // the open part may not hold just any bytes
  http::utf8_steps text;             // of the open part, where it is a field
  std::string tail;                  // the part's last bytes before this chunk
  std::size_t partial = 0;           // see half_delimiter, at the end of the part
  std::optional<objection> refusal;  // to be told after the data before it
  objection why{};
  std::uint64_t worked = 0;
};

}  // namespace uploadgate
