// ZIP (PKWARE APPNOTE 6.3.10) in one pass: local entries, directory, end records, and nothing between them.
#include "grammars.hpp"
#include "zip_session.hpp"

#include <algorithm>
#include <memory>

namespace uploadgate::formats {

using namespace zip_format;

namespace {

// APK Signing Block (Android, "APK Signature Scheme v2"): its size twice, pairs, and a magic.
constexpr std::uint64_t signing_block_tail = 8 + 16;
constexpr std::uint64_t signing_block_longest = 64 * MiB;
constexpr std::string_view signing_block_magic = "APK Sig Block 42";

// The longest archive comment that passes; the specification allows 65,535 bytes.
constexpr std::size_t longest_comment = reader::max_take;

// bsdtar fills what it writes to a pipe up to its block size, 20 records of 512 bytes.
constexpr std::uint64_t longest_padding = 10'240;

bool is_zero(bytes_view bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace

grammar zip(reader& in, context& ctx) {
  const std::unique_ptr<session> owned = std::make_unique<session>(ctx);
  session& s = *owned;
  {
    const bytes_view first = co_await in.peek(4);
    if (first.size() < 4) co_return result{errc::truncated, {}, in.offset() + first.size()};
    if (!begins(first, local_signature) && !begins(first, end_signature)) {
      co_return in.object(errc::bad_signature);
    }
  }

  for (;;) {
    const bytes_view signature = co_await in.peek(4);
    if (!begins(signature, local_signature)) break;
    const std::uint64_t at = in.offset();
    ctx.part("entry", at);
    const bytes_view record = co_await in.take(local_size);
    if (result r = s.local(record, at); !r.ok()) co_return r;
    const bytes_view name = co_await in.take(s.entry().name_length);
    if (result r = s.named(as_text(name)); !r.ok()) co_return r;

    std::size_t extra_left = s.entry().extra_length;
    while (extra_left >= 4) {
      const bytes_view field = co_await in.take(4);
      const std::uint16_t id = le16(field, 0);
      const std::size_t size = le16(field, 2);
      extra_left -= 4;
      if (size > extra_left) co_return in.object(errc::bad_length, "an extra field passes its block", 4);
      extra_left -= size;
      const bytes_view body = co_await in.take(std::min(size, reader::max_take));
      if (result r = s.extra_field(id, body, in.offset() - body.size()); !r.ok()) co_return r;
      for (std::size_t left = size - body.size(); left > 0;) {
        const bytes_view rest = co_await in.some(left);
        const auto data = std::ranges::find_if(rest, [](std::byte b) { return b != std::byte{0}; });
        if (data != rest.end()) {
          co_return in.object(errc::metadata_too_large, "a long extra field",
                              static_cast<std::uint64_t>(rest.end() - data));
        }
        left -= rest.size();
      }
    }
    const bytes_view tail = co_await in.take(extra_left);
    if (!extra_fields::is_padding(tail))
      co_return in.object(errc::bad_length, "a torn extra field", tail.size());
    if (result r = s.open(in.offset()); !r.ok()) co_return r;

    if (s.opaque()) {
      co_await in.skip(s.entry().packed);
    } else {
      for (std::size_t wanted = s.wanted(); wanted > 0; wanted = s.wanted()) {
        // Always cut at the same places, so that what is found does not depend on the chunks.
        bytes_view piece = co_await in.peek(wanted);
        if (piece.empty()) co_return in.object(errc::truncated);
        if (s.stray()) {
          const std::size_t certain = s.before_descriptor(piece, piece.size() < wanted);
          if (certain == 0) break;
          piece = piece.first(certain);
        }
        std::size_t used = 0;
        result r = s.data(piece, in.offset(), used);
        if (!r.ok()) co_return r;
        in.consume(used);
      }
    }
    if (s.has_descriptor()) {
      const bytes_view ahead = co_await in.peek(descriptor_window);
      std::size_t length = 0;
      result r = s.descriptor(ahead, in.offset(), length);
      if (!r.ok()) co_return r;
      in.consume(length);
    }
    if (result r = s.close(in.offset()); !r.ok()) co_return r;
  }

  if (s.android()) {
    const bytes_view head = co_await in.peek(8);
    if (head.size() == 8 && !begins(head, central_signature)) {
      ctx.part("signing block", in.offset());
      const std::uint64_t size = le64(head, 0);
      if (size < signing_block_tail || size > signing_block_longest)
        co_return in.object(errc::unclaimed_data);
      in.consume(8);
      co_await in.skip(size - signing_block_tail);
      const bytes_view end = co_await in.take(signing_block_tail);
      if (le64(end, 0) != size || as_text(end.subspan(8)) != signing_block_magic) {
        co_return in.object(errc::unclaimed_data, "not a signing block", signing_block_tail);
      }
    }
  }

  const std::uint64_t directory_at = in.offset();
  ctx.part("directory", directory_at);
  for (;;) {
    const bytes_view ahead = co_await in.peek(reader::max_take);
    if (!begins(ahead, central_signature)) break;
    std::size_t used = 0;
    result r = s.central(ahead, in.offset(), used);
    if (!r.ok()) co_return r;
    if (used == 0 && ahead.size() < reader::max_take) {
      co_return result{errc::truncated, {}, in.offset() + ahead.size()};
    }
    if (used == 0) co_return in.object(errc::bad_length, "a directory entry of over 4096 bytes");
    in.consume(used);
  }
  const std::uint64_t directory_end = in.offset();
  ctx.part("end of the directory", directory_end);
  bytes_view signature = co_await in.peek(4);
  if (signature.size() < 4) co_return result{errc::truncated, {}, in.offset() + signature.size()};
  if (begins(signature, extra_data_signature)) co_return in.object(errc::encrypted, "the directory");
  if (!begins(signature, end64_signature) && !begins(signature, end_signature)) {
    co_return in.object(errc::unclaimed_data);
  }
  if (result r = s.finish(directory_at); !r.ok()) co_return r;
  if (begins(signature, end64_signature)) {
    const std::uint64_t at = in.offset();
    const bytes_view record = co_await in.take(end64_size);
    if (result r = s.end64(record, directory_at, at); !r.ok()) co_return r;
    const bytes_view locator = co_await in.take(locator64_size);
    if (result r = s.locator64(locator, at, in.offset() - locator64_size); !r.ok()) co_return r;
    signature = co_await in.peek(4);
  }
  if (signature.size() < 4) co_return result{errc::truncated, {}, in.offset() + signature.size()};
  if (!begins(signature, end_signature)) co_return in.object(errc::unclaimed_data);
  const std::uint64_t end_at = in.offset();
  const bytes_view record = co_await in.take(end_size);
  const std::size_t comment = le16(record, 20);
  if (result r = s.end(record, directory_at, directory_end); !r.ok()) co_return r;
  if (comment > longest_comment) {
    co_return result{errc::metadata_too_large, "an archive comment of over 4096 bytes", end_at};
  }
  const bytes_view text = co_await in.take(comment);
  // Who looks for the end record from the end backwards would meet this one first.
  for (const std::string_view mark : {"PK\x05\x06", "PK\x06\x06", "PK\x06\x07"}) {
    const std::size_t found = as_text(text).find(mark);
    if (found != std::string_view::npos) {
      co_return result{errc::second_directory, "in the comment", end_at + end_size + found};
    }
  }
  if (comment > 0) {
    result r = s.comment.whole_text(ctx, text, end_at + end_size, "the archive's comment");
    if (!r.ok()) co_return r;
  }
  std::uint64_t zeros = 0;
  for (;;) {
    const bytes_view rest = co_await in.peek(reader::max_take);
    if (rest.empty()) break;
    zeros += rest.size();
    if (!is_zero(rest) || zeros >= longest_padding) {
      co_return result{errc::trailing_data, {}, end_at + end_size + comment};
    }
    in.consume(rest.size());
  }
  if (zeros > 0) ctx.warn("zeros behind the end of the archive");
  co_return result{};
}

}  // namespace uploadgate::formats
