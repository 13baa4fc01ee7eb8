#include <uploadgate/display.hpp>
#include <uploadgate/maintenance/baseline.hpp>

#include "json_lines.hpp"
#include "unicode.hpp"

#include <boost/algorithm/hex.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <iterator>

namespace uploadgate {
namespace {

namespace bj = boost::json;
using maintenance::line_reader;

constexpr std::string_view accepts = "accepted";

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const unicode::decoded d = unicode::decode(text);
    if (d.form != unicode::form::valid) return false;
    text.remove_prefix(d.length);
  }
  return true;
}

struct writer {
  bj::object& to;
  void text(std::string_view key, std::string_view value) const {
    if (!value.empty()) to.emplace(key, valid_utf8(value));
  }
  void number(std::string_view key, std::optional<std::uint64_t> value) const {
    if (value) to.emplace(key, *value);
  }
};

std::string path_of(const line_reader& line) {
  const std::string hex = line.text("path_hex");
  if (hex.empty()) return line.text("path");
  std::string path;
  try {
    boost::algorithm::unhex(hex, std::back_inserter(path));
  } catch (const boost::algorithm::hex_decode_error&) {
    throw configuration_error("\"path_hex\" is not hexadecimal");
  }
  return path;
}

examined examined_of(std::string_view word) {
  for (const examined e : {examined::whole, examined::prefix})
    if (word == name(e)) return e;
  return examined::none;
}

}  // namespace

std::string to_json(const baseline_entry& e) {
  bj::object o;
  const writer w{o};
  o.emplace("path", valid_utf8(e.path));
  if (!is_utf8(e.path)) {
    std::string hex;
    boost::algorithm::hex_lower(e.path, std::back_inserter(hex));
    o.emplace("path_hex", hex);
  }
  w.text("policy", e.policy);
  if (!e.unreadable.empty()) {
    w.text("unreadable", e.unreadable);
    return bj::serialize(o);
  }
  o.emplace("size", e.size);
  w.text("sha256", e.sha256);
  w.text("claimed", e.claimed);
  w.text("type", e.type);
  if (e.mismatch) o.emplace("mismatch", true);
  w.text("name", e.name);
  w.text("safe_name", e.safe_name);
  w.number("width", e.width);
  w.number("height", e.height);
  w.number("frames", e.frames);
  w.number("entries", e.entries);
  w.number("unpacked_size", e.unpacked_size);
  o.emplace("examined", name(e.seen));
  if (!e.features.empty()) o.emplace("features", bj::array(e.features.begin(), e.features.end()));
  o.emplace("verdict", e.accepted ? accepts : "rejected");
  w.text("rule", e.rule);
  w.text("reason", e.reason);
  w.text("detail", e.detail);
  w.number("offset", e.offset);
  w.text("loosened", e.loosened);
  bj::object rules;
  for (const rule_answer& r : e.rules) rules.emplace(r.rule, r.reason.empty() ? accepts : r.reason);
  o.emplace("rules", std::move(rules));
  return bj::serialize(o);
}

baseline_entry parse_baseline_entry(std::string_view text) {
  const line_reader line{text};
  baseline_entry e;
  e.path = path_of(line);
  if (e.path.empty()) throw configuration_error("no \"path\"");
  e.policy = line.text("policy");
  e.unreadable = line.text("unreadable");
  if (!e.unreadable.empty()) return e;
  const std::string verdict = line.text("verdict");
  if (verdict != accepts && verdict != "rejected") throw configuration_error("no \"verdict\"");
  e.accepted = verdict == accepts;
  e.size = line.number("size").value_or(0);
  e.sha256 = line.text("sha256");
  e.claimed = line.text("claimed");
  e.type = line.text("type");
  e.mismatch = line.flag("mismatch");
  e.name = line.text("name");
  e.safe_name = line.text("safe_name");
  e.width = line.number("width");
  e.height = line.number("height");
  e.frames = line.number("frames");
  e.entries = line.number("entries");
  e.unpacked_size = line.number("unpacked_size");
  e.seen = examined_of(line.text("examined"));
  e.features = line.texts("features");
  e.rule = line.text("rule");
  e.reason = line.text("reason");
  e.detail = line.text("detail");
  e.offset = line.number("offset");
  e.loosened = line.text("loosened");
  for (auto& [rule, reason] : line.pairs("rules"))
    e.rules.push_back({rule, reason == accepts ? std::string{} : std::move(reason)});
  return e;
}

}  // namespace uploadgate
