// CSV (RFC 4180) and TSV. Their danger is the spreadsheet that runs a cell as a formula (OWASP, "CSV
// Injection"; CWE-1236).
#include "grammars.hpp"
#include "sniff.hpp"
#include "text_input.hpp"

#include <algorithm>
#include <array>

namespace uploadgate::formats {
namespace {

constexpr std::string_view delimiters = ",;\t|";

// The delimiter that the first record holds most of, outside quotes.
char delimiter_of(std::string_view t) {
  if (t.starts_with("sep=") && t.size() > 4) return t[4];  // what Excel reads in a first line
  std::array<std::size_t, delimiters.size()> count{};
  bool quoted = false;
  for (const char c : t) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    if (const auto i = delimiters.find(c); i != std::string_view::npos) ++count[i];
  }
  return delimiters[static_cast<std::size_t>(std::ranges::max_element(count) - count.begin())];
}

bool digit(char c) { return c >= '0' && c <= '9'; }

// Fullwidth forms of = + - @, which some spreadsheets take for the plain ones: U+FF1D, FF0B, FF0D, FF20.
bool fullwidth_trigger(std::string_view t) {
  return t.starts_with("\xEF\xBC\x9D") || t.starts_with("\xEF\xBC\x8B") || t.starts_with("\xEF\xBC\x8D") ||
         t.starts_with("\xEF\xBC\xA0");
}

// Walks cells. Formulas are looked for behind each of , ; and tab, since the reader's locale decides which of
// them parts cells. In TSV a quote is a character like another, so nothing needs to close it.
template <bool QuotesBind>
struct cells {
  explicit cells(context& c) : ctx{c} {
    for (const char end : std::string_view{"\n\r,;\t"}) ends[static_cast<std::uint8_t>(end)] = true;
  }

  result read(const text_piece& piece) {
    const std::string_view t = piece.text;
    if (!started) {
      started = true;
      if (const auto i = html_at(as_bytes(t))) {
        return {errc::html, "a browser could read the table as a page", piece.at(*i)};
      }
      delimiter = QuotesBind ? delimiter_of(t) : '\t';
      ends[static_cast<std::uint8_t>(delimiter)] = true;
    }
    for (std::size_t i = 0; i < t.size();) {
      if (place == spot::content) {
        i = quoted ? t.find('"', i) : cell_end(t, i);
        if (i >= t.size()) return {};
        place = quoted ? spot::closed : spot::start;
        ++i;
      } else if (result r = step(t, i, piece); !r.ok()) {
        return r;
      }
    }
    return {};
  }

  result finish(std::uint64_t) {
    const bool open = quoted && place != spot::start && place != spot::closed;
    return open ? result{errc::bad_structure, "a quoted cell is not closed", quote_at} : result{};
  }

 private:
  // start: a quote may stand here. first: the first character of the content. number: behind a sign, and
  // nothing but a number so far. closed: behind a closing quote, or behind the first of two.
  enum class spot : std::uint8_t { start, first, number, content, closed };

  [[nodiscard]] bool is_end(char c) const { return ends[static_cast<std::uint8_t>(c)]; }
  [[nodiscard]] std::size_t cell_end(std::string_view t, std::size_t i) const {
    while (i < t.size() && !is_end(t[i])) ++i;
    return i;
  }

  // Judges t[i], and steps over it unless the next place is to see it.
  result step(std::string_view t, std::size_t& i, const text_piece& piece) {
    const char c = t[i];
    const bool over = quoted ? c == '"' : is_end(c);
    switch (place) {
      case spot::start:
        quoted = false;
        place = spot::first;
        if (c != '"') return {};
        quoted = QuotesBind;
        quote_at = piece.at(i);
        break;
      case spot::first:
        if (over) {
          place = quoted ? spot::closed : spot::start;
          break;
        }
        place = spot::content;
        if (trigger(t.substr(i)) || (quoted && (c == '\t' || c == '\r'))) {
          ++i;
          return formula(piece.at(i - 1));
        }
        if (c == '+' || c == '-') {
          place = spot::number;
          sign_at = piece.at(i);
          last = c;
        }
        break;
      case spot::number:
        if (over && !(c == ',' && delimiter != ',')) {  // a decimal comma is no end
          place = quoted ? spot::closed : spot::start;
        } else if (!numeric(c)) {
          place = spot::content;
          return formula(sign_at);
        }
        last = c;
        break;
      case spot::closed:
        if (c == '"') {
          place = spot::content;
        } else if (is_end(c)) {
          place = spot::start;
        } else if (c != ' ') {  // some writers pad
          return {errc::bad_structure, "text follows a quoted cell", piece.at(i)};
        }
        break;
      case spot::content:
        break;
    }
    ++i;
    return {};
  }

  static bool trigger(std::string_view t) {
    return t.front() == '=' || t.front() == '@' || fullwidth_trigger(t);
  }
  // What numbers, telephone numbers and dashes are made of.
  [[nodiscard]] bool numeric(char c) const {
    return digit(c) || std::string_view{" .,:()/+-%\xC2\xA0"}.find(c) != std::string_view::npos ||
           ((c == 'e' || c == 'E') && digit(last));
  }

  result formula(std::uint64_t at) {
    const handling how = ctx.limits.document.formulas;
    if (told && how != handling::reject) return {};
    told = true;
    return handle(ctx, how, errc::formulas, "a cell begins as a formula", at);
  }

  context& ctx;
  std::uint64_t quote_at = 0;
  std::uint64_t sign_at = 0;
  std::array<bool, 256> ends{};
  spot place = spot::start;
  bool quoted = false;
  bool started = false;
  bool told = false;
  char last = 0;
  char delimiter = ',';
};

}  // namespace

grammar csv(reader& in, context& ctx) { return read_text<cells<true>>(in, ctx); }
grammar tsv(reader& in, context& ctx) { return read_text<cells<false>>(in, ctx); }

}  // namespace uploadgate::formats
