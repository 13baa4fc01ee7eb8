// bzip2: streams, each whole in itself, and nothing between or behind them. libbz2 checks what is inside.
#include "grammars.hpp"
#include "packed.hpp"

namespace uploadgate::formats {

match bzip2_signature(bytes_view first) {
  // "BZh", the block size, then the mark of a block or that of the end.
  static constexpr std::string_view block{"\x31\x41\x59\x26\x53\x59", 6};
  static constexpr std::string_view end{"\x17\x72\x45\x38\x50\x90", 6};
  const std::string_view text = as_text(first);
  if (!std::string_view{"BZh"}.starts_with(text.substr(0, 3))) return match::no;
  if (text.size() > 3 && (text[3] < '1' || text[3] > '9')) return match::no;
  const std::string_view mark = text.size() > 4 ? text.substr(4, 6) : std::string_view{};
  if (!block.starts_with(mark) && !end.starts_with(mark)) return match::no;
  return mark.size() == 6 ? match::yes : match::more;
}

grammar bzip2(reader& in, context& ctx) {
  packed content{ctx, unpacker::method::bzip2};
  for (bool first = true;; first = false) {
    const bytes_view start = co_await in.peek(10);
    const match m = bzip2_signature(start);
    if (m == match::no) co_return in.object(first ? errc::bad_signature : errc::trailing_data);
    while (content.more()) {
      const bytes_view window = co_await in.window();
      result r = content.read(in, window);
      if (!r.ok()) co_return r;
    }
    const bool another = co_await in.more();
    if (!another) break;
    content.next();
  }
  co_return content.finish(in.offset());
}

}  // namespace uploadgate::formats
