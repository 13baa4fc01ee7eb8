/// \file multipart.hpp
/// A streaming parser of multipart/form-data that refuses every body which two parsers could read differently
/// (RFC 7578, RFC 2046 section 5.1, RFC 9110 section 5.6, and the form encoding of WHATWG's HTML).
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/export.hpp>
#include <uploadgate/verdict.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace uploadgate {

/// multipart_limits bounds one form, and holds the switches for clients that write forms in an odd way.
/// All lengths are bytes. The defaults lie below the point at which a known parser cuts or drops silently.
struct multipart_limits {
  std::uint64_t max_body = 1 * GiB;       ///< the whole body, delimiters and headers included
  std::uint64_t max_parts = 1000;         ///< PHP drops what comes after 1,000 variables
  std::uint64_t max_headers = 8;          ///< header lines of one part
  std::uint64_t max_header_bytes = 1000;  ///< header lines of one part and their end; Django reads 1,022
  std::uint64_t max_name = 255;           ///< a field's name
  std::uint64_t max_filename = 255;       ///< a file's name; Django cuts at 255
  std::uint64_t max_content_type = 255;   ///< a part's Content-Type

  /// leading_crlf accepts one CRLF before the first delimiter, as Unity's clients send it. Danger: parsers
  /// that do not look for a preamble refuse such a body; none is known to read it differently.
  bool leading_crlf = false;
  /// token_values accepts `name=x` and `filename=a.png` without quotation marks, of letters, digits and
  /// `._-` only, as .NET writes them. Danger: parsers that look for `name="` drop the part or the file name.
  bool token_values = false;
  /// matching_filename_star accepts `filename*=utf-8''a.png` behind a filename whose text is the same, as
  /// .NET writes it. Danger: parsers that take either for an error refuse the part. One that differs is
  /// refused even so.
  bool matching_filename_star = false;
  /// message_types accepts parts of type message/*, which browsers send for .eml files. Danger: parsers made
  /// for mail (Python's email) open the message instead of giving its bytes.
  bool message_types = false;
  /// percent_escapes accepts `%20` and the like in names, as aiohttp's client writes them for all but
  /// letters and digits. Danger: Rack and cgicc undo them, others do not. `%22`, `%0A` and `%0D` stay
  /// refused.
  bool percent_escapes = false;
  /// extension_headers accepts part headers whose name begins with `X-`. Danger: a parser might act on one.
  bool extension_headers = false;
  /// binary_fields accepts fields (parts without a file name) that are not UTF-8. Danger: parsers that give
  /// text (Django, Starlette, busboy) replace the bytes, each in its own way.
  bool binary_fields = false;

  bool operator==(const multipart_limits&) const = default;
};

/// boundary_limit is how long a boundary may be, in characters (RFC 2046, section 5.1.1).
inline constexpr std::size_t boundary_limit = 70;

/// parse_boundary takes the boundary out of a request's Content-Type. The value must be `multipart/form-data`
/// with one parameter `boundary`, of 1 to 70 characters, and at most one `charset`, which must be UTF-8; or
/// us-ascii, iso-8859-1 or windows-1252, under which a multipart_parser takes names and fields in ASCII only.
/// Everything that servers are known to read differently is an objection: duplicates, continuations
/// (`boundary*0`), unquoted specials, spaces, commas, escapes, other parameters. The offset is that of the
/// character in the header's value. On success the boundary is assigned to `boundary`; it views
/// `content_type`.
[[nodiscard]] UPLOADGATE_EXPORT result parse_boundary(std::string_view content_type,
                                                      std::string_view& boundary);

/// multipart_part is what the headers of a part say. The views live until the next call that gives a part.
struct multipart_part {
  std::string_view name{};                     ///< the field's name, valid UTF-8, never empty
  std::optional<std::string_view> filename{};  ///< nothing for a field; empty where no file was chosen
  std::string_view content_type{};             ///< as sent; empty where the part has none
  std::uint64_t offset = 0;                    ///< where the part's headers begin in the body
};

/// multipart_event is what multipart_parser::next gives.
struct multipart_event {
  enum class kind : std::uint8_t {
    need_input,  ///< all that was pushed is read: push more, or finish
    part,        ///< the headers of a part were read; `part()` tells of them
    data,        ///< bytes of the part, never none; at most two a chunk and part
    part_end,    ///< the part and the delimiter behind it are complete
    form_end,    ///< the closing delimiter was read; finish() must still be called
    rejected,    ///< the body is refused, why() says why; no event follows
  };
  enum kind kind = kind::need_input;
  bytes_view data{};  ///< views the pushed chunk, or the parser's own delimiter; lives until the next call
};

/// multipart_parser reads one body: push a chunk, take events with next() until it needs input, and finish().
/// It does no I/O, copies no data of a part, and holds about 2 KiB. One thread at a time. The answer, with
/// its offset in the body, does not depend on how the body is cut into chunks.
///
/// It judges framing and headers only: what a part contains, and which fields may stand, is for form_policy.
/// Only a finish() that is ok says that the body is whole; bytes given before it may belong to a body that is
/// refused later.
class UPLOADGATE_EXPORT multipart_parser {
 public:
  /// multipart_parser takes the request's Content-Type, and its Content-Length where it has one. A
  /// Content-Type that is not in order shows as the first event.
  explicit multipart_parser(std::string_view content_type, const multipart_limits& limits = {},
                            std::optional<std::uint64_t> content_length = {});
  multipart_parser(multipart_parser&&) noexcept;
  multipart_parser& operator=(multipart_parser&&) noexcept;
  ~multipart_parser();

  /// push gives the next bytes of the body; they must live until next() has asked for more. What was pushed
  /// before must be read.
  void push(bytes_view chunk) noexcept;
  /// next gives the next event. It throws only std::bad_alloc.
  multipart_event next();
  /// finish says that the body has ended. Nothing is wrong only where the form is closed and all was read.
  [[nodiscard]] result finish();

  /// part is the part that the last `part` event began.
  [[nodiscard]] const multipart_part& part() const noexcept;
  /// why is the objection behind a `rejected` event. Only there.
  [[nodiscard]] const objection& why() const noexcept;
  /// offset is how many bytes of the body are read.
  [[nodiscard]] std::uint64_t offset() const noexcept;
  /// work counts the bytes looked at, those looked at again included; for tests that prove linear time.
  [[nodiscard]] std::uint64_t work() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace uploadgate
