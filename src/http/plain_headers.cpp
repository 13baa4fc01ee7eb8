#include "http/plain_headers.hpp"

#include "http/characters.hpp"

namespace uploadgate::http {
namespace {

// One value up to its quotation mark, where nothing in it needs a second look; otherwise empty.
std::string_view plain_value(std::string_view text, std::uint64_t limit) {
  const std::size_t i = plain_prefix(text);
  const std::string_view value = text.substr(0, i);
  const bool plain = i < text.size() && text[i] == '"' && i > 0 && i <= limit && is(text[0], ch::simple) &&
                     text[0] != '.' && text[0] != '_' && text[i - 1] != ' ' && value != "0";
  return plain ? value : std::string_view{};
}

}  // namespace

std::size_t plain_disposition(std::string_view text, form_disposition& out, const multipart_limits& limits) {
  constexpr std::string_view before_name = "Content-Disposition: form-data; name=\"";
  constexpr std::string_view before_filename = "\"; filename=\"";
  if (!text.starts_with(before_name)) return 0;
  out.name = plain_value(text.substr(before_name.size()), limits.max_name);
  if (out.name.empty()) return 0;
  std::size_t end = before_name.size() + out.name.size();
  if (text.substr(end).starts_with(before_filename)) {
    end += before_filename.size();
    out.filename = plain_value(text.substr(end), limits.max_filename);
    if (out.filename->empty()) return 0;
    end += out.filename->size();
  }
  return end + 1;
}

std::string_view plain_type(std::string_view text, std::uint64_t limit) {
  for (const std::string_view top : {"image/", "application/", "text/", "video/", "audio/", "font/"}) {
    if (!text.starts_with(top)) continue;
    std::size_t i = top.size();
    while (i < text.size() && (is(text[i], ch::simple) || text[i] == '+')) ++i;
    const std::string_view type = text.substr(0, i);
    return i > top.size() && i <= limit && type.find("--") == std::string_view::npos ? type
                                                                                     : std::string_view{};
  }
  return {};
}

}  // namespace uploadgate::http
