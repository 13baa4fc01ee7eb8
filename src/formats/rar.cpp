// RAR 5 (rarlab.com, "RAR 5.0 archive format") and RAR 4 ("technote.txt"): blocks, each with a checksum, and
// their data. Nothing but RARLAB's own code unpacks the data, so that is claimed and not examined.
#include "endian.hpp"
#include "entry_name.hpp"
#include "grammars.hpp"
#include "rar_block.hpp"
#include "tar_names.hpp"
#include "unpack_budget.hpp"

#include <algorithm>
#include <string>

namespace uploadgate::formats {
namespace {

constexpr std::string_view magic4{"Rar!\x1A\x07\0", 7};
constexpr std::string_view magic5{"Rar!\x1A\x07\1\0", 8};

struct rar_archive {
  explicit rar_archive(context& c)
      : ctx{c}, names{2 * std::min(c.limits.archive.max_entries, cap)}, budget{c} {}
  static constexpr std::uint64_t cap = 1'000'000'000;

  result judge(const rar_block& b, std::uint64_t at);

  context& ctx;
  tar_names names;
  unpack_budget budget;
  bool begun = false;
};

result rar_archive::judge(const rar_block& b, std::uint64_t at) {
  const archive_limits& limits = ctx.limits.archive;
  if (!begun && b.what != rar_block::kind::archive) return {errc::bad_order, "no main header first", at};
  if (begun && b.what == rar_block::kind::archive) return {errc::duplicate_part, "main header", at};
  begun = true;
  if (b.encrypted) {
    if (result r = handle(ctx, limits.encrypted, errc::encrypted, b.name, at); !r.ok()) return r;
  }
  if (b.what != rar_block::kind::file) return {};
  ctx.found.entries = ctx.found.entries.value_or(0) + 1;
  if (*ctx.found.entries > limits.max_entries) {
    return {errc::too_many_entries, "over " + std::to_string(limits.max_entries), at};
  }
  if (result r = judge_entry_name(b.name, name_encoding::unknown, limits.max_entry_name, at); !r.ok())
    return r;
  if (b.link) return {errc::entry_link, b.name, at};
  if (b.special) return {errc::entry_special, b.name, at};
  const tar_fault f = names.add(b.name, b.folder ? tar_names::kind::folder : tar_names::kind::file);
  if (f.code != errc::none) return {f.code, std::string{f.why}, at};
  // Only what is declared can be known; a lie shows when it is unpacked.
  if (b.unpacked > budget.room(UINT64_MAX - unpack_budget::step)) {
    return {errc::unpacked_too_large, "declared, over " + std::to_string(limits.max_unpacked) + " bytes", at};
  }
  budget.charge(b.unpacked);
  if (!b.folder && names_program(b.name)) {
    return handle(ctx, limits.executables, errc::entry_executable, b.name, at);
  }
  return {};
}

}  // namespace

match rar_signature(bytes_view first) {
  const match five = starts_with<"Rar!\x1A\x07\1\0">(first);
  return five == match::no ? starts_with<"Rar!\x1A\x07\0">(first) : five;
}

grammar rar(reader& in, context& ctx) {
  const bytes_view start = co_await in.peek(magic5.size());
  const bool five = as_text(start) == magic5;
  if (!five && !as_text(start).starts_with(magic4)) co_return in.object(errc::bad_signature);
  in.consume(five ? magic5.size() : magic4.size());
  ctx.examined_only(examined::prefix, "the packed data of a RAR archive is not unpacked");
  rar_archive archive{ctx};
  rar_block block;
  for (bool ended = false; !ended;) {
    const std::uint64_t at = in.offset();
    const bytes_view ahead = co_await in.peek(rar_longest_start);
    const rar_start first = five ? rar5_start(ahead) : rar4_start(ahead);
    if (first.fault) {
      co_return result{ahead.size() < 7 ? errc::truncated : errc::bad_length, "a block's header",
                       ahead.size() < 7 ? at + ahead.size() : at};
    }
    const bytes_view bytes = co_await in.take(first.header);
    const rar_fault fault = five ? rar5_read(bytes, first.fields, block) : rar4_read(bytes, block);
    if (fault.code != errc::none) co_return result{fault.code, std::string{fault.why}, at};
    result r = archive.judge(block, at);
    if (!r.ok()) co_return r;
    if (block.hides_the_rest) {  // all that follows is encrypted, headers too
      for (;;) {
        const bytes_view rest = co_await in.window();
        if (rest.empty()) co_return result{};
        in.consume(rest.size());
      }
    }
    co_await in.skip(block.data);
    ended = block.what == rar_block::kind::end;
    // Archives of the oldest versions have no end block.
    const bool more = co_await in.more();
    if (!five && !more) ended = true;
  }
  ctx.found.unpacked_size = {};
  co_return result{};
}

}  // namespace uploadgate::formats
