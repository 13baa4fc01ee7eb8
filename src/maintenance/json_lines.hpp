// One JSON object of a line, read without positions: the lines are made by programs, and there are many.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadgate::maintenance {

// line_reader throws configuration_error where the text is no JSON object, or a member is of another kind.
class line_reader {
 public:
  explicit line_reader(std::string_view text);
  // Each is empty where the key is missing.
  [[nodiscard]] std::string text(std::string_view key) const;
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view key) const;
  [[nodiscard]] bool flag(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> pairs(std::string_view key) const;

 private:
  [[nodiscard]] const boost::json::value* find(std::string_view key) const;
  boost::json::object object_;
};

}  // namespace uploadgate::maintenance
