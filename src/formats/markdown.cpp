// Markdown (CommonMark): text in which a renderer passes HTML through. A script in it is refused unless it
// stands as code, where every renderer shows it.
#include "byte_set.hpp"
#include "grammars.hpp"
#include "markdown_escapes.hpp"
#include "program_text.hpp"
#include "reference.hpp"
#include "sniff.hpp"
#include "text_input.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace uploadgate::formats {
namespace {

constexpr std::size_t max_line = 4096;  // a longer one is judged in parts that overlap
constexpr std::size_t overlap = 128;
static_assert(max_line <= text_decoder::most_text);

bool letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
bool space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\n'; }

constexpr std::array<std::string_view, 10> active_tags{"script", "iframe",   "object", "embed", "applet",
                                                       "frame",  "frameset", "base",   "meta",  "link"};

// What may mean something to a renderer outside a tag, apart from where a link's destination begins; and
// where the line ends.
constexpr byte_set telling{"\\`<>\n"};
constexpr byte_set closing_bracket{"]"};

// One line at a time. Where it is in doubt whether a line is code, it is not.
struct lines {
  explicit lines(context& c) : ctx{c} {}

  result read(const text_piece& piece) {
    std::string_view t = piece.text;
    if (!std::exchange(started, true)) {
      if (result r = judge_program_text(ctx, piece); !r.ok()) return r;
      // HTML begins many a README; a whole page is none.
      const std::size_t i = html_at(as_bytes(t)).value_or(t.size());
      for (const std::string_view tag : {"<!doctype", "<html", "<head", "<body"}) {
        if (equal_without_case(t.substr(i, tag.size()), tag)) return {errc::html, "a page", piece.at(i)};
      }
    }
    std::size_t at = 0;
    bool marked = false;
    while (at < t.size()) {
      if (line.empty()) line_at = piece.at(at);
      wide = piece.wide;
      const std::size_t end = t.find('\n', at);
      const bool whole = end != std::string_view::npos;
      if (whole && line.empty() && end - at <= max_line) {
        if (!std::exchange(marked, true)) mark(t);
        marked_from = at;
        if (result r = judge(t.substr(at, end - at)); !r.ok()) return r;
        at = end + 1;
        continue;
      }
      const std::size_t room = max_line - line.size();
      const std::size_t n = std::min(whole ? end - at : t.size() - at, room);
      line.append(t, at, n);
      at += n;
      marked = false;
      if (whole && at == end) {
        if (result r = judge_gathered(); !r.ok()) return r;
        line.clear();
        part_of_line = false;
        ++at;
      } else if (line.size() == max_line) {
        if (result r = judge_gathered(); !r.ok()) return r;
        line_at = text_piece{line, line_at, wide}.at(max_line - overlap);
        line.erase(0, max_line - overlap);
        part_of_line = true;
      }
    }
    return {};
  }
  result finish(std::uint64_t) { return judge_gathered(); }

 private:
  // What the next line may bring: a link's destination; behind an attribute's name, '=' and its value.
  enum class next : std::uint8_t { nothing, destination, equals, handler, page, value };

  void mark(std::string_view t) {
    telling_here.read(telling, t);
    brackets_here.read(closing_bracket, t);
  }
  result judge_gathered() {
    mark(line);
    marked_from = 0;
    return judge(line);
  }
  // Judges a line in the text that is marked.
  result judge(std::string_view t) {
    if (!part_of_line && fence(t)) return {};
    if (fence_size > 0) return {};
    return inline_html(t);
  }

  // Whether the line opens or closes fenced code (CommonMark, section 4.5), or stands in it.
  bool fence(std::string_view t) {
    const std::size_t indent = std::min(t.find_first_not_of(" \t"), t.size());
    std::string_view body = t.substr(indent);
    while (!body.empty() && space(body.back())) body.remove_suffix(1);
    const bool was_blank = blank_before;
    blank_before = body.empty();
    if (fence_size > 0) {
      // A line that stands further left may have ended the list that the fence is in.
      if (!body.empty() && indent < fence_indent) fence_size = 0;
      if (fence_size == 0) return fence(t);
      const std::size_t run = std::min(body.find_first_not_of(fence_mark), body.size());
      if (run >= fence_size && run == body.size()) fence_size = 0;
      return true;
    }
    if (body.empty()) html_block = false;
    if (in_tag || html_block || body.empty()) return false;
    if (body.front() == '<') {
      html_block = true;  // sections 4.6: Markdown does not count until an empty line
      return false;
    }
    const char mark = body.front();
    if (mark != '`' && mark != '~') return false;
    const std::size_t run = std::min(body.find_first_not_of(mark), body.size());
    if (run < 3 || (indent > 3 && !was_blank)) return false;
    if (mark == '`' && body.find('`', run) != std::string_view::npos) return false;
    fence_mark = mark;
    fence_size = run;
    fence_indent = indent;
    return true;
  }

  result object(errc code, std::string_view detail, std::string_view t, std::size_t i) const {
    return {code, std::string{detail}, text_piece{t, line_at, wide}.at(i)};
  }

  // Past a code span; the same place where none begins.
  static std::size_t past_code(std::string_view t, std::size_t i) {
    std::size_t run = i;
    while (run < t.size() && t[run] == '`') ++run;
    const std::size_t size = run - i;
    for (std::size_t j = run; j < t.size();) {
      if (t[j] != '`') {
        ++j;
        continue;
      }
      std::size_t end = j;
      while (end < t.size() && t[end] == '`') ++end;
      if (end - j == size) return end;
      j = end;
    }
    return i;
  }

  // The next place, from i on, where something may begin outside a tag: a telling character, or what stands
  // behind "](" or "]:".
  [[nodiscard]] std::size_t next_telling(std::string_view t, std::size_t i) const {
    const auto bracket_from = [&](std::size_t from) {
      return brackets_here.next(marked_from + from) - marked_from;
    };
    const std::size_t at = telling_here.next(marked_from + i) - marked_from;
    std::size_t bracket = bracket_from(std::max<std::size_t>(i, 2) - 2);
    while (bracket + 2 < at && t[bracket + 1] != '(' && t[bracket + 1] != ':') {
      bracket = bracket_from(bracket + 1);
    }
    return std::min(at, bracket + 2);
  }

  result inline_html(std::string_view t) {
    std::string_view trimmed = t;
    while (!trimmed.empty() && space(trimmed.back())) trimmed.remove_suffix(1);
    const bool opens = trimmed.ends_with("](") || trimmed.ends_with("]:");
    const next before = std::exchange(awaited, opens ? next::destination : next::nothing);
    // A destination may stand on the line behind its bracket (sections 4.7 and 6.3), within a quotation too.
    if (before == next::destination) {
      const std::size_t begin = std::min(t.find_first_not_of(" \t\r<>"), t.size());
      if (result r = script_link(t, begin, begin); !r.ok()) return r;
    } else if (before != next::nothing && in_tag) {
      if (result r = behind_name(t, 0, before, "an event attribute", 0); !r.ok()) return r;
    }
    bool code_counts = !in_tag && !html_block;
    for (std::size_t i = 0; i < t.size(); ++i) {
      if (!in_tag) i = next_telling(t, i);
      if (i == t.size()) break;
      const char c = t[i];
      if (c == '\\' && !in_tag) {
        if (i + 1 < t.size() && t[i + 1] != '<') ++i;
        continue;
      }
      if (c == '`' && code_counts) {
        const std::size_t end = past_code(t, i);
        if (end > i) i = end - 1;
        while (end == i && i + 1 < t.size() && t[i + 1] == '`') ++i;
        continue;
      }
      if (c == '<') {
        const std::string_view rest = t.substr(i + 1);
        if (rest.empty() ||
            !(letter(rest.front()) || rest.front() == '/' || rest.front() == '!' || rest.front() == '?')) {
          continue;
        }
        code_counts = false;  // a backtick in a tag is none of Markdown's
        in_tag = letter(rest.front());
        const auto word = static_cast<std::size_t>(std::ranges::find_if_not(rest, letter) - rest.begin());
        // Promise<Object> is a type; without attributes the element brings nothing.
        const bool type =
            rest.substr(word).starts_with('>') && equal_without_case(rest.substr(0, word), "object");
        for (const std::string_view tag : active_tags) {
          if (!type && equal_without_case(rest.substr(0, word), tag)) return object(errc::script, tag, t, i);
        }
        if (classify(rest) == reference::script) return object(errc::javascript, "a link", t, i);
        i += word;
        continue;
      }
      if (c == '>') in_tag = false;
      if (result r = in_tag ? attribute(t, i) : destination(t, i); !r.ok()) return r;
    }
    return {};
  }

  // An event attribute, or one that runs a script, begins at i.
  result attribute(std::string_view t, std::size_t i) {
    const bool first = i == 0 || space(t[i - 1]) || t[i - 1] == '/' || t[i - 1] == '"' || t[i - 1] == '\'';
    if (!first || !letter(t[i])) return {};
    std::size_t end = i;
    while (end < t.size() && (letter(t[end]) || t[end] == '-')) ++end;
    const std::string_view name = t.substr(i, end - i);
    const bool acts = name.size() > 2 && equal_without_case(name.substr(0, 2), "on");
    const bool page = equal_without_case(name, "srcdoc");
    return behind_name(t, end, acts ? next::handler : page ? next::page : next::equals, name, i);
  }

  // What follows an attribute's name, which may stand on later lines: white space, '=', and the value.
  result behind_name(std::string_view t, std::size_t i, next place, std::string_view name, std::size_t at) {
    const auto past = [&](std::string_view skipped) {
      i = std::min(t.find_first_not_of(skipped, i), t.size());
      if (i == t.size()) awaited = place;
      return i < t.size();
    };
    if (place != next::value) {
      if (!past(" \t\r\f") || t[i] != '=') return {};
      if (place == next::handler) return object(errc::event_handler, name, t, at);
      if (place == next::page) return object(errc::script, name, t, at);
      place = next::value;
      ++i;
    }
    return past(" \t\r\f\"'") ? script_link(t, i, at) : result{};
  }

  // "](" or "]:" stands before i.
  result destination(std::string_view t, std::size_t i) const {
    if (i < 2 || t[i - 2] != ']' || (t[i - 1] != '(' && t[i - 1] != ':')) return {};
    std::size_t begin = i;
    while (begin < t.size() && (space(t[begin]) || t[begin] == '<')) ++begin;
    return script_link(t, begin, begin);
  }

  // The destination that begins at `begin`; what is wrong with it is said of `at`.
  result script_link(std::string_view t, std::size_t begin, std::size_t at) const {
    const std::string plain = without_markdown_escapes(t.substr(begin, 96));
    const reference to = classify(plain);
    if (to == reference::script) return object(errc::javascript, "a link", t, at);
    if (to == reference::active) return object(errc::script, "a data: link", t, at);
    return {};
  }

  context& ctx;
  bool started = false;
  std::string line;  // the beginning of one that is not whole yet
  byte_marks<text_decoder::most_text> telling_here;
  byte_marks<text_decoder::most_text> brackets_here;
  std::size_t marked_from = 0;  // where the line begins in what is marked
  std::uint64_t line_at = 0;
  bool wide = false;
  bool part_of_line = false;
  bool in_tag = false;
  bool html_block = false;
  next awaited = next::nothing;
  bool blank_before = true;
  char fence_mark = 0;
  std::size_t fence_size = 0;  // 0: not in fenced code
  std::size_t fence_indent = 0;
};

}  // namespace

grammar markdown(reader& in, context& ctx) { return read_text<lines>(in, ctx); }

}  // namespace uploadgate::formats
