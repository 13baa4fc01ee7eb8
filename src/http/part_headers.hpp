// The headers of one part, read line by line.
#pragma once

#include <uploadgate/http/content_disposition.hpp>
#include <uploadgate/http/multipart.hpp>

#include "http/needle.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uploadgate::http {

class part_headers {
 public:
  explicit part_headers(const multipart_limits& limits) : limits_{limits} {}

  // ascii_form says that the form's character set leaves only ASCII the same for all.
  void ascii_form(bool is) noexcept { ascii_form_ = is; }

  // start forgets the part before; the headers begin at `offset`.
  void start(std::uint64_t offset) noexcept;
  // plain reads a whole block of headers, its end too, where the text begins with one as nearly all clients
  // write it, and gives its length. After it, part() is complete. 0 says nothing about the text, and changes
  // nothing.
  std::size_t plain(std::string_view text);
  // line reads one line without its end; `offset` is where it begins in the body.
  result line(std::string_view text, std::uint64_t offset, const needle& delimiter);
  // end is called at the empty line. After it, part() is complete.
  result end(std::uint64_t offset);

  [[nodiscard]] const multipart_part& part() const noexcept { return part_; }
  // The size that the part announces.
  [[nodiscard]] std::optional<std::uint64_t> announced() const noexcept { return announced_; }
  // Whether the part's bytes must be UTF-8, as most servers give a field's content as text.
  [[nodiscard]] bool utf8_only() const noexcept { return !part_.filename && !limits_.binary_fields; }
  // Whether the part's bytes must be ASCII, so that every character set reads them alike.
  [[nodiscard]] bool ascii_only() const noexcept {
    return (ascii_form_ || charset_ == charset::ascii) && !part_.filename;
  }
  // Whether anything is asked of the part's bytes.
  [[nodiscard]] bool check_bytes() const noexcept {
    return utf8_only() || ascii_only() || announced_ || (part_.filename && part_.filename->empty());
  }

 private:
  enum class charset : std::uint8_t { utf8, ascii, other };
  enum header : unsigned { disposition = 1, type = 2, encoding = 4, length = 8 };

  // The name ends at `colon`, the value begins at `at`.
  result value_of(std::string_view text, std::size_t colon, std::size_t at, std::uint64_t offset);
  result named(std::string_view name, std::string_view value, std::uint64_t name_at, std::uint64_t value_at);
  result once(header which, std::uint64_t offset);
  void keep(const form_disposition& d);
  result read_disposition(std::string_view value, std::uint64_t at);
  result read_type(std::string_view value, std::uint64_t at);
  result read_type_parameter(std::string_view value, std::size_t& i, std::uint64_t at);
  result read_length(std::string_view value, std::uint64_t at);

  multipart_limits limits_;
  bool ascii_form_ = false;
  multipart_part part_{};
  std::string stored_;  // name and file name, content type, as they came
  std::size_t name_at_ = 0;
  std::size_t name_size_ = 0;
  std::size_t filename_size_ = 0;
  std::size_t type_at_ = 0;
  std::size_t type_size_ = 0;
  bool is_file_ = false;
  unsigned seen_ = 0;
  std::uint64_t lines_ = 0;
  std::optional<std::uint64_t> announced_;
  charset charset_ = charset::utf8;
  std::uint64_t charset_at_ = 0;
  bool charset_seen_ = false;
  std::optional<std::uint64_t> octets_at_;  // where application/octet-stream stands
};

}  // namespace uploadgate::http
