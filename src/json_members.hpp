// Verdicts and facts as members of a JSON object on one line: one place for all that shows them.
#pragma once

#include <uploadgate/facts.hpp>
#include <uploadgate/verdict.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace uploadgate {

// json_members writes an object, a member at a time, without the tree that Boost.JSON would build first: that
// costs more than all else an audit does. Boost.JSON writes what is not plain. What has no value is left out;
// text that is not UTF-8 is made so; what printable() would escape is a \u escape. Keys are
// plain words.
class json_members {
 public:
  // How much of a text is kept, in bytes, and how many warnings.
  struct limits {
    std::size_t text = std::numeric_limits<std::size_t>::max();
    std::size_t warnings = std::numeric_limits<std::size_t>::max();
  };

  json_members() : json_members{limits{}} {}
  explicit json_members(limits kept);

  void text(std::string_view key, std::string_view value);
  void number(std::string_view key, std::optional<std::uint64_t> value);
  // A member that is true.
  void mark(std::string_view key);
  void object(std::string_view key, json_members&& inner);
  // "verdict", and where rejected "rule", "reason", "condition", "offset", "detail".
  void verdict(const uploadgate::verdict& v);
  void facts(const uploadgate::facts& f);

  // Whether something was longer than the limits.
  [[nodiscard]] bool cut() const { return cut_; }
  // The object; the end of this.
  std::string take() &&;

 private:
  void begin(std::string_view key);
  void quote(std::string_view text);
  void quote_cut(std::string_view text);

  std::string out_{"{"};
  limits kept_;
  bool cut_ = false;
};

}  // namespace uploadgate
