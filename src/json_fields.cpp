#include "json_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <numeric>

namespace uploadgate::json {
namespace {

constexpr std::size_t longest_shown = 40;

struct unit {
  std::string_view name;
  std::uint64_t bytes;
};

// The binary ones first, largest first: the order in which size_text tries them.
constexpr std::array units{
    unit{"TiB", std::uint64_t{1} << 40U},
    unit{"GiB", std::uint64_t{1} << 30U},
    unit{"MiB", 1U << 20U},
    unit{"KiB", 1U << 10U},
    unit{"B", 1},
    unit{"kB", 1'000},
    unit{"MB", 1'000'000},
    unit{"GB", 1'000'000'000},
    unit{"TB", 1'000'000'000'000},
};

std::string name_of(std::string_view what) { return what.empty() ? std::string{"the policy"} : quoted(what); }

[[noreturn]] void refuse_value(const value& v, std::string_view what, std::string_view wanted) {
  refuse(v.at, name_of(what) + " must be " + std::string{wanted} + ", not " + shown(v));
}

// The optimal string alignment distance: insert, delete, replace, or swap two neighbours.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> older(b.size() + 1);
  std::vector<std::size_t> old(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    older.swap(old);
    old.swap(row);
    row[0] = i;
    for (std::size_t k = 1; k <= b.size(); ++k) {
      const std::size_t changed = old[k - 1] + (a[i - 1] == b[k - 1] ? 0 : 1);
      row[k] = std::min({changed, old[k] + 1, row[k - 1] + 1});
      if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1]) {
        row[k] = std::min(row[k], older[k - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
  word = word.substr(0, 2 * longest_shown);
  return *std::ranges::min_element(known, {}, [&](std::string_view k) { return edits(word, k); });
}

std::string quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text.substr(0, longest_shown)) {
    const auto u = static_cast<unsigned char>(c);
    if (u >= 0x20 && u < 0x7F && c != '"' && c != '\\') {
      out += c;
    } else {
      out.append("\\x").append(1, digits[u >> 4U]).append(1, digits[u & 15U]);
    }
  }
  return out + (text.size() > longest_shown ? "...\"" : "\"");
}

std::string shown(const value& v) {
  switch (v.kind) {
    case kind::null:
      return "null";
    case kind::boolean:
      return v.boolean ? "true" : "false";
    case kind::whole:
    case kind::other_number:
      return v.text.substr(0, longest_shown);
    case kind::text:
      return quoted(v.text);
    case kind::array:
      return "an array";
    case kind::object:
      break;
  }
  return "an object";
}

bool read_boolean(const value& v, std::string_view what) {
  if (v.kind != kind::boolean) refuse_value(v, what, "true or false");
  return v.boolean;
}

std::uint64_t read_whole(const value& v, std::string_view what, std::uint64_t least, std::uint64_t most) {
  if (v.kind == kind::whole && v.whole >= least && v.whole <= most) return v.whole;
  std::string wanted = "a whole number, at least " + std::to_string(least);
  if (most != std::numeric_limits<std::uint64_t>::max()) wanted += " and at most " + std::to_string(most);
  refuse_value(v, what, wanted);
}

std::uint64_t read_size(const value& v, std::string_view what, std::uint64_t least) {
  const std::string wanted =
      "a size, in bytes or as \"5 MiB\"" + (least ? ", at least " + size_text(least) : std::string{});
  std::uint64_t bytes = v.whole;
  if (v.kind == kind::text) {
    const char* end = v.text.data() + v.text.size();
    const auto [stop, error] = std::from_chars(v.text.data(), end, bytes);
    std::string_view rest{stop, static_cast<std::size_t>(end - stop)};
    if (rest.starts_with(' ')) rest.remove_prefix(1);
    const auto* const unit = std::ranges::find(units, rest, &unit::name);
    if (error != std::errc{} || unit == units.end()) refuse_value(v, what, wanted);
    if (bytes > std::numeric_limits<std::uint64_t>::max() / unit->bytes) {
      refuse_value(v, what, "a size below 16 EiB");
    }
    bytes *= unit->bytes;
  } else if (v.kind != kind::whole) {
    refuse_value(v, what, wanted);
  }
  if (bytes < least) refuse_value(v, what, wanted);
  return bytes;
}

const std::string& read_text(const value& v, std::string_view what, std::size_t most_bytes) {
  if (v.kind != kind::text || v.text.size() > most_bytes) {
    refuse_value(v, what, "a text of at most " + std::to_string(most_bytes) + " bytes");
  }
  return v.text;
}

std::size_t read_word(const value& v, std::string_view what, std::span<const std::string_view> words) {
  const auto found = std::ranges::find(words, v.text);
  if (v.kind == kind::text && found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string wanted;
  for (std::size_t i = 0; i < words.size(); ++i) {
    wanted += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + quoted(words[i]);
  }
  std::string message = name_of(what) + " must be " + wanted + ", not " + shown(v);
  if (v.kind == kind::text) message += "; the nearest is " + quoted(nearest(v.text, words));
  refuse(v.at, message);
}

std::string size_text(std::uint64_t bytes) {
  const auto* const unit =
      std::ranges::find_if(units, [&](const auto& u) { return bytes != 0 && bytes % u.bytes == 0; });
  return unit == units.end() ? "0 B" : std::to_string(bytes / unit->bytes).append(" ").append(unit->name);
}

object::object(const value& v, std::string_view what) : value_{&v} {
  if (v.kind != kind::object) refuse_value(v, what, "an object");
}

const value* object::find(std::string_view key) {
  known_.push_back(key);
  const auto found = std::ranges::find(value_->members, key, &member::key);
  return found == value_->members.end() ? nullptr : &found->content;
}

void object::refuse_unknown() const {
  for (const member& m : value_->members) {
    if (std::ranges::find(known_, m.key) != known_.end()) continue;
    std::string message = "unknown key " + quoted(m.key);
    if (!known_.empty()) message += "; the nearest known one is " + quoted(nearest(m.key, known_));
    refuse(m.at, message);
  }
}

}  // namespace uploadgate::json
