// The parser: the same answer however the body is cut; and what it accepts is read the same again after the
// writer has written it.
#include <uploadgate/http/form_writer.hpp>
#include <uploadgate/http/multipart.hpp>

#include "support/forms.hpp"

#include <cstdint>
#include <cstdlib>

namespace uploadgate {
namespace {

test::read_form read(std::string_view type, const multipart_limits& limits, bytes_view data,
                     std::size_t step) {
  test::form_reader reader{type, limits};
  for (std::size_t i = 0; i < data.size(); i += step)
    reader.feed(data.subspan(i, std::min(step, data.size() - i)));
  return reader.finish();
}

void rewrite(const test::read_form& form) {
  const form_writer writer{"uploadgate-fuzz-boundary-5b8e0c"};
  std::string out;
  for (const test::read_part& p : form.parts) {
    if (p.data.find("--uploadgate-fuzz-boundary-5b8e0c") != std::string::npos) return;
    std::optional<std::string_view> filename;
    if (p.filename) filename = *p.filename;
    if (!writer.begin(out, p.name, filename, p.content_type).ok()) return;  // let in by a switch only
    out += p.data;
    writer.end(out);
  }
  writer.close(out);
  multipart_limits limits;
  limits.max_header_bytes = 4096;
  const test::read_form again = read(writer.content_type(), limits, as_bytes(out), out.size());
  // A part that ends as this boundary begins; the writer's own boundaries are not known beforehand.
  if (again.reason == "form_delimiter_partial") return;
  if (!again.reason.empty() || again.parts != form.parts) std::abort();
}

}  // namespace
}  // namespace uploadgate

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace uploadgate;
  if (size < 2) return 0;
  multipart_limits limits;
  limits.leading_crlf = bytes[0] & 1;
  limits.token_values = bytes[0] & 2;
  limits.matching_filename_star = bytes[0] & 4;
  limits.message_types = bytes[0] & 8;
  limits.extension_headers = bytes[0] & 16;
  // Boundaries with and without a border of their own.
  constexpr std::string_view types[] = {
      "multipart/form-data; boundary=X-y", "multipart/form-data; boundary=--x",
      "multipart/form-data; boundary=--a--a", "multipart/form-data; boundary=a",
      "multipart/form-data; charset=us-ascii; boundary=X-y"};
  const std::string_view type = types[bytes[1] % 5];
  const bytes_view body{reinterpret_cast<const std::byte*>(bytes) + 2, size - 2};
  const test::read_form whole = read(type, limits, body, size);
  for (const std::size_t step : {std::size_t{1}, std::size_t{bytes[0] % 31u + 2u}})
    if (!(read(type, limits, body, step) == whole)) std::abort();
  if (whole.reason.empty() && (bytes[0] & 31) == 0) rewrite(whole);
  return 0;
}
