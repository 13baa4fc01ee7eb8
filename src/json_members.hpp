// Verdicts and facts as members of a JSON object: one place for all that shows them.
#pragma once

#include <uploadgate/facts.hpp>
#include <uploadgate/verdict.hpp>

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace uploadgate {

// json_members fills an object. What has no value is left out; text that is not UTF-8 is made so.
class json_members {
 public:
  // How much of a text is kept, in bytes, and how many warnings.
  struct limits {
    std::size_t text = std::numeric_limits<std::size_t>::max();
    std::size_t warnings = std::numeric_limits<std::size_t>::max();
  };

  explicit json_members(boost::json::object& to) : to_{to} {}
  json_members(boost::json::object& to, limits kept) : to_{to}, kept_{kept} {}

  void text(std::string_view key, std::string_view value);
  void number(std::string_view key, std::optional<std::uint64_t> value);
  // "verdict", and where rejected "rule", "reason", "condition", "offset", "detail".
  void verdict(const uploadgate::verdict& v);
  void facts(const uploadgate::facts& f);
  // Whether something was longer than the limits.
  [[nodiscard]] bool cut() const { return cut_; }

 private:
  boost::json::string shown(std::string_view value);

  boost::json::object& to_;
  limits kept_{};
  bool cut_ = false;
};

// escape_steering makes \u escapes, inside JSON, of every character that printable() would escape.
std::string escape_steering(std::string json);

}  // namespace uploadgate
