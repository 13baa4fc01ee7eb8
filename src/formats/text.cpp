// Plain text, and HTML where the policy allows it by name. Neither has a structure to prove: every byte is a
// character, and none of them is one that text does not hold.
#include "grammars.hpp"
#include "program_text.hpp"
#include "sniff.hpp"
#include "text_input.hpp"

#include <string_view>

namespace uploadgate::formats {
namespace {

struct plain {
  explicit plain(context& c) : ctx{c} {}
  result read(const text_piece& piece) {
    if (started) return {};
    started = true;
    if (result r = judge_program_text(ctx, piece); !r.ok()) return r;
    if (const auto i = html_at(as_bytes(piece.text))) {
      return {errc::html, "a browser could read the text as a page", piece.at(*i)};
    }
    const bool runs = piece.text.find("http://www.w3.org/1999/xhtml") != std::string_view::npos ||
                      piece.text.find("http://www.w3.org/2000/svg") != std::string_view::npos;
    if (const auto i = markup_at(as_bytes(piece.text));
        i && runs && piece.text.substr(*i).starts_with("<?xml")) {
      return {errc::html, "a browser could read the text as XML that runs scripts", piece.at(*i)};
    }
    return judge_acting_markup(ctx, piece);
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
