// The head of an HTTP/1 message, read line by line and refused wherever two readers could differ. Views into
// one buffer; nothing is unfolded, joined or repaired.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gateway {

// head_problem is why a message is refused: the status of the answer, a stable word, and words for a person.
struct head_problem {
  unsigned status = 400;
  std::string_view reason;
  std::string detail;
};

struct field {
  std::string_view name;
  std::string_view value;  // without the blanks around it
};

inline constexpr std::size_t max_head = 32 * 1024;  // bytes of a start line and all fields
inline constexpr std::size_t max_fields = 100;

// message_head is a start line of three words, and the fields in their order.
class message_head {
 public:
  // read takes a head with its last empty line. A request's start line is method, target, version; a
  // response's is version, status, reason.
  static std::variant<message_head, head_problem> read(std::string_view raw, bool request);

  message_head(message_head&&) = default;
  message_head& operator=(message_head&&) = default;
  message_head(const message_head&) = delete;
  message_head& operator=(const message_head&) = delete;
  ~message_head() = default;

  [[nodiscard]] std::string_view word(std::size_t i) const { return words_[i]; }
  [[nodiscard]] const std::vector<field>& fields() const { return fields_; }
  [[nodiscard]] std::size_t count(std::string_view name) const;
  // first is the value of the first field of that name; empty where there is none.
  [[nodiscard]] std::string_view first(std::string_view name) const;
  // joined has the values of all fields of that name with commas between (RFC 9110 section 5.2).
  [[nodiscard]] std::string joined(std::string_view name) const;

 private:
  message_head() = default;
  std::vector<char> text_;
  std::string_view words_[3];
  std::vector<field> fields_;
};

// body_framing is how the body's end is found (RFC 9112 section 6).
struct body_framing {
  enum class kind : std::uint8_t { none, length, chunked } kind = kind::none;
  std::uint64_t length = 0;
};

// read_framing refuses every Content-Length and Transfer-Encoding that a second reader might take otherwise.
std::variant<body_framing, head_problem> read_framing(const message_head& head, std::string_view version);

bool same_word(std::string_view a, std::string_view b);
bool is_token(std::string_view text);
// list_words cuts a comma-separated list; empty elements are left out.
std::vector<std::string_view> list_words(std::string_view value);
bool has_word(std::string_view list, std::string_view word);
// end_of_head finds the index behind a head's empty line in what has arrived, of which `seen` bytes were
// searched before. A bare line feed ends the search at once, since the head is refused for it. Nothing: more
// must arrive.
std::optional<std::size_t> end_of_head(std::string_view arrived, std::size_t seen = 0);

}  // namespace gateway
