// The Content-Disposition and the boundary: what is read is written and read the same; a response's header
// stays one header whatever the name.
#include <uploadgate/http/content_disposition.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace uploadgate;
  const std::string_view text{reinterpret_cast<const char*>(bytes), size};

  form_disposition d;
  if (parse_form_disposition(text, d).ok()) {
    std::string again;
    form_disposition e;
    if (!build_form_disposition(d.name, d.filename, again).ok()) std::abort();
    if (!parse_form_disposition(again, e).ok() || e.name != d.name || e.filename != d.filename) std::abort();
  }
  multipart_limits lenient;
  lenient.token_values = lenient.matching_filename_star = true;
  static_cast<void>(parse_form_disposition(text, d, lenient));
  std::string_view boundary;
  if (parse_boundary(text, boundary).ok() && (boundary.empty() || boundary.size() > boundary_limit))
    std::abort();

  const std::string header = build_disposition(disposition::attachment, text);
  const bool plain = std::ranges::all_of(header, [](char c) { return c >= 0x20 && c < 0x7F; });
  if (!plain || std::ranges::count(header, '"') != (text.empty() ? 0 : 2)) std::abort();
  return 0;
}
