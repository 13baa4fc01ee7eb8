// CSV (RFC 4180) and TSV. Their danger is the spreadsheet that runs a cell as a formula (OWASP, "CSV
// Injection"; CWE-1236).
#include "byte_set.hpp"
#include "grammars.hpp"
#include "package_rules.hpp"
#include "program_text.hpp"
#include "sniff.hpp"
#include "text_input.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

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

// What numbers, telephone numbers and dashes are made of.
constexpr byte_set number_parts{"0123456789 .,:()/+-%\xC2\xA0"};
// How a cell begins that is more than text up to its end: a quote, what spreadsheets calculate, a sign, and
// the first byte of their fullwidth forms.
constexpr byte_set telling_starts{"\"=@+-\xEF"};
constexpr byte_set telling_behind_quote{"\"=@+-\xEF\t\r"};

// Fullwidth forms of = + - @, which some spreadsheets take for the plain ones: U+FF1D, FF0B, FF0D, FF20.
bool fullwidth_trigger(std::string_view t) {
  return t.starts_with("\xEF\xBC\x9D") || t.starts_with("\xEF\xBC\x8B") || t.starts_with("\xEF\xBC\x8D") ||
         t.starts_with("\xEF\xBC\xA0");
}

// Longer formulas are judged by their beginning.
constexpr std::size_t most_formula = 512;

bool part_of_name(char c) { return digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// DDE: service|topic!item, whose topic may be quoted.
bool calls_service(std::string_view formula) {
  for (std::size_t bar = formula.find('|'); bar != formula.npos; bar = formula.find('|', bar + 1)) {
    if (bar == 0 || !part_of_name(formula[bar - 1])) continue;
    std::string_view topic = formula.substr(bar + 1);
    std::size_t end = 0;
    if (topic.starts_with('\'')) {
      end = topic.find('\'', 1);
      if (end == topic.npos) continue;
      ++end;
    } else {
      while (end < topic.size() && (part_of_name(topic[end]) || topic[end] == '.')) ++end;
    }
    if (end + 1 >= topic.size() || end == 0 || topic[end] != '!') continue;
    if (part_of_name(topic[end + 1]) || topic[end + 1] == '\'') return true;
  }
  return false;
}

// Functions by which Google's spreadsheet fetches; the others are those of documents too.
result judge_cell(rule_sink& sink, std::string_view formula) {
  const std::string lower = lower_case(formula);
  for (const std::string_view f :
       {"importxml(", "importdata(", "importfeed(", "importhtml(", "importrange("}) {
    if (lower.find(f) != std::string::npos)
      return sink.note(&document_rules::external_references, errc::external_reference, std::string{f});
  }
  if (calls_service(formula))
    return sink.note(&document_rules::launch, errc::dynamic_data_exchange, "a formula");
  // Any other bar is the delimiter of some tables.
  std::string plain{formula};
  std::ranges::replace(plain, '|', ' ');
  return judge_formula(sink, plain);
}

// Excel reads a file that begins so as SYLK, whatever its name, and runs what its cells hold.
bool symbolic_link(std::string_view t) {
  return t.starts_with("ID;P") && t.find("\nC;") != t.npos && t.find(";K") != t.npos;
}

// Walks cells. Formulas are looked for behind each of , ; and tab, since the reader's locale decides which of
// them parts cells. In TSV a quote is a character like another, so nothing needs to close it.
template <bool QuotesBind>
struct cells {
  explicit cells(context& c) : ctx{c} {}

  result read(const text_piece& piece) {
    const std::string_view t = piece.text;
    if (!started) {
      started = true;
      if (const auto i = html_at(as_bytes(t))) {
        return {errc::html, "a browser could read the table as a page", piece.at(*i)};
      }
      if (QuotesBind && symbolic_link(t))
        return {errc::type_mismatch, "a symbolic link file (SYLK)", piece.at(0)};
      if (result r = judge_program_text(ctx, piece); !r.ok()) return r;
      if (result r = judge_acting_markup(ctx, piece); !r.ok()) return r;
      delimiter = QuotesBind ? delimiter_of(t) : '\t';
      ends.add(delimiter);
    }
    ends_here.read(ends, t);
    for (std::size_t i = 0; i < t.size();) {
      if (place == spot::start) i = past_dull_cells(t, i);
      if (i == t.size()) return {};
      if (place == spot::start && !telling_starts.has(t[i])) {
        quoted = false;
        place = spot::content;
      }
      if (place == spot::content) {
        const std::size_t from = i;
        i = std::min(quoted ? t.find('"', i) : cell_end(t, i), t.size());
        gather(t.substr(from, i - from));
        if (i == t.size()) return {};
        place = quoted ? spot::closed : spot::start;
        if (!quoted) {
          if (result r = formula_ends(); !r.ok()) return r;
        }
        ++i;
        continue;
      }
      if (result r = step(t, i, piece); !r.ok()) return r;
    }
    return {};
  }

  result finish(std::uint64_t) {
    if (result r = formula_ends(); !r.ok()) return r;
    const bool open = quoted && place != spot::start && place != spot::closed;
    return open ? result{errc::bad_structure, "a quoted cell is not closed", quote_at} : result{};
  }

 private:
  // start: a quote may stand here. first: the first character of the content. number: behind a sign, and
  // nothing but a number so far. closed: behind a closing quote, or behind the first of two.
  enum class spot : std::uint8_t { start, first, number, content, closed };

  [[nodiscard]] bool is_end(char c) const { return ends.has(c); }
  // A formula does not end at a bar: readers that part cells elsewhere take it for DDE.
  [[nodiscard]] std::size_t cell_end(std::string_view t, std::size_t i) const {
    i = ends_here.next(i);
    while (formula_at && i < t.size() && t[i] == '|') i = ends_here.next(i + 1);
    return i;
  }
  // Where a cell that begins at i ends, if it is one that no rule is about; else where that shows.
  [[nodiscard]] std::size_t dull_end(std::string_view t, std::size_t i) const {
    if (!telling_starts.has(t[i])) return ends_here.next(i);
    if (t[i] == '"') {
      if (!QuotesBind || i + 1 == t.size() || telling_behind_quote.has(t[i + 1])) return i;
      return std::min(t.find('"', i + 1), t.size() - 1) + 1;
    }
    if (t[i] != '+' && t[i] != '-') return i;
    while (i < t.size() && number_parts.has(t[i]) && !is_end(t[i])) ++i;
    return i < t.size() && t[i] == ',' && delimiter != ',' ? i - 1 : i;  // a decimal comma is no end
  }
  // Past the cells from i on that no rule is about and that end in this piece.
  [[nodiscard]] std::size_t past_dull_cells(std::string_view t, std::size_t i) const {
    while (i < t.size()) {
      const std::size_t end = dull_end(t, i);
      if (end == t.size() || t[end] == '"' || !is_end(t[end])) break;
      i = end + 1;
    }
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
          gather("\"");
        } else if (is_end(c)) {
          place = spot::start;
          if (result r = formula_ends(); !r.ok()) return r;
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
  [[nodiscard]] bool numeric(char c) const {
    return number_parts.has(c) || ((c == 'e' || c == 'E') && digit(last));
  }

  void gather(std::string_view text) {
    if (formula_at) formula_text += text.substr(0, most_formula - formula_text.size());
  }
  // What a formula would fetch or start is refused, whatever is thought of formulas.
  result formula_ends() {
    if (!formula_at) return {};
    rule_sink sink{ctx, true};
    sink.offset = *formula_at;
    formula_at.reset();
    return judge_cell(sink, formula_text);
  }

  result formula(std::uint64_t at) {
    formula_at = at;
    formula_text.clear();
    if (std::exchange(told, true)) return {};
    return handle(ctx, &document_rules::formulas, errc::formulas, "a cell begins as a formula", at);
  }

  context& ctx;
  std::uint64_t quote_at = 0;
  std::uint64_t sign_at = 0;
  std::optional<std::uint64_t> formula_at{};  // of the one that is being read
  std::string formula_text{};
  byte_set ends{"\n\r,;\t"};
  byte_marks<text_decoder::most_text> ends_here;  // in the piece that is read
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
