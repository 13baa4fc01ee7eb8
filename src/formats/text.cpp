// Plain text, and HTML where the policy allows it by name. Neither has a structure to prove: every byte is a
// character, and none of them is one that text does not hold.
#include "grammars.hpp"
#include "reference.hpp"
#include "sniff.hpp"
#include "text_input.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace uploadgate::formats {
namespace {

// What a shell or a server runs if it is told to, by a mark at the start of a file.
result judge_program(context& ctx, const text_piece& piece) {
  constexpr std::array<std::string_view, 6> marks{"#!/", "#! /", "<?php", "<?=", "<%@", "<%="};
  const std::size_t start = std::min(piece.text.find_first_not_of(" \t\r\n"), piece.text.size());
  for (const std::string_view mark : marks) {
    if (!equal_without_case(piece.text.substr(start, mark.size()), mark)) continue;
    if (start > 0 && mark.front() == '#') continue;  // the kernel looks at the very first bytes
    return handle(ctx, &document_rules::program_text, errc::script, "text that begins as a program",
                  piece.at(start));
  }
  return {};
}

struct plain {
  explicit plain(context& c) : ctx{c} {}
  result read(const text_piece& piece) {
    if (started) return {};
    started = true;
    if (result r = judge_program(ctx, piece); !r.ok()) return r;
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
