#include <uploadgate/http/form_policy_file.hpp>
#include <uploadgate/policy_file.hpp>
#include <uploadgate/validators/digest.hpp>

#include "http/form_policy_reader.hpp"
#include "json_reader.hpp"
#include "policy_file_reader.hpp"

#include <boost/filesystem/path.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace uploadgate {
namespace {

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t max_path = 4096;

using named_policies = std::map<std::string, policy, std::less<>>;

// What make_policy and form_policy throw knows no position.
template <class Make>
auto at_position(const json::position& at, Make make) {
  try {
    return make();
  } catch (const configuration_error& e) {
    json::refuse(at, e.what());
  }
}

policy read_one(const json::value& v, std::string_view what) {
  const policy_document d = read_policy(v, what);
  return at_position(v.at, [&] { return make_policy(d); });
}

policy find_policy(const json::value& v, const named_policies& known, const std::string& folder) {
  if (v.kind == json::kind::object) return read_one(v, "policy");
  const std::string& word = json::read_text(v, "policy", max_path);
  if (const auto it = known.find(word); it != known.end()) return it->second;
  return at_position(v.at, [&] {
    try {
      return make_policy(load_policy((boost::filesystem::path{folder} / word).string()));
    } catch (const configuration_error& e) {
      if (known.empty()) throw;
      std::vector<std::string_view> names;
      for (const auto& [name, rules] : known) names.push_back(name);
      throw configuration_error{std::string{e.what()} + "; the nearest name in \"policies\" is " +
                                json::quoted(json::nearest(word, names))};
    }
  });
}

form_field read_field(const json::member& m, const named_policies& known, const std::string& folder) {
  form_field field;
  field.name = m.key;
  json::object o{m.content, m.key};
  const json::value* rules = o.find("policy");
  const json::value* text = o.find("text");
  if ((rules != nullptr) == (text != nullptr))
    json::refuse(m.content.at, "a field needs \"policy\" for files or \"text\" for text, and not both");
  if (rules) {
    field.files = find_policy(*rules, known, folder);
    const std::vector<std::string_view> names = field.files->rule_names();
    field.digest = std::ranges::find(names, digest::name) != names.end();  // not where the file says false
    if (const json::value* v = o.find("max_files"))
      field.max_count = json::read_whole(*v, "max_files", 1, most);
  } else {
    field.max_text = json::read_size(*text, "text", 0);
    if (const json::value* v = o.find("max_count"))
      field.max_count = json::read_whole(*v, "max_count", 1, most);
    if (const json::value* v = o.find("utf8")) field.utf8 = json::read_boolean(*v, "utf8");
  }
  if (const json::value* v = o.find("required")) field.required = json::read_boolean(*v, "required");
  o.refuse_unknown();
  return field;
}

void read_lenient(const json::value& v, multipart_limits& limits) {
  constexpr std::pair<std::string_view, bool multipart_limits::*> switches[] = {
      {"leading_crlf", &multipart_limits::leading_crlf},
      {"token_values", &multipart_limits::token_values},
      {"matching_filename_star", &multipart_limits::matching_filename_star},
      {"message_types", &multipart_limits::message_types},
      {"percent_escapes", &multipart_limits::percent_escapes},
      {"extension_headers", &multipart_limits::extension_headers},
      {"binary_fields", &multipart_limits::binary_fields},
  };
  json::object o{v, "lenient"};
  for (const auto& [key, member] : switches)
    if (const json::value* on = o.find(key)) limits.*member = json::read_boolean(*on, key);
  o.refuse_unknown();
}

}  // namespace

form_policy read_form_policy(const json::value& root, const std::string& folder) {
  json::object o{root, ""};
  multipart_limits limits;
  if (const json::value* v = o.find("max_parts"))
    limits.max_parts = json::read_whole(*v, "max_parts", 1, most);
  if (const json::value* v = o.find("max_body")) limits.max_body = json::read_size(*v, "max_body", 1);
  if (const json::value* v = o.find("lenient")) read_lenient(*v, limits);
  named_policies known;
  if (const json::value* v = o.find("policies")) {
    const json::object policies{*v, "policies"};
    for (const json::member& m : v->members) known.emplace(m.key, read_one(m.content, m.key));
  }
  std::vector<form_field> fields;
  const json::value* listed = o.find("fields");
  o.refuse_unknown();
  if (!listed) json::refuse(root.at, "a form policy needs \"fields\"");
  const json::object checked{*listed, "fields"};
  for (const json::member& m : listed->members) fields.push_back(read_field(m, known, folder));
  return at_position(listed->at, [&] { return form_policy{std::move(fields), limits}; });
}

form_policy parse_form_policy(std::string_view text, const std::string& folder) {
  return read_form_policy(json::read(text), folder);
}

form_policy load_form_policy(const std::string& path) {
  const std::string text = read_file(path, max_policy_file);
  try {
    return parse_form_policy(text, boost::filesystem::path{path}.parent_path().string());
  } catch (const configuration_error& e) {
    throw configuration_error(path + ": " + e.what());
  }
}

}  // namespace uploadgate
