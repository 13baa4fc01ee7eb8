// Reading forms in tests: what a parser gave, whatever the chunks were.
#pragma once

#include <uploadgate/http/multipart.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate::test {

struct read_part {
  std::string name;
  std::optional<std::string> filename;
  std::string content_type;
  std::string data;
  bool ended = false;
  bool operator==(const read_part&) const = default;
};

struct read_form {
  std::vector<read_part> parts;
  std::string reason;  // "" where accepted
  std::optional<std::uint64_t> offset;
  std::uint64_t work = 0;
  std::uint64_t data_events = 0;  // the most that one part gave within one chunk
  bool operator==(const read_form& other) const {
    return parts == other.parts && reason == other.reason && offset == other.offset;
  }
};

class form_reader {
 public:
  explicit form_reader(std::string_view content_type, const multipart_limits& limits = {},
                       std::optional<std::uint64_t> length = {})
      : parser_{content_type, limits, length} {}

  void feed(bytes_view chunk) {
    parser_.push(chunk);
    std::uint64_t events = 0;
    for (;;) {
      const multipart_event e = parser_.next();
      using kind = enum multipart_event::kind;
      switch (e.kind) {
        case kind::need_input:
        case kind::rejected:
          return;
        case kind::part: {
          events = 0;
          const multipart_part& p = parser_.part();
          form.parts.push_back({std::string{p.name}, {}, std::string{p.content_type}, {}});
          if (p.filename) form.parts.back().filename = std::string{*p.filename};
          break;
        }
        case kind::data:
          form.data_events = std::max(form.data_events, ++events);
          form.parts.back().data.append(as_text(e.data));
          break;
        case kind::part_end:
          form.parts.back().ended = true;
          break;
        case kind::form_end:
          break;
      }
    }
  }

  read_form finish() {
    if (const result r = parser_.finish(); !r.ok()) {
      form.reason = reason(r.why().code);
      form.offset = r.why().offset;
    }
    form.work = parser_.work();
    return std::move(form);
  }

  read_form form;

 private:
  multipart_parser parser_;
};

inline constexpr std::string_view boundary_x = "multipart/form-data; boundary=X-y";

// part writes one part behind a delimiter `--X-y`; header lines are given without their ends.
inline std::string part(std::string_view headers, std::string_view data = "data") {
  return "--X-y\r\n" + std::string{headers} + "\r\n\r\n" + std::string{data} + "\r\n";
}
inline std::string disposition(std::string_view parameters) {
  return "Content-Disposition: form-data" + std::string{parameters};
}
inline std::string field(std::string_view name, std::string_view data) {
  return part(disposition("; name=\"" + std::string{name} + "\""), data);
}
inline std::string file(std::string_view name, std::string_view filename, std::string_view data,
                        std::string_view type = "application/octet-stream") {
  return part(
      disposition("; name=\"" + std::string{name} + "\"; filename=\"" + std::string{filename} + "\"") +
          "\r\nContent-Type: " + std::string{type},
      data);
}
inline std::string body(std::string_view parts) { return std::string{parts} + "--X-y--\r\n"; }

}  // namespace uploadgate::test
