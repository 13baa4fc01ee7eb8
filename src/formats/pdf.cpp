// PDF (ISO 32000-2): reads a file once, from the header to what follows the last end-of-file mark.
#include "pdf.hpp"

#include "grammars.hpp"
#include "pdf_archives.hpp"
#include "pdf_document.hpp"
#include "tar_header.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace uploadgate::formats {
namespace {

// What may stand before the header with a warning: a byte order mark and a little white space.
constexpr std::size_t max_leading = 16;
constexpr std::size_t header_size = 8;
constexpr std::string_view end_word = "endstream";

// The bytes that a file may have before its header.
std::size_t leading(std::string_view first) {
  std::size_t n = first.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (n < first.size() && n < max_leading && pdf::is_white(first[n])) ++n;
  return n;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_header(std::string_view h) {
  return h.size() == header_size && h.starts_with("%PDF-") && (h[5] == '1' || h[5] == '2') && h[6] == '.' &&
         is_digit(h[7]);
}

// How many bytes of the window surely stand before "endstream"; `found` where it stands right behind them.
std::size_t data_before_end(std::string_view window, bool& found) {
  const std::size_t at = window.find(end_word);
  found = at != std::string_view::npos;
  if (found) return at;
  std::size_t tail = std::min(window.size(), end_word.size() - 1);
  while (tail > 0 && window.substr(window.size() - tail) != end_word.substr(0, tail)) --tail;
  return window.size() - tail;
}

}  // namespace

match pdf_signature(bytes_view first) {
  const std::string_view text = as_text(first);
  const std::size_t n = leading(text);
  return starts_with<"%PDF-">(first.subspan(n));
}

grammar pdf_grammar(reader& in, context& ctx) {
  ctx.found.media_type = "application/pdf";
  ctx.found.extension = "pdf";
  ctx.part("header", 0);
  const bytes_view first = co_await in.peek(tar_block);
  const std::size_t before = leading(as_text(first));
  const std::string_view header = as_text(first).substr(before, header_size);
  if (header.size() < header_size && std::string_view{"%PDF-"}.starts_with(header.substr(0, 5))) {
    in.consume(first.size());
    co_return in.object(errc::truncated);
  }
  if (!is_header(header)) co_return in.object(errc::bad_signature, "no %PDF-n.m header");
  if (before > 0) ctx.warn("white space or a byte order mark stands before the header");
  if (first.size() == tar_block && tar_checksum(first)) {
    result r =
        handle(ctx, &document_rules::embedded_files, errc::embedded_file, "the file is a tar archive too", 0);
    if (!r.ok()) co_return r;
  }
  pdf::zip_end_watch archive_end;
  archive_end.feed(first.first(before + header_size));
  in.consume(before + header_size);

  pdf::document document{ctx};
  document.begin(before, in.offset());
  for (;;) {
    const bytes_view window = co_await in.window();
    if (window.empty()) {
      result last = document.finish(in.offset());
      if (const auto at = archive_end.found(); last.ok() && at) {
        last = handle(ctx, &document_rules::embedded_files, errc::embedded_file,
                      "the file is a ZIP archive too", *at);
      }
      co_return last;
    }
    const std::size_t taken = document.feed(as_text(window));
    archive_end.feed(window.first(taken));
    in.consume(taken);
    if (document.failed()) co_return document.outcome();
    if (!document.at_stream()) continue;

    // 7.3.8.1: a line feed, or a carriage return and a line feed. Writers put spaces before it.
    std::size_t blanks = 0;
    for (;; ++blanks) {
      const bytes_view next = co_await in.peek(1);
      if (blanks == max_leading || as_text(next) != " ") break;
      archive_end.feed(next);
      in.consume(1);
    }
    const bytes_view line_end = co_await in.peek(2);
    if (line_end.empty()) co_return in.object(errc::truncated);
    const char line_begin = as_text(line_end).front();
    if (line_begin != '\r' && line_begin != '\n') {
      co_return in.object(errc::bad_structure, "no end of line behind stream");
    }
    const std::size_t line_size = as_text(line_end) == "\r\n" ? 2 : 1;
    if (line_begin == '\r' && line_size == 1) ctx.warn("a lone carriage return behind stream");
    archive_end.feed(line_end.first(line_size));
    in.consume(line_size);

    const std::uint64_t began = in.offset();
    ctx.part([&] { return document.stream_name(); }, began);
    const std::optional<std::uint64_t> length = document.begin_stream(began);
    if (document.failed()) co_return document.outcome();
    if (!document.decodes()) {
      const bytes_view data = co_await in.peek(pdf::archive_signature_size);
      document.opaque_data(data.first(std::min<std::uint64_t>(data.size(), length.value_or(data.size()))));
      if (document.failed()) co_return document.outcome();
    }
    if (length) {
      for (std::uint64_t left = *length; left > 0;) {
        const bytes_view piece = co_await in.some(left);
        left -= piece.size();
        archive_end.feed(piece);
        document.stream_data(piece);
        if (document.failed()) co_return document.outcome();
      }
    } else {
      for (bool found = false; !found;) {
        bytes_view here = co_await in.window();
        if (here.empty()) co_return in.object(errc::truncated);
        std::size_t data = data_before_end(as_text(here), found);
        if (!found && data == 0) {
          here = co_await in.peek(end_word.size());
          found = as_text(here) == end_word;
          if (!found && here.size() < end_word.size()) {
            in.consume(here.size());
            co_return in.object(errc::truncated);
          }
          data = found ? 0 : 1;
        }
        archive_end.feed(here.first(data));
        document.stream_data(here.first(data));
        in.consume(data);
        if (document.failed()) co_return document.outcome();
      }
    }
    document.end_stream(in.offset() - began, in.offset());
    ctx.part("endstream", in.offset());
    if (document.failed()) co_return document.outcome();
  }
}

}  // namespace uploadgate::formats
