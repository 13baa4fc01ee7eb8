#include "config.hpp"

#include <uploadgate/http/form_policy_file.hpp>
#include <uploadgate/policy_file.hpp>
#include <uploadgate/storage/receipt.hpp>

#include "http/form_policy_reader.hpp"
#include "json_reader.hpp"
#include "policy_file_reader.hpp"

#include <array>
#include <filesystem>
#include <limits>
#include <utility>

namespace gateway {
namespace {

namespace json = uploadgate::json;
constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t max_text = 4096;

address read_address(const json::value& v, std::string_view what) {
  const std::string& text = json::read_text(v, what, max_text);
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size() ||
      text.find_first_not_of("0123456789", colon + 1) != std::string::npos)
    json::refuse(v.at, json::quoted(what) + " must be \"HOST:PORT\", not " + json::shown(v));
  address a{text.substr(0, colon), text.substr(colon + 1)};
  if (a.host.starts_with('[') && a.host.ends_with(']')) a.host = a.host.substr(1, a.host.size() - 2);
  return a;
}

std::vector<std::string> read_texts(const json::value& v, std::string_view what) {
  if (v.kind != json::kind::array) json::refuse(v.at, json::quoted(what) + " must be an array of texts");
  std::vector<std::string> out;
  for (const json::value& item : v.items) out.push_back(json::read_text(item, what, max_text));
  return out;
}

void read_timeouts(const json::value& v, timeouts& wait) {
  constexpr std::pair<std::string_view, seconds timeouts::*> keys[] = {
      {"idle", &timeouts::idle},     {"head", &timeouts::head},       {"body", &timeouts::body},
      {"upload", &timeouts::upload}, {"connect", &timeouts::connect}, {"response", &timeouts::response},
      {"tunnel", &timeouts::tunnel}, {"pooled", &timeouts::pooled},   {"drain", &timeouts::drain},
      {"stop", &timeouts::stop}};
  constexpr std::uint64_t a_day = 86'400;
  json::object o{v, "timeouts"};
  for (const auto& [key, member] : keys)
    if (const json::value* s = o.find(key)) wait.*member = seconds{json::read_whole(*s, key, 1, a_day)};
  o.refuse_unknown();
}

void read_spool(const json::value& v, settings& s) {
  json::object o{v, "spool"};
  if (const json::value* folder = o.find("folder"))
    s.spool_folder = json::read_text(*folder, "folder", max_text);
  if (const json::value* size = o.find("max_disk")) s.spool_max = json::read_size(*size, "max_disk", 1);
  if (const json::value* size = o.find("cached")) s.spool_cached = json::read_size(*size, "cached", 0);
  o.refuse_unknown();
}

std::string read_pattern(const json::value& v) {
  const std::string& pattern = json::read_text(v, "path", max_text);
  if (!pattern.starts_with('/') || pattern.find("//") != pattern.npos ||
      pattern.find_first_of("%?#;") != pattern.npos)
    json::refuse(v.at, "\"path\" must begin with a slash and have no empty segment and none of %?#;");
  return pattern;
}

// Puts the path in front of what reading a file's text throws.
template <class Read>
auto at_path(const std::string& path, Read read) {
  try {
    return read();
  } catch (const uploadgate::configuration_error& e) {
    throw uploadgate::configuration_error{path + ": " + e.what()};
  }
}

// What a route says of its policy, and where paths begin.
struct policy_source {
  const json::value& value;
  const std::string& folder;
  std::string_view whole;  // the configuration, for the hash of a form policy that stands in it

  [[nodiscard]] bool in_place() const { return value.kind == json::kind::object; }
  [[nodiscard]] std::string path(std::string_view key) const {
    return (std::filesystem::path{folder} / json::read_text(value, key, max_text)).string();
  }
};

uploadgate::loaded_policy read_file_policy(const policy_source& at) {
  const uploadgate::policy_document document =
      at.in_place() ? uploadgate::read_policy(at.value, "file") : uploadgate::load_policy(at.path("file"));
  return uploadgate::read_policy_text(uploadgate::to_json(document));
}

uploadgate::loaded_policy read_form_policy(const policy_source& at) {
  uploadgate::loaded_policy p;
  if (at.in_place()) {
    p.text = at.whole;
    p.form = uploadgate::read_form_policy(at.value, at.folder);
  } else {
    const std::string path = at.path("form");
    p.text = uploadgate::read_file(path, json::max_text);
    p.form = at_path(path, [&] {
      return uploadgate::parse_form_policy(p.text, std::filesystem::path{path}.parent_path().string());
    });
  }
  p.sha256 = uploadgate::policy_digest(p.text);
  return p;
}

std::shared_ptr<route_policy> read_route_policy(const policy_source& at, policy_kind kind) {
  const bool form = kind == policy_kind::form;
  if (!at.in_place()) {
    const std::string path = at.path(form ? "form" : "file");
    if (std::filesystem::is_directory(path)) return std::make_shared<route_policy>(path, kind);
  }
  return std::make_shared<route_policy>(form ? read_form_policy(at) : read_file_policy(at));
}

route read_route(const json::value& v, const std::string& folder, std::string_view whole) {
  json::object o{v, "routes"};
  const json::value* path = o.find("path");
  const json::value* methods = o.find("methods");
  const json::value* form = o.find("form");
  const json::value* file = o.find("file");
  o.refuse_unknown();
  if (!path || (form != nullptr) == (file != nullptr))
    json::refuse(v.at, "a route needs \"path\", and \"form\" for forms or \"file\" for whole bodies");
  return {
      read_pattern(*path),
      methods ? read_texts(*methods, "methods") : std::vector<std::string>{"POST", "PUT", "PATCH"},
      read_route_policy({form ? *form : *file, folder, whole}, form ? policy_kind::form : policy_kind::file)};
}

settings read_settings(std::string_view text, const std::string& folder) {
  const json::value root = json::read(text);
  json::object o{root, ""};
  settings s;
  if (const json::value* v = o.find("listen")) s.listen = read_address(*v, "listen");
  if (const json::value* v = o.find("admin")) s.admin = read_address(*v, "admin");
  if (const json::value* v = o.find("upstream")) s.upstream = read_address(*v, "upstream");
  if (const json::value* v = o.find("trusted_proxies"))
    s.trusted = uploadgate::trusted_proxies{read_texts(*v, "trusted_proxies")};
  if (const json::value* v = o.find("forwarded_by")) {
    constexpr std::array<std::string_view, 2> words{"x-forwarded-for", "forwarded"};
    s.forwarded_by = json::read_word(*v, "forwarded_by", words) == 0 ? uploadgate::forwarding::x_forwarded_for
                                                                     : uploadgate::forwarding::forwarded;
  }
  if (const json::value* v = o.find("threads"))
    s.threads = static_cast<unsigned>(json::read_whole(*v, "threads", 1, 256));
  if (const json::value* v = o.find("max_connections"))
    s.max_connections = json::read_whole(*v, "max_connections", 1, most);
  if (const json::value* v = o.find("max_idle_upstream"))
    s.max_idle_upstream = json::read_whole(*v, "max_idle_upstream", 0, most);
  if (const json::value* v = o.find("timeouts")) read_timeouts(*v, s.wait);
  if (const json::value* v = o.find("spool")) read_spool(*v, s);
  if (const json::value* v = o.find("audit")) s.audit_file = json::read_text(*v, "audit", max_text);
  route_table table;
  if (const json::value* v = o.find("other_forms")) {
    constexpr std::array<std::string_view, 2> words{"refuse", "pass"};
    table.refuse_other_forms = json::read_word(*v, "other_forms", words) == 0;
  }
  const json::value* listed = o.find("routes");
  o.refuse_unknown();
  if (!listed || listed->kind != json::kind::array)
    json::refuse(root.at, "the gateway needs \"routes\", an array");
  for (const json::value& v : listed->items) table.routes.push_back(read_route(v, folder, text));
  s.routes = std::make_shared<const route_table>(std::move(table));
  return s;
}

}  // namespace

settings load_settings(const std::string& path) {
  const std::string text = uploadgate::read_file(path, json::max_text);
  return at_path(path,
                 [&] { return read_settings(text, std::filesystem::path{path}.parent_path().string()); });
}

}  // namespace gateway
