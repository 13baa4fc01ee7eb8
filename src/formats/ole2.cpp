// Compound File Binary ([MS-CFB]): the documents of Office 97 to 2003 and Outlook's messages.
#include "grammars.hpp"
#include "ole2_directory.hpp"
#include "registry.hpp"

#include <algorithm>
#include <memory>

namespace uploadgate::formats {

using namespace ole2_format;

grammar ole2(reader& in, context& ctx) {
  static constexpr std::string_view mark{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8};
  const bytes_view first = co_await in.peek(mark.size());
  if (as_text(first) != mark.substr(0, first.size())) co_return in.object(errc::bad_signature);

  const bytes_view bytes = co_await in.take(ole2_format::header_size);
  const auto head = std::make_unique<ole2_format::header>();
  if (result r = read_header(bytes, *head); !r.ok()) co_return r;
  const bytes_view rest = co_await in.take(head->sector_size - ole2_format::header_size);
  if (const auto other = std::ranges::find_if(rest, [](std::byte b) { return b != std::byte{0}; });
      other != rest.end()) {
    const auto i = static_cast<std::uint64_t>(other - rest.begin());
    co_return result{errc::unclaimed_data, "behind the header", ole2_format::header_size + i};
  }

  const auto kept = std::make_unique<sectors>();
  kept->begin(head->sector_size, head->major);
  acting_content content{ctx.chosen ? ctx.chosen->name : std::string_view{}};
  for (;;) {
    // The last sector may be short: Office reads such files.
    const bytes_view sector = co_await in.peek(head->sector_size);
    if (sector.empty()) break;
    const std::size_t size = sector.size();
    kept->take(sector);
    content.look(sector, in.offset());
    in.consume(size);
  }
  content.objects.finish();
  const completed_file* const file = co_await in.completed();
  co_return judge(ctx, *head, *kept, content, file);
}

}  // namespace uploadgate::formats
