// PDF (ISO 32000-2): reads a file once, from the header to what follows the last end-of-file mark.
#include "pdf.hpp"

#include "grammars.hpp"
#include "pdf_document.hpp"

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
  const bytes_view first = co_await in.peek(max_leading + header_size + 3);
  const std::size_t before = leading(as_text(first));
  const std::string_view header = as_text(first).substr(before, header_size);
  if (header.size() < header_size && std::string_view{"%PDF-"}.starts_with(header.substr(0, 5))) {
    in.consume(first.size());
    co_return in.object(errc::truncated);
  }
  if (!is_header(header)) co_return in.object(errc::bad_signature, "no %PDF-n.m header");
  if (before > 0) ctx.found.warn("white space or a byte order mark stands before the header");
  in.consume(before + header_size);

  pdf::document document{ctx};
  document.begin(in.offset());
  for (;;) {
    const bytes_view window = co_await in.window();
    if (window.empty()) {
      result last = document.finish(in.offset());
      co_return last;
    }
    in.consume(document.feed(as_text(window)));
    if (document.failed()) co_return document.outcome();
    if (!document.at_stream()) continue;

    // 7.3.8.1: a line feed, or a carriage return and a line feed. Writers put spaces before it.
    std::size_t blanks = 0;
    for (;; ++blanks) {
      const bytes_view next = co_await in.peek(1);
      if (blanks == max_leading || as_text(next) != " ") break;
      in.consume(1);
    }
    const bytes_view line_end = co_await in.peek(2);
    if (line_end.empty()) co_return in.object(errc::truncated);
    if (as_text(line_end) == "\r\n") {
      in.consume(2);
    } else if (as_text(line_end).front() == '\n') {
      in.consume(1);
    } else if (as_text(line_end).front() == '\r') {
      ctx.found.warn("a lone carriage return behind stream");
      in.consume(1);
    } else {
      co_return in.object(errc::bad_structure, "no end of line behind stream");
    }

    const std::uint64_t began = in.offset();
    const std::optional<std::uint64_t> length = document.begin_stream(began);
    if (document.failed()) co_return document.outcome();
    if (length && !document.decodes()) {
      co_await in.skip(*length);
    } else if (length) {
      for (std::uint64_t left = *length; left > 0;) {
        const bytes_view piece = co_await in.some(left);
        left -= piece.size();
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
        if (document.decodes()) document.stream_data(here.first(data));
        in.consume(data);
        if (document.failed()) co_return document.outcome();
      }
    }
    document.end_stream(in.offset() - began, in.offset());
    if (document.failed()) co_return document.outcome();
  }
}

}  // namespace uploadgate::formats
