/// \file form_writer.hpp
/// A judged form written again in one spelling, so that what goes on to the application is what was judged.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/export.hpp>
#include <uploadgate/http/form.hpp>
#include <uploadgate/verdict.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate {

/// form_writer writes multipart/form-data into a string that the host sends on and empties as it likes: for
/// each part begin(), its content as it is (by the host, into the same stream), and end(); then close().
/// Headers are written in one order and spelling, the names as build_form_disposition does, and the boundary
/// is fresh: 128 random bits, which no sender of content can know. It keeps nothing of the form.
class UPLOADGATE_EXPORT form_writer {
 public:
  /// form_writer takes its boundary from OpenSSL's generator. It throws std::runtime_error where that fails.
  form_writer();
  /// form_writer with a boundary of the host's own, which must not occur in any content. It throws
  /// configuration_error where the boundary is not 1 to 70 letters, digits and `._-`.
  explicit form_writer(std::string boundary);

  /// content_type is the value of the new request's Content-Type.
  [[nodiscard]] std::string content_type() const;

  /// begin appends a delimiter and a part's headers. The file name should be a safe name; the type is left
  /// out where it is empty. What multipart_parser would refuse is refused, and then nothing is appended.
  [[nodiscard]] result begin(std::string& out, std::string_view name,
                             std::optional<std::string_view> filename, std::string_view content_type) const;
  /// begin for a judged part: a file with the safe name and the media type that its inspection found (the
  /// name made safe, and application/octet-stream, where it found none), a text with neither.
  [[nodiscard]] result begin(std::string& out, const form_part& part) const;
  /// end appends what stands behind a part's content.
  void end(std::string& out) const;
  /// close appends the closing delimiter.
  void close(std::string& out) const;

 private:
  std::string boundary_;
};

/// form_layout is an accepted form in one spelling, but for the contents, which the host has kept: send for
/// each part its heading and then its content, and at last the closing.
struct form_layout {
  std::vector<std::string> headings;  ///< one a part; from the second on with the end of the part before
  std::string closing;
  std::uint64_t size = 0;  ///< bytes of the whole body, contents included: the new Content-Length
};

/// lay_out writes the headings of the parts of an accepted form, in their order, as form_writer::begin writes
/// them. What that refuses is refused, with the part's offset in the judged body. On success `out` is
/// assigned.
[[nodiscard]] UPLOADGATE_EXPORT result lay_out(const form_writer& writer, std::span<const form_part> parts,
                                               form_layout& out);

}  // namespace uploadgate
