#include <uploadgate/validators/browser_safe.hpp>

#include "formats/grammar.hpp"
#include "formats/markup_rules.hpp"
#include "formats/sniff.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace uploadgate {
namespace {

using formats::context;
using formats::grammar;
using formats::markup_rules;
using formats::reader;

struct sniffed : markup_rules {
  explicit sniffed(context& ctx) : markup_rules{ctx, kind::sniffed} {}
};
grammar markup(reader& in, context& ctx) { return formats::read_xml<sniffed>(in, ctx); }

// What the XML reader's objection means here. What is not well-formed ends every XML parser: what stood
// before was seen, and nothing behind it runs.
enum class meaning : std::uint8_t { runs, unknown, ends };
meaning meaning_of(const std::error_code& code) {
  for (const errc ending : {errc::not_well_formed, errc::truncated, errc::trailing_data}) {
    if (code == ending) return meaning::ends;
  }
  for (const errc active : {errc::html, errc::script, errc::javascript, errc::event_handler, errc::doctype}) {
    if (code == active) return meaning::runs;
  }
  return meaning::unknown;
}

}  // namespace

struct browser_safe::state {
  std::array<std::byte, formats::sniff_window> header{};
  std::size_t size = 0;
  bool judged = false;
  structure_limits limits{};  // the parse refers to them
  std::optional<formats::parse> xml;

  [[nodiscard]] bytes_view seen() const { return bytes_view{header}.first(size); }

  result active(std::string detail, std::uint64_t offset) const {
    return {errc::browser_active, std::move(detail), offset};
  }

  result judge_header(facts& found) {
    judged = true;
    const bytes_view first = seen();
    std::string_view type = formats::sniff(first);
    if (const auto i = formats::html_at(first)) {
      found.sniffed_type = "text/html";
      return active("HTML", *i);
    }
    if (type == "text/xml") {
      if (const std::string_view feed = formats::feed_type(first); !feed.empty()) type = feed;
    }
    found.sniffed_type = type;
    if (const auto i = formats::script_at(first)) return active("a signature that is JavaScript too", *i);
    if (const auto i = formats::markup_at(first)) {
      xml.emplace(markup, limits);
      return read(first);
    }
    return {};
  }

  result read(bytes_view chunk) { return answer(xml->feed(chunk)); }
  result end() { return answer(xml->finish()); }

  result answer(result r) {
    if (r.ok()) return r;
    xml.reset();
    const objection& why = r.why();
    const std::string detail = std::string{reason(why.code)} + (why.detail.empty() ? "" : ": " + why.detail);
    switch (meaning_of(why.code)) {
      case meaning::ends:
        return {};
      case meaning::runs:
        return active(detail, why.offset.value_or(0));
      case meaning::unknown:
        break;
    }
    return {errc::not_examined, detail, why.offset};
  }
};

browser_safe::browser_safe() noexcept = default;
browser_safe::browser_safe(const browser_safe&) noexcept {}
browser_safe& browser_safe::operator=(const browser_safe& other) noexcept {
  if (this != &other) state_.reset();
  return *this;
}
browser_safe::~browser_safe() = default;

result browser_safe::feed(bytes_view chunk, facts& found) {
  if (!state_) state_ = std::make_unique<state>();
  state& s = *state_;
  if (!s.judged) {
    const std::size_t n = std::min(s.header.size() - s.size, chunk.size());
    std::copy_n(chunk.begin(), n, s.header.begin() + static_cast<std::ptrdiff_t>(s.size));
    s.size += n;
    chunk = chunk.subspan(n);
    if (s.size < s.header.size()) return {};
    if (result r = s.judge_header(found); !r.ok()) return r;
  }
  return s.xml && !chunk.empty() ? s.read(chunk) : result{};
}

result browser_safe::finish(facts& found) {
  if (!state_) state_ = std::make_unique<state>();
  state& s = *state_;
  if (!s.judged) {
    if (result r = s.judge_header(found); !r.ok()) return r;
  }
  return s.xml ? s.end() : result{};
}

}  // namespace uploadgate
