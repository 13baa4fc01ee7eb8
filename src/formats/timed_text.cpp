// Text that must begin in one way: calendars (RFC 5545), contacts (RFC 6350), and subtitles (WebVTT, SubRip).
#include "grammars.hpp"
#include "text_input.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

bool same_without_case(std::string_view t, std::string_view upper) {
  return t.size() >= upper.size() && std::equal(upper.begin(), upper.end(), t.begin(), [](char a, char b) {
           return a == b || (b >= 'a' && b <= 'z' && a == b - 'a' + 'A');
         });
}

std::string_view without_blanks(std::string_view t) {
  const auto first = std::ranges::find_if_not(t, blank);
  return t.substr(static_cast<std::size_t>(first - t.begin()));
}

// A name of a property is not case-sensitive (RFC 5545, section 2; RFC 6350, section 3.3).
bool begins_calendar(std::string_view t) { return same_without_case(without_blanks(t), "BEGIN:VCALENDAR"); }
bool begins_contact(std::string_view t) { return same_without_case(without_blanks(t), "BEGIN:VCARD"); }

// https://www.w3.org/TR/webvtt1/, section 4.1.
bool begins_webvtt(std::string_view t) {
  constexpr std::string_view word = "WEBVTT";
  return t.starts_with(word) && (t.size() == word.size() || blank(t[word.size()]));
}

// A number on a line of its own, then the time of the first subtitle.
bool begins_subrip(std::string_view t) {
  t = without_blanks(t);
  const auto end = std::ranges::find_if_not(t, digit);
  if (end == t.begin()) return false;
  t = without_blanks(t.substr(static_cast<std::size_t>(end - t.begin())));
  const std::string_view line = t.substr(0, t.find('\n'));
  return !line.empty() && digit(line.front()) && line.find("-->") != std::string_view::npos;
}

// The first block holds the first line, unless the line is longer than any that is meant.
template <bool (*Begins)(std::string_view)>
struct beginning {
  explicit beginning(context&) {}
  result read(const text_piece& piece) {
    if (started) return {};
    started = true;
    if (!Begins(piece.text)) return {errc::bad_signature, "the first line is not this type's", 0};
    return {};
  }
  result finish(std::uint64_t end) const { return started ? result{} : result{errc::truncated, {}, end}; }
  bool started = false;
};

}  // namespace

grammar calendar(reader& in, context& ctx) { return read_text<beginning<begins_calendar>>(in, ctx); }
grammar contact(reader& in, context& ctx) { return read_text<beginning<begins_contact>>(in, ctx); }
grammar subrip(reader& in, context& ctx) { return read_text<beginning<begins_subrip>>(in, ctx); }
grammar webvtt(reader& in, context& ctx) { return read_text<beginning<begins_webvtt>>(in, ctx); }

}  // namespace uploadgate::formats
