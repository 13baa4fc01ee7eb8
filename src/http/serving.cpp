#include <uploadgate/http/serving.hpp>

#include "characters.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace uploadgate {
namespace {

struct span_of_file {
  std::uint64_t first, length;
};
enum class range_kind : std::uint8_t { whole, part, none };

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// A number of digits only; one that is too large for 64 bits is as large as they get.
std::optional<std::uint64_t> number(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? value : UINT64_MAX;
}

// RFC 9110, sections 14.1.2 and 14.2.
range_kind read_range(std::string_view value, std::uint64_t size, span_of_file& out) {
  constexpr std::string_view unit = "bytes=";
  if (!http::same_word(value.substr(0, unit.size()), unit)) return range_kind::whole;
  const std::string_view range = trimmed(value.substr(unit.size()));
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos || range.find(',') != std::string_view::npos) return range_kind::whole;
  const std::optional<std::uint64_t> first = number(range.substr(0, dash));
  const std::optional<std::uint64_t> last = number(range.substr(dash + 1));
  const bool open = dash + 1 == range.size();
  if (dash == 0) {  // the last so many bytes
    if (!last) return range_kind::whole;
    if (*last == 0 || size == 0) return range_kind::none;
    const std::uint64_t length = std::min(*last, size);
    out = {size - length, length};
    return range_kind::part;
  }
  if (!first || (!last && !open) || (last && *last < *first)) return range_kind::whole;
  if (*first >= size) return range_kind::none;
  out = {*first, std::min(open ? UINT64_MAX : *last, size - 1) - *first + 1};
  return range_kind::part;
}

// If-None-Match: a list of tags or "*"; compared weakly (RFC 9110, section 13.1.2).
bool lists(std::string_view value, std::string_view tag) {
  value = trimmed(value);
  if (value == "*") return true;
  for (std::size_t at = 0; at < value.size();) {
    // Our tag has no comma in it, so that a list can be cut at commas.
    const std::size_t comma = std::min(value.find(',', at), value.size());
    std::string_view one = trimmed(value.substr(at, comma - at));
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == tag) return true;
    at = comma + 1;
  }
  return false;
}

bool visible(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

// A media type that is fit for a header: type "/" subtype of tokens (RFC 9110, section 8.3.1).
bool is_media_type(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto token = [](std::string_view word) {
    return !word.empty() && std::ranges::all_of(word, [](char c) { return http::is(c, http::ch::token); });
  };
  return slash != std::string_view::npos && token(text.substr(0, slash)) && token(text.substr(slash + 1));
}

void add_type(std::vector<header>& headers, const served_file& file, const serving_options& options) {
  const bool known = is_media_type(file.media_type);
  std::string type = known ? file.media_type : "application/octet-stream";
  const bool shown = known && std::ranges::find(options.inline_types, type) != options.inline_types.end();
  // Without a charset a browser guesses; text that uploadgate lets pass is UTF-8, or UTF-16 with a mark.
  if (type.starts_with("text/")) type += "; charset=utf-8";
  headers.push_back({"Content-Type", std::move(type)});
  headers.push_back({"X-Content-Type-Options", "nosniff"});
  headers.push_back(
      {"Content-Disposition",
       build_disposition(shown ? disposition::inline_ : disposition::attachment, file.safe_name)});
  headers.push_back({"Content-Security-Policy", "default-src 'none'; sandbox"});
  headers.push_back({"Cross-Origin-Resource-Policy", options.cross_origin ? "cross-origin" : "same-origin"});
  headers.push_back({"Referrer-Policy", "no-referrer"});
}

void add_caching(std::vector<header>& headers, const served_file& file, const serving_options& options) {
  std::string cache = options.shared_caches ? "public" : "private";
  cache += options.immutable ? ", max-age=" + std::to_string(options.max_age) + ", immutable" : ", no-cache";
  cache += ", no-transform";  // RFC 9111, section 5.2.2.6: the bytes are what was judged
  headers.push_back({"Cache-Control", std::move(cache)});
  headers.push_back({"ETag", etag(file.sha256)});
  if (!options.shared_caches) return;
  std::string keys = file.sha256;
  for (const std::string& key : options.surrogate_keys)
    if (visible(key) && key.find(',') == std::string::npos) keys += " " + key;
  headers.push_back({"Surrogate-Key", keys});  // Fastly; Varnish's xkey reads the same words
  std::ranges::replace(keys, ' ', ',');
  headers.push_back({"Cache-Tag", std::move(keys)});  // Cloudflare, Akamai's Edge-Cache-Tag
}

}  // namespace

std::string etag(std::string_view sha256) { return '"' + std::string{sha256} + '"'; }

serving_answer serve(const served_file& file, const serving_request& request,
                     const serving_options& options) {
  serving_answer answer;
  answer.length = file.size;
  const std::string tag = etag(file.sha256);
  if (lists(request.if_none_match, tag)) {
    answer.status = 304;
    answer.length = 0;
    add_caching(answer.headers, file, options);
    return answer;
  }
  span_of_file part{0, file.size};
  range_kind kind = range_kind::whole;
  if (!request.range.empty() && (request.if_range.empty() || trimmed(request.if_range) == tag))
    kind = read_range(request.range, file.size, part);
  const std::string size = std::to_string(file.size);
  if (kind == range_kind::none) {
    answer.status = 416;
    answer.length = 0;
    answer.headers = {{"Content-Range", "bytes */" + size},
                      {"Content-Length", "0"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Cache-Control", "no-store"}};
    return answer;
  }
  add_type(answer.headers, file, options);
  add_caching(answer.headers, file, options);
  answer.headers.push_back({"Accept-Ranges", "bytes"});
  if (kind == range_kind::part) {
    answer.status = 206;
    answer.first = part.first;
    answer.length = part.length;
    answer.headers.push_back({"Content-Range", "bytes " + std::to_string(part.first) + "-" +
                                                   std::to_string(part.first + part.length - 1) + "/" +
                                                   size});
  }
  answer.headers.push_back({"Content-Length", std::to_string(answer.length)});
  return answer;
}

}  // namespace uploadgate
