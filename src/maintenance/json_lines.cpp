#include "json_lines.hpp"

#include <uploadgate/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

namespace uploadgate::maintenance {
namespace {

namespace bj = boost::json;

[[noreturn]] void wrong(std::string_view key, const char* wanted) {
  throw configuration_error("\"" + std::string{key} + "\" is not " + wanted);
}

std::string text_of(const bj::value& v, std::string_view key) {
  if (!v.is_string()) wrong(key, "a text");
  return {v.get_string().data(), v.get_string().size()};
}

}  // namespace

line_reader::line_reader(std::string_view text) {
  boost::system::error_code failed;
  bj::value v = bj::parse({text.data(), text.size()}, failed);
  if (failed || !v.is_object()) throw configuration_error("not a JSON object");
  object_ = std::move(v.get_object());
}

const bj::value* line_reader::find(std::string_view key) const {
  return object_.if_contains({key.data(), key.size()});
}

std::string line_reader::text(std::string_view key) const {
  const bj::value* v = find(key);
  return v ? text_of(*v, key) : std::string{};
}

std::optional<std::uint64_t> line_reader::number(std::string_view key) const {
  const bj::value* v = find(key);
  if (!v) return std::nullopt;
  boost::system::error_code failed;
  const auto n = v->to_number<std::uint64_t>(failed);
  if (failed) wrong(key, "a whole number");
  return n;
}

bool line_reader::flag(std::string_view key) const {
  const bj::value* v = find(key);
  if (v && !v->is_bool()) wrong(key, "true or false");
  return v && v->get_bool();
}

std::vector<std::string> line_reader::texts(std::string_view key) const {
  std::vector<std::string> list;
  const bj::value* v = find(key);
  if (!v) return list;
  if (!v->is_array()) wrong(key, "an array");
  for (const bj::value& item : v->get_array()) list.push_back(text_of(item, key));
  return list;
}

std::vector<std::pair<std::string, std::string>> line_reader::pairs(std::string_view key) const {
  std::vector<std::pair<std::string, std::string>> list;
  const bj::value* v = find(key);
  if (!v) return list;
  if (!v->is_object()) wrong(key, "an object");
  for (const auto& [name, value] : v->get_object())
    list.emplace_back(std::string{name.data(), name.size()}, text_of(value, key));
  return list;
}

}  // namespace uploadgate::maintenance
