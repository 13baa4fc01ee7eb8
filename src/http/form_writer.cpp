#include <uploadgate/http/content_disposition.hpp>
#include <uploadgate/http/form_writer.hpp>
#include <uploadgate/safe_name.hpp>

#include "http/characters.hpp"
#include "http/part_headers.hpp"

#include <openssl/rand.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace uploadgate {
namespace {

std::string random_boundary() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error{"OpenSSL gave no random bytes for a boundary"};
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "uploadgate-";
  for (const unsigned char b : bytes) out += {hex[b >> 4], hex[b & 15]};
  return out;
}

}  // namespace

form_writer::form_writer() : boundary_{random_boundary()} {}

form_writer::form_writer(std::string boundary) : boundary_{std::move(boundary)} {
  bool legal = !boundary_.empty() && boundary_.size() <= boundary_limit;
  for (const char c : boundary_) legal = legal && http::is(c, http::ch::simple);
  if (!legal) throw configuration_error{"a boundary is 1 to 70 letters, digits and ._-"};
}

std::string form_writer::content_type() const { return "multipart/form-data; boundary=" + boundary_; }

result form_writer::begin(std::string& out, std::string_view name, std::optional<std::string_view> filename,
                          std::string_view content_type) const {
  std::string headers;
  if (result r = build_form_disposition(name, filename, headers); !r.ok()) return r;
  headers.insert(0, "Content-Disposition: ");
  // The parser's own reading decides whether the headers are in order.
  const http::needle delimiter{"--" + boundary_};
  http::part_headers reader{multipart_limits{}};
  reader.start(0);
  if (result r = reader.line(headers, 0, delimiter); !r.ok()) return r;
  if (!content_type.empty()) {
    const std::string line = "Content-Type: " + std::string{content_type};
    if (result r = reader.line(line, 0, delimiter); !r.ok()) return r;
    headers += "\r\n" + line;
  }
  if (result r = reader.end(0); !r.ok()) return r;
  out += "--" + boundary_ + "\r\n" + headers + "\r\n\r\n";
  return {};
}

result form_writer::begin(std::string& out, const form_part& part) const {
  if (!part.filename) return begin(out, part.name, {}, {});
  if (part.filename->empty()) return begin(out, part.name, std::string_view{}, "application/octet-stream");
  const std::string name = part.facts.safe_name.empty() ? safe_name(*part.filename) : part.facts.safe_name;
  const std::string_view type =
      part.facts.media_type.empty() ? "application/octet-stream" : std::string_view{part.facts.media_type};
  return begin(out, part.name, name, type);
}

void form_writer::end(std::string& out) const { out += "\r\n"; }
void form_writer::close(std::string& out) const { out += "--" + boundary_ + "--\r\n"; }

result lay_out(const form_writer& writer, std::span<const form_part> parts, form_layout& out) {
  form_layout layout;
  std::string pending;  // the end of the part before
  for (const form_part& part : parts) {
    if (result r = writer.begin(pending, part); !r.ok()) {
      objection why = std::move(r).why();
      why.offset = part.offset;
      return why;
    }
    layout.size += pending.size() + part.size;
    layout.headings.push_back(std::exchange(pending, {}));
    writer.end(pending);
  }
  writer.close(pending);
  layout.size += pending.size();
  layout.closing = std::move(pending);
  out = std::move(layout);
  return {};
}

}  // namespace uploadgate
