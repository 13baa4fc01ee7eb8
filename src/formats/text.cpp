// Plain text, and HTML where the policy allows it by name. Neither has a structure to prove: every byte is a
// character, and none of them is one that text does not hold.
#include "grammars.hpp"
#include "sniff.hpp"
#include "text_input.hpp"

namespace uploadgate::formats {
namespace {

// What a server or a shell would run if it were told to; as text it does nothing.
void warn_of_program(context& ctx, std::string_view start) {
  if (start.starts_with("#!")) ctx.found.warn("text begins as a program (#!) at 0");
  if (start.starts_with("<?php") || start.starts_with("<?=")) {
    ctx.found.warn("text begins as a PHP program at 0");
  }
}

struct plain {
  explicit plain(context& c) : ctx{c} {}
  result read(const text_piece& piece) {
    if (started) return {};
    started = true;
    warn_of_program(ctx, piece.text);
    if (const auto i = html_at(as_bytes(piece.text))) {
      return {errc::html, "a browser could read the text as a page", piece.at(*i)};
    }
    const bool runs = piece.text.find("http://www.w3.org/1999/xhtml") != std::string_view::npos ||
                      piece.text.find("http://www.w3.org/2000/svg") != std::string_view::npos;
    if (const auto i = markup_at(as_bytes(piece.text));
        i && runs && piece.text.substr(*i).starts_with("<?xml")) {
      return {errc::html, "a browser could read the text as XML that runs scripts", piece.at(*i)};
    }
    return {};
  }
  result finish(std::uint64_t) { return {}; }
  context& ctx;
  bool started = false;
};

// HTML is refused unless its own row was chosen, which an extension or media type on the policy's list does.
struct page {
  explicit page(context&) {}
  result read(const text_piece&) { return {}; }
  result finish(std::uint64_t) { return {}; }
};

}  // namespace

grammar text(reader& in, context& ctx) { return read_text<plain>(in, ctx); }
grammar html(reader& in, context& ctx) { return read_text<page>(in, ctx); }

}  // namespace uploadgate::formats
