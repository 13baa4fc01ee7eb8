// RTF (Rich Text Format Specification 1.9.1): one group from the first byte, and nothing but padding behind
// it.
#include "grammars.hpp"
#include "rtf_scanner.hpp"

#include <algorithm>
#include <string_view>

namespace uploadgate::formats {
namespace {

// Writers end a file with newlines, some with a NUL, and some close more groups than they opened.
bool padding(std::byte b) {
  return b == std::byte{0} || b == std::byte{'\r'} || b == std::byte{'\n'} || b == std::byte{' '} ||
         b == std::byte{'}'};
}

}  // namespace

grammar rtf(reader& in, context& ctx) {
  constexpr std::string_view opening{"{\\rtf"};
  const bytes_view start = co_await in.peek(opening.size());
  if (as_text(start) != opening) co_return in.object(errc::bad_signature);
  rtf_scanner scanner{ctx};
  while (!scanner.ended()) {
    const bytes_view window = co_await in.window();
    if (window.empty()) co_return in.object(errc::truncated);
    std::size_t used = 0;
    result r = scanner.scan(window, in.offset(), used);
    if (!r.ok()) co_return r;
    in.consume(used);
  }
  for (;;) {
    const bytes_view window = co_await in.window();
    if (window.empty()) co_return result{};
    const auto other = std::ranges::find_if_not(window, padding);
    in.consume(static_cast<std::size_t>(other - window.begin()));
    if (other != window.end()) co_return in.object(errc::trailing_data);
  }
}

}  // namespace uploadgate::formats
