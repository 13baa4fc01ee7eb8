// RAR 5 (rarlab.com, "RAR 5.0 archive format") and RAR 4 ("technote.txt"): blocks, each with a checksum, and
// their data, which libarchive unpacks from the completed file.
#include "completed_entries.hpp"
#include "endian.hpp"
#include "entry_name.hpp"
#include "grammars.hpp"
#include "library_archive.hpp"
#include "rar_block.hpp"
#include "tar_names.hpp"
#include "unpack_budget.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace uploadgate::formats {
namespace {

constexpr std::string_view magic4{"Rar!\x1A\x07\0", 7};
constexpr std::string_view magic5{"Rar!\x1A\x07\1\0", 8};

struct rar_archive {
  explicit rar_archive(context& c) : ctx{c}, names{c}, budget{c} {}

  result judge(const rar_block& b, std::uint64_t at);
  result judge_name(const rar_block& b, std::uint64_t at);
  result judge_window(const rar_block& b, std::uint64_t at);
  result unpack(const completed_file& file, bool five);

  context& ctx;
  tar_names names;
  unpack_budget budget;
  std::vector<described_entry> entries{};
  std::uint64_t history = 0;  // that a solid entry may look back to
  result too_much_window{};
  bool begun = false;
  bool encrypted = false;
};

result rar_archive::judge(const rar_block& b, std::uint64_t at) {
  if (!begun && b.what != rar_block::kind::archive) return {errc::bad_order, "no main header first", at};
  if (begun && b.what == rar_block::kind::archive) return {errc::duplicate_part, "main header", at};
  begun = true;
  encrypted = encrypted || b.encrypted;
  if (b.encrypted) {
    if (result r = handle(ctx, &archive_limits::encrypted, errc::encrypted, b.name, at); !r.ok()) return r;
  }
  if (b.what != rar_block::kind::file) return {};
  ctx.found.entries = ctx.found.entries.value_or(0) + 1;
  result r = within(ctx, *ctx.found.entries, &archive_limits::max_entries, errc::too_many_entries, over, at);
  if (!r.ok()) return r;
  if (r = judge_name(b, at); !r.ok()) return r;
  if (b.link) return {errc::entry_link, b.name, at};
  if (b.special) return {errc::entry_special, b.name, at};
  r = names.add(b.name, b.folder ? tar_names::kind::folder : tar_names::kind::file, at);
  if (!r.ok()) return r;
  // Only what is declared can be known; a lie shows when it is unpacked.
  const auto declared = [](std::uint64_t most) { return "declared, " + over_bytes(most); };
  r = budget.fits(b.unpacked, UINT64_MAX - unpack_budget::step, declared, at);
  if (!r.ok()) return r;
  budget.charge(b.unpacked);
  if (b.folder && (b.data != 0 || b.unpacked != 0)) return {errc::entry_conflict, "a folder with data", at};
  entries.push_back({.name = b.name,
                     .size = b.unpacked,
                     .crc = b.folder ? std::nullopt : b.crc,
                     .offset = at,
                     .folder = b.folder});
  if (too_much_window.ok()) too_much_window = judge_window(b, at);
  if (!b.folder && names_program(b.name)) {
    return handle(ctx, &archive_limits::executables, errc::entry_executable, b.name, at);
  }
  return {};
}

result rar_archive::judge_name(const rar_block& b, std::uint64_t at) {
  for (const std::string* name : {&b.name, &b.other_name}) {
    if (name == &b.other_name && name->empty()) continue;
    result r = judge_entry_name(ctx, *name, name_encoding::unknown, at);
    if (!r.ok()) return r;
  }
  return {};
}

// libarchive keeps the window twice, for filters; no more of it is written to than comes out.
result rar_archive::judge_window(const rar_block& b, std::uint64_t at) {
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  history = std::min(b.solid ? history + std::min(b.unpacked, most - history) : b.unpacked, most);
  const std::uint64_t kept = std::min(b.window, history);
  return kept > ctx.manner.max_completed_window / 2 ? window_exceeded(ctx, at) : result{};
}

result rar_archive::unpack(const completed_file& file, bool five) {
  if (!too_much_window.ok()) return too_much_window;
  completed_entries unpacked{ctx, file.size()};
  result r = unpack_by_library(file, five ? library_format::rar5 : library_format::rar4, entries, unpacked);
  if (r.ok()) unpacked.finish();
  return r;
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
      ctx.examined_only(examined::prefix, "names and content of the RAR archive are encrypted");
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
  if (!ctx.found.entries) ctx.found.entries = 0;
  const completed_file* const file = co_await in.completed();
  if (file && !archive.encrypted) co_return archive.unpack(*file, five);
  ctx.examined_only(examined::prefix,
                    archive.encrypted ? "content of the RAR archive is encrypted"
                                      : "the content of a RAR archive is unpacked in a completed file only");
  co_return result{};
}

}  // namespace uploadgate::formats
