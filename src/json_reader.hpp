// JSON with positions: what Boost.JSON reads, with the line and column of every key and value, so that a
// mistake in a configuration file can be pointed at. Duplicate keys are refused; size and depth are capped.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/error.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate::json {

inline constexpr std::size_t max_text = 1 * MiB;  // bytes; a policy has a few hundred
inline constexpr std::size_t max_depth = 16;      // a form's field's policy's limits stand at 5

// Both count from 1; the column counts characters.
struct position {
  std::size_t line = 1;
  std::size_t column = 1;
};

enum class kind : std::uint8_t { null, boolean, whole, other_number, text, array, object };

struct member;

struct value {
  json::kind kind = json::kind::null;
  position at;
  bool boolean = false;
  std::uint64_t whole = 0;  // a number that is whole and not negative
  std::string text;
  std::vector<value> items;
  std::vector<member> members;

  // Written behind member, which clang 14 needs to have seen.
  value();
  value(const value&);
  value(value&&) noexcept;
  value& operator=(const value&);
  value& operator=(value&&) noexcept;
  ~value();
};

struct member {
  std::string key;
  position at;
  value content;
};

inline value::value() = default;
inline value::value(const value&) = default;
inline value::value(value&&) noexcept = default;
inline value& value::operator=(const value&) = default;
inline value& value::operator=(value&&) noexcept = default;
inline value::~value() = default;

// read parses a text; it throws configuration_error with "line L, column C: ..." where that is not JSON.
value read(std::string_view text);

// refuse throws configuration_error with the position in front.
[[noreturn]] void refuse(const position& at, const std::string& message);

// nearest gives the word of the list that is fewest edits away; the list is not empty.
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

// quoted gives a text in quotes, shortened and with what is not plain ASCII escaped, for messages.
std::string quoted(std::string_view text);

// shown gives a value as it would stand in a message: "five", 7, true, an object.
std::string shown(const value& v);

// The readers of single values. `what` is the key, for the message; all refuse what is not of their kind.
bool read_boolean(const value& v, std::string_view what);
std::uint64_t read_whole(const value& v, std::string_view what, std::uint64_t least, std::uint64_t most);
// read_size takes whole bytes, or a text such as "5 MiB" (B, KiB, MiB, GiB, TiB; kB, MB, GB, TB of
// thousands).
std::uint64_t read_size(const value& v, std::string_view what, std::uint64_t least);
const std::string& read_text(const value& v, std::string_view what, std::size_t most_bytes);
// read_word gives the index of a text in a list of words.
std::size_t read_word(const value& v, std::string_view what, std::span<const std::string_view> words);

// size_text writes a size as read_size reads it: "5 MiB", or "1000 B" where no unit divides it.
std::string size_text(std::uint64_t bytes);

// object reads an object's members by key, and refuses at the end those that nobody asked for:
//   object o{v, "filename"};
//   if (const value* m = o.find("max_length")) ...
//   o.refuse_unknown();
class object {
 public:
  // object refuses a value that is not one. `what` is for messages; "" is the whole file.
  object(const value& v, std::string_view what);
  const value* find(std::string_view key);
  void refuse_unknown() const;
  [[nodiscard]] const value& whole() const { return *value_; }

 private:
  const value* value_;
  std::vector<std::string_view> known_;
};

}  // namespace uploadgate::json
