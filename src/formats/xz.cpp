// xz (The .xz File Format 1.1.0): streams, and padding of zeros between and behind them (section 2.2).
// liblzma checks the inside of each, with its index and checks.
#include "grammars.hpp"
#include "packed.hpp"
#include "registry.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

constexpr fixed_bytes magic{
    "\xFD"
    "7zXZ\0"};

}  // namespace

grammar xz(reader& in, context& ctx) {
  packed content{ctx, unpacker::method::xz};
  for (bool first = true;; first = false) {
    const bytes_view start = co_await in.peek(magic.view().size());
    if (!magic.view().starts_with(as_text(start))) {
      co_return in.object(first ? errc::bad_signature : errc::trailing_data);
    }
    while (content.more()) {
      const bytes_view window = co_await in.window();
      result r = content.read(in, window);
      if (!r.ok()) co_return r;
    }
    std::uint64_t padding = 0;
    bool another = false;
    for (;;) {
      const bytes_view window = co_await in.window();
      const auto data = std::ranges::find_if(window, [](std::byte b) { return b != std::byte{0}; });
      const auto zeros = static_cast<std::size_t>(data - window.begin());
      padding += zeros;
      another = data != window.end();
      const bool ended = window.empty();
      in.consume(zeros);
      if (another || ended) break;
    }
    if (padding % 4 != 0) co_return in.object(errc::bad_length, "padding", padding);
    if (!another) break;
    content.next();
  }
  co_return content.finish(in.offset());
}

}  // namespace uploadgate::formats
