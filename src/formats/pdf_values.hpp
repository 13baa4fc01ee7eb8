// Values within an object (ISO 32000-2, 7.3): what nests, which key a value stands under, and what the
// object's own dictionary says about its stream.
#pragma once

#include <uploadgate/verdict.hpp>

#include "pdf_lexer.hpp"
#include "pdf_names.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace uploadgate::formats::pdf {

// Why a dictionary's action runs without a person's click.
enum class role : std::uint8_t {
  none,
  automatic,  // the action itself: the value of OpenAction, or of an entry of AA, or Next of such a one
  triggers,   // the value of AA: a dictionary of such actions
};

// Keys whose value, where it is no container, is kept or judged; those of triggers are besides.
constexpr bool is_telling(name key) {
  switch (key) {
    case name::Type:
    case name::Subtype:
    case name::S:
    case name::JS:
    case name::JavaScript:
    case name::OpenAction:
    case name::AA:
    case name::Next:
    case name::URI:
    case name::Base:
    case name::EF:
    case name::XFA:
    case name::T:
    case name::FT:
    case name::F:
    case name::Length:
    case name::Filter:
    case name::DecodeParms:
    case name::N:
    case name::First:
    case name::Size:
    case name::Prev:
    case name::XRefStm:
    case name::Root:
    case name::Encrypt:
    case name::Count:
    case name::Linearized:
    case name::Predictor:
    case name::Columns:
    case name::Colors:
    case name::BitsPerComponent:
      return true;
    default:
      return false;
  }
}

// What tells a dictionary that may have an AA (12.6.3) from one of resources or glyphs, where AA may be a
// name that the writer chose. T and FT do too, unless their value is a reference.
constexpr bool hosts_triggers(name key) {
  switch (key) {
    case name::Type:
    case name::Subtype:
    case name::Parent:
    case name::Kids:
    case name::Pages:
    case name::Rect:
    case name::Contents:
    case name::MediaBox:
      return true;
    default:
      return false;
  }
}

// One open dictionary or array.
struct frame {
  bool dictionary = false;
  bool wants_value = false;
  role runs = role::none;
  name under = name::other;  // the key that it stands under, also through arrays
  name key = name::other;    // the key whose value comes next
  name type = name::other;
  name subtype = name::other;
  name action = name::other;  // the value of S
  name named = name::other;   // the value of N, where it is a name
  bool free : 1 = false;      // its keys are names that the writer chose
  bool hosts : 1 = false;     // a key that catalogs, pages, annotations or fields have
  bool again : 1 = false;     // the key stood before
  bool refers : 1 = false;    // AA is a reference
  bool quiet : 1 = false;     // no rule looks at the next value, unless it is a container
  std::uint32_t seen = 0;     // tracked keys

  // A key has been read.
  void expect(name n) {
    key = n;
    wants_value = true;
    again = false;
    quiet = runs != role::triggers && !is_telling(n);
    hosts = hosts || hosts_triggers(n);
  }
  // An array begins: whether a rule looks at its elements shows by what it stands under.
  void begin_array() {
    quiet = runs == role::none && under != name::XFA && under != name::FontMatrix && under != name::Filter &&
            under != name::W && under != name::Index;
  }
};

struct reference {
  std::uint64_t object = 0;
  std::uint64_t generation = 0;
};

struct value {
  kind what = kind::more;  // integer, real, name, word (true, false, null), string, dict_open, array_open
  bool is_reference = false;
  bool cut = false;       // text is the beginning of a longer one
  name id = name::other;  // of a name
  std::string_view text{};
  std::uint64_t number = 0;  // an integer; also a reference's object
  std::uint64_t generation = 0;
  std::uint64_t offset = 0;
};

// What the topmost dictionary of an object says about the object and its stream.
struct head_facts {
  static constexpr std::size_t max_filters = 4;

  bool is_dictionary = false;
  name type = name::other;
  std::optional<std::uint64_t> length;
  std::optional<reference> length_at;
  std::size_t filters = 0;
  std::array<name, max_filters> filter{};
  std::uint64_t predictor = 1;
  std::uint64_t columns = 1;
  std::uint64_t colors = 1;
  std::uint64_t bits = 8;
  std::optional<std::uint64_t> count, first, size, previous, hybrid, pages;
  std::size_t widths = 0;
  std::array<std::uint32_t, 3> width{};
  std::size_t indices = 0;  // more than max_index where they did not fit
  bool external = false;    // F: the stream's data lies in another file
  bool root = false;
  bool encrypt = false;
  bool linearized = false;
  bool parent = false;
  bool strange_parameters = false;  // DecodeParms is a reference
  bool strange_filter = false;      // Filter is a reference
};

struct head : head_facts {
  static constexpr std::size_t max_index = 512;
  std::array<std::uint32_t, max_index> index{};  // the first `indices` of them are set
  // Forgets all, and leaves alone what is long and unset.
  void clear() { static_cast<head_facts&>(*this) = {}; }
};

// What looks at every value: rules.
class judge;
class token_marks;

class values {
 public:
  static constexpr std::size_t deepest = 256;

  explicit values(judge& j, std::uint64_t max_depth)
      : judge_{j}, limit_{static_cast<std::size_t>(max_depth < deepest ? max_depth : deepest)} {}

  // Begins an object's value; `runs` is what is known about it from references to it.
  void restart(role runs);
  // One token of the value. Comments are not passed on.
  result token(kind k, const lexer& at);
  // Reads as many whole tokens as need nothing kept across windows, up to the end of the object; the others
  // are left to the lexer. The answer is that of token() for each of them. `in` is the end of the marks'
  // window.
  result run(token_marks& marks, std::string_view& in, lexer& at);
  // The value is over, because its object is: integers that could have begun a reference are values too.
  result finish();
  // Whether exactly one value has been read, and nothing is open.
  [[nodiscard]] bool complete() const { return depth_ == 0 && top_values_ == 1 && pending_ == 0; }
  [[nodiscard]] bool open() const { return depth_ > 0; }
  [[nodiscard]] bool begun() const { return depth_ > 0 || top_values_ > 0 || pending_ > 0; }
  [[nodiscard]] const head& top() const { return head_; }
  // The value itself, where it is not a dictionary or an array.
  [[nodiscard]] const value& scalar() const { return scalar_; }
  [[nodiscard]] const frame& top_frame() const { return stack_[0]; }

 private:
  result push(bool dictionary, std::uint64_t offset);
  result close(bool dictionary, std::uint64_t offset);
  result integer(const lexer& at);
  result flush();
  result put(const value& v);
  result key(name n, std::uint64_t offset);
  result seen(frame& f, std::uint64_t offset);
  result walk(token_marks& marks, std::size_t& i, std::uint64_t base);
  void note_head(const value& v);

  judge& judge_;
  std::size_t limit_;
  std::size_t depth_ = 0;
  std::size_t top_values_ = 0;
  std::size_t pending_ = 0;  // integers that may begin a reference
  role runs_ = role::none;
  std::array<value, 2> held_{};
  value scalar_{};
  head head_{};
  std::array<frame, deepest> stack_{};
};

}  // namespace uploadgate::formats::pdf
