// Values within an object (ISO 32000-2, 7.3): what nests, which key a value stands under, and what the
// object's own dictionary says about its stream.
#pragma once

#include <uploadgate/verdict.hpp>

#include "pdf_keys.hpp"
#include "pdf_lexer.hpp"
#include "pdf_names.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace uploadgate::formats::pdf {

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
  kinds heard = nothing;      // of the next value
  bool hosts = false;         // a key that catalogs, pages, annotations or fields have
  bool free : 1 = false;      // its keys are names that the writer chose
  bool refers : 1 = false;    // AA is a reference
  std::uint32_t seen = 0;     // tracked keys

  // A key has been read.
  void expect(name n, const name_rules& rules) {
    key = n;
    wants_value = true;
    heard = rules.heard[static_cast<std::size_t>(runs)];
    hosts |= rules.hosts;
  }
  [[nodiscard]] bool hears(kinds k) const { return (heard & (k | repeated)) != 0; }
  // Keeps the value of Type, Subtype or S, where no rule says anything about it; else false.
  bool keep(name value) {
    if ((heard & repeated) != 0 || free || runs != role::none || rules_of(value).content) return false;
    if (key != name::Type && key != name::Subtype && key != name::S) return false;
    (key == name::Type ? type : key == name::Subtype ? subtype : action) = value;
    wants_value = false;
    return true;
  }
  // Gives what opens under its key what that says about it.
  void tell(frame& inner, const name_rules& rules) const {
    if (free) return;
    inner.under = key;
    inner.free = rules.free || under == name::AP;  // an appearance's states (12.5.5)
  }
  // Whether what opens under its key may have something to say.
  [[nodiscard]] bool minds(const name_rules& rules) const {
    return rules.opens || runs == role::triggers || (heard & repeated) != 0;
  }
  // An array begins: whether a rule looks at its elements shows by what it stands under.
  void begin_array() { heard = runs != role::none || rules_of(under).elements ? anything : nothing; }
  // Whether a rule asks for the dictionary as a whole.
  [[nodiscard]] bool matters(bool topmost) const {
    return refers || runs != role::none || subtype == name::Form || type == name::Page ||
           (topmost && (type == name::Pages || action != name::other));
  }
};
static_assert(sizeof(frame) == 16);

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

  [[nodiscard]] kinds kind_bit() const {
    if (is_reference) return a_reference;
    switch (what) {
      case kind::name:
        return a_name;
      case kind::integer:
        return an_integer;
      case kind::string:
        return a_string;
      default:
        return another;
    }
  }
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
  [[nodiscard]] const frame& top_frame() const { return stack_[1]; }

 private:
  struct held {  // an integer
    std::uint64_t number = 0;
    std::uint64_t offset = 0;
  };

  // These say whether all is well so far; else wrong_ is why not.
  bool read(kind k, const lexer& at);
  bool push(bool dictionary, std::uint64_t offset);
  bool open_telling(frame& f, bool dictionary, std::uint64_t offset, frame& next);
  bool close(bool dictionary, std::uint64_t offset);
  bool integer(const lexer& at);
  bool flush();
  bool put(const value& v);
  bool put(const held& integer);
  bool key(frame& f, name n, std::uint64_t offset) {
    const name_rules& rules = rules_of(n);
    f.expect(n, rules);
    if ((f.seen & rules.bit) != 0) return key_again(f, offset);
    f.seen |= rules.bit;
    return true;
  }
  bool key_again(frame& f, std::uint64_t offset);
  bool walk(token_marks& marks, std::size_t& i, std::uint64_t base);
  bool well(result r) {
    if (r.ok()) return true;
    wrong_ = std::move(r);
    return false;
  }
  bool malformed(std::string_view why, std::uint64_t offset);
  result answer(bool well) { return well ? result{} : std::exchange(wrong_, {}); }
  void note_head(const value& v);

  judge& judge_;
  std::size_t limit_;
  std::size_t depth_ = 0;
  std::size_t top_values_ = 0;
  std::size_t pending_ = 0;  // integers that may begin a reference
  role runs_ = role::none;
  result wrong_;
  std::array<held, 2> held_{};
  value scalar_{};
  head head_{};
  std::array<frame, deepest + 1> stack_{};  // the first open one at 1
};

}  // namespace uploadgate::formats::pdf
