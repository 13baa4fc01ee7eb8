#include <uploadgate/maintenance/difference.hpp>

#include "json_reader.hpp"
#include "policy_fields.hpp"
#include "policy_file_reader.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace uploadgate {
namespace {

struct setting {
  std::string key;
  json::value value;
};

// The settings of a file in its order, those of a section as "section.key".
std::vector<setting> settings_of(const policy_document& d) {
  std::vector<setting> all;
  const json::value whole = json::read(to_json(d));
  for (const json::member& m : whole.members) {
    if (m.content.kind != json::kind::object) {
      all.push_back({m.key, m.content});
      continue;
    }
    for (const json::member& inner : m.content.members)
      all.push_back({m.key + "." + inner.key, inner.content});
  }
  return all;
}

std::string_view last_word(std::string_view key) { return key.substr(key.rfind('.') + 1); }

std::string plain(const json::value& v) { return v.kind == json::kind::text ? v.text : json::shown(v); }

// Words from the tightest to the loosest.
constexpr std::array<std::string_view, 2> depths{"deep", "standard"};
constexpr std::array<std::string_view, 2> switches{"true", "false"};

std::span<const std::string_view> order_of(std::string_view key) {
  if (key == "content.structure") return fields::structure_words;
  if (key == "content.depth") return depths;
  if (key == "mode") return fields::mode_words;
  if (key == "content.magic" || key == "content.content_type") return switches;
  return fields::handling_words;
}

// A number that loosens as it grows, whatever unit it is written in.
std::uint64_t number_of(const json::value& v) {
  return v.kind == json::kind::text ? json::read_size(v, "", 0) : v.whole;
}

bool is_number(std::string_view key) {
  const std::string_view word = last_word(key);
  return word.starts_with("max_") || word.starts_with("min_") || word == "ratio_floor";
}

setting_effect effect_of(const std::string& key, const json::value& before, const json::value& after) {
  if (key == "name" || key == "version" || key == "content.digest") return setting_effect::neutral;
  if (is_number(key)) {
    const bool grew = number_of(after) > number_of(before);
    return grew == (key != "min_size") ? setting_effect::loosened : setting_effect::tightened;
  }
  const std::span<const std::string_view> order = order_of(key);
  const auto place = [&](const json::value& v) { return std::ranges::find(order, plain(v)) - order.begin(); };
  return place(after) > place(before) ? setting_effect::loosened : setting_effect::tightened;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& w : words) text += (text.empty() ? "" : " ") + w;
  return text;
}

// Lower case, sorted, each once.
std::vector<std::string> extensions_of(const policy_document& d) {
  std::vector<std::string> list = d.extensions.empty() ? known_extensions() : d.extensions;
  for (std::string& e : list)
    std::ranges::transform(e, e.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  std::ranges::sort(list);
  list.erase(std::unique(list.begin(), list.end()), list.end());  // clang 14 has no std::ranges::unique
  return list;
}

std::optional<setting_change> compare_extensions(const policy_document& before,
                                                 const policy_document& after) {
  const std::vector<std::string> old = extensions_of(before);
  const std::vector<std::string> now = extensions_of(after);
  std::vector<std::string> went;
  std::vector<std::string> came;
  std::ranges::set_difference(old, now, std::back_inserter(went));
  std::ranges::set_difference(now, old, std::back_inserter(came));
  if (went.empty() && came.empty()) return std::nullopt;
  const setting_effect e = went.empty()   ? setting_effect::loosened
                           : came.empty() ? setting_effect::tightened
                                          : setting_effect::mixed;
  return setting_change{"extensions", joined(went), joined(came), e};
}

}  // namespace

std::string_view name(setting_effect e) noexcept {
  constexpr std::array<std::string_view, 4> words{"neutral", "tightened", "loosened", "mixed"};
  return words.at(static_cast<std::size_t>(e));
}

std::vector<setting_change> compare(const policy_document& before, const policy_document& after) {
  std::vector<setting_change> changes;
  const std::vector<setting> old = settings_of(before);
  const std::vector<setting> now = settings_of(after);
  for (std::size_t i = 0; i < old.size(); ++i) {
    const std::string& key = old[i].key;
    if (key == "extensions") {
      if (std::optional<setting_change> c = compare_extensions(before, after))
        changes.push_back(std::move(*c));
      continue;
    }
    std::string was = plain(old[i].value);
    std::string is = plain(now[i].value);
    if (was == is) continue;
    changes.push_back({key, std::move(was), std::move(is), effect_of(key, old[i].value, now[i].value)});
  }
  return changes;
}

std::string in_words(const setting_change& c) {
  if (c.key == "extensions") {
    std::string text = "extensions: ";
    if (!c.before.empty()) text += "no longer " + c.before;
    if (!c.after.empty()) text += (c.before.empty() ? "also " : "; also ") + c.after;
    return text + " (" + std::string{name(c.effect)} + ")";
  }
  const std::string direction =
      c.effect == setting_effect::neutral ? "" : " (" + std::string{name(c.effect)} + ")";
  const auto quoted = [](const std::string& text) { return text.empty() ? "nothing" : text; };
  return c.key + ": " + quoted(c.before) + " became " + quoted(c.after) + direction;
}

}  // namespace uploadgate
