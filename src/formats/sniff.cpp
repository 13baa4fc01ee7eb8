#include "sniff.hpp"

#include "endian.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace uploadgate::formats {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool space(char c) { return c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '; }

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool starts_without_case(std::string_view t, std::string_view wanted) {
  return t.size() >= wanted.size() &&
         std::equal(wanted.begin(), wanted.end(), t.begin(), [](char a, char b) { return a == upper(b); });
}

std::size_t spaces(std::string_view t, std::size_t from) {
  while (from < t.size() && space(t[from])) ++from;
  return from;
}

std::size_t behind_mark(std::string_view t) { return t.starts_with(byte_order_mark) ? 3 : 0; }

// The first table of section 7.1; there a tag ends with a space or '>'.
constexpr std::array<std::string_view, 17> html_tags{
    "<!DOCTYPE HTML", "<HTML",  "<HEAD", "<SCRIPT", "<IFRAME", "<H1", "<DIV", "<FONT", "<TABLE", "<A",
    "<STYLE",         "<TITLE", "<B",    "<BODY",   "<BR",     "<P",  "<!--"};

bool html_tag(std::string_view t) {
  return std::ranges::any_of(html_tags, [&](std::string_view tag) {
    return t.size() > tag.size() && starts_without_case(t, tag) &&
           (t[tag.size()] == ' ' || t[tag.size()] == '>');
  });
}

// Chromium takes a tag that nothing ends, so "<script/x>" and "<html" at the end count; after the one-letter
// tags another letter makes another word.
bool html_tag_to_some(std::string_view t) {
  return std::ranges::any_of(html_tags, [&](std::string_view tag) {
    if (!starts_without_case(t, tag)) return false;
    if (tag.size() > 2 || t.size() == tag.size()) return true;
    const char c = upper(t[tag.size()]);
    return !((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':' ||
             c == '.' || static_cast<std::uint8_t>(c) >= 0x80);
  });
}

// Bytes at a distance from the front; '?' in the pattern is any byte.
struct signature {
  std::string_view pattern;
  std::string_view type;
};
using namespace std::string_view_literals;
constexpr std::array signatures{
    signature{"%PDF-"sv, "application/pdf"},
    signature{"%!PS-Adobe-"sv, "application/postscript"},
    signature{"\xFE\xFF"sv, "text/plain"},
    signature{"\xFF\xFE"sv, "text/plain"},
    signature{byte_order_mark, "text/plain"},
    signature{"\0\0\1\0"sv, "image/x-icon"},
    signature{"\0\0\2\0"sv, "image/x-icon"},
    signature{"BM"sv, "image/bmp"},
    signature{"GIF87a"sv, "image/gif"},
    signature{"GIF89a"sv, "image/gif"},
    signature{"RIFF????WEBPVP"sv, "image/webp"},
    signature{"\x89PNG\r\n\x1A\n"sv, "image/png"},
    signature{"\xFF\xD8\xFF"sv, "image/jpeg"},
    signature{"FORM????AIFF"sv, "audio/aiff"},
    signature{"ID3"sv, "audio/mpeg"},
    signature{"OggS\0"sv, "application/ogg"},
    signature{"MThd\0\0\0\6"sv, "audio/midi"},
    signature{"RIFF????AVI "sv, "video/avi"},
    signature{"RIFF????WAVE"sv, "audio/wave"},
};
constexpr std::array archive_signatures{
    signature{"\x1F\x8B\x08"sv, "application/x-gzip"},
    signature{"PK\3\4"sv, "application/zip"},
    signature{"Rar \x1A\7\0"sv, "application/x-rar-compressed"},
};

bool matches(std::string_view t, std::string_view pattern) {
  return t.size() >= pattern.size() && std::equal(pattern.begin(), pattern.end(), t.begin(),
                                                  [](char p, char c) { return p == '?' || p == c; });
}

// Section 6.2.1.
bool mp4(bytes_view b) {
  if (b.size() < 12) return false;
  const std::uint32_t box = be32(b, 0);
  const std::string_view t = as_text(b);
  if (b.size() < box || box % 4 != 0 || t.substr(4, 4) != "ftyp") return false;
  if (t.substr(8, 3) == "mp4") return true;
  for (std::size_t i = 16; i < box; i += 4) {
    if (t.substr(i, 3) == "mp4") return true;
  }
  return false;
}

// Section 6.2.2: EBML with a DocType of webm among its first bytes.
bool webm(bytes_view b) {
  const std::string_view t = as_text(b);
  if (!t.starts_with("\x1A\x45\xDF\xA3")) return false;
  for (std::size_t i = 4; i < std::min<std::size_t>(38, b.size()); ++i) {
    if (t.substr(i, 2) != "\x42\x82") continue;
    i += 2;
    if (i >= b.size()) return false;
    std::size_t length = 1;
    for (unsigned mask = 0x80; length < 8 && !(u8(b, i) & mask); mask >>= 1) ++length;
    i += length;
    while (i < b.size() && t[i] == '\0') ++i;
    return t.substr(std::min(i, t.size()), 4) == "webm";
  }
  return false;
}

// Section 6.2.3: two MPEG audio frame headers, one frame apart.
std::size_t mp3_frame(bytes_view b) {
  constexpr std::array<unsigned, 16> kbit_v1{0,   32,  40,  48,  56,  64,  80,  96,
                                             112, 128, 160, 192, 224, 256, 320, 0};
  constexpr std::array<unsigned, 16> kbit_v2{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0};
  constexpr std::array<unsigned, 4> hertz{44100, 48000, 32000, 0};
  if (b.size() < 4 || u8(b, 0) != 0xFF || (u8(b, 1) & 0xE0) != 0xE0) return 0;
  const unsigned version = u8(b, 1) >> 3 & 3U;
  const unsigned layer = u8(b, 1) >> 1 & 3U;
  const unsigned rate = u8(b, 2) >> 4;
  const unsigned frequency = u8(b, 2) >> 2 & 3U;
  if (layer != 1 || rate == 15 || frequency == 3) return 0;  // layer III is stored as 1
  const unsigned bits = ((version & 1U) ? kbit_v1[rate] : kbit_v2[rate]) * 1000;
  const unsigned size = bits * ((version & 1U) ? 144 : 72) / hertz[frequency] + (u8(b, 2) >> 1 & 1U);
  return size;
}
bool mp3(bytes_view b) {
  const std::size_t size = mp3_frame(b);
  return size >= 4 && size < b.size() && mp3_frame(b.subspan(size)) != 0;
}

bool binary_byte(char c) {
  const auto u = static_cast<std::uint8_t>(c);
  return u <= 0x08 || u == 0x0B || (u >= 0x0E && u <= 0x1A) || (u >= 0x1C && u <= 0x1F);
}

}  // namespace

std::optional<std::size_t> html_at(bytes_view header) {
  const std::string_view t = as_text(header.first(std::min(header.size(), sniff_window)));
  const std::size_t i = spaces(t, behind_mark(t));
  return html_tag_to_some(t.substr(i)) ? std::optional{i} : std::nullopt;
}

std::string_view sniff(bytes_view header) {
  header = header.first(std::min(header.size(), sniff_window));
  const std::string_view t = as_text(header);
  const std::string_view text = t.substr(spaces(t, 0));
  if (html_tag(text)) return "text/html";
  if (text.starts_with("<?xml")) return "text/xml";
  for (const signature& s : signatures) {
    if (matches(t, s.pattern)) return s.type;
  }
  if (mp4(header)) return "video/mp4";
  if (webm(header)) return "video/webm";
  if (mp3(header)) return "audio/mpeg";
  for (const signature& s : archive_signatures) {
    if (matches(t, s.pattern)) return s.type;
  }
  return std::ranges::any_of(t, binary_byte) ? "application/octet-stream" : "text/plain";
}

std::string_view feed_type(bytes_view header) {
  const std::string_view t = as_text(header.first(std::min(header.size(), sniff_window)));
  std::size_t i = behind_mark(t);
  // Past white space, comments, declarations and processing instructions, to the first element.
  for (;;) {
    i = spaces(t, i);
    const std::string_view rest = t.substr(std::min(i, t.size()));
    std::string_view end;
    if (rest.starts_with("<!--")) {
      end = "-->";
    } else if (rest.starts_with("<!")) {
      end = ">";
    } else if (rest.starts_with("<?")) {
      end = "?>";
    } else {
      if (rest.starts_with("<rss")) return "application/rss+xml";
      if (rest.starts_with("<feed")) return "application/atom+xml";
      const bool rdf = rest.starts_with("<rdf:RDF") &&
                       rest.find("http://purl.org/rss/1.0/") != std::string_view::npos &&
                       rest.find("http://www.w3.org/1999/02/22-rdf-syntax-ns#") != std::string_view::npos;
      return rdf ? "application/rss+xml" : std::string_view{};
    }
    const std::size_t found = t.find(end, i + 2);
    if (found == std::string_view::npos) return {};
    i = found + end.size();
  }
}

std::optional<std::size_t> script_at(bytes_view header) {
  // Each signature here is an identifier in JavaScript, so that an assignment or a comment may follow it.
  constexpr std::array<std::string_view, 8> identifiers{"GIF89a", "GIF87a", "BM",   "II",
                                                        "MM",     "RIFF",   "OggS", "FORM"};
  const std::string_view t = as_text(header.first(std::min(header.size(), sniff_window)));
  const auto printable = [&](std::size_t i) {
    return i < t.size() && (space(t[i]) || (t[i] > ' ' && static_cast<std::uint8_t>(t[i]) < 0x7F));
  };
  for (const std::string_view name : identifiers) {
    if (!t.starts_with(name)) continue;
    const std::size_t i = spaces(t, name.size());
    const std::string_view rest = t.substr(i);
    if (rest.starts_with("/*") || rest.starts_with("//")) return i;
    if (rest.starts_with("=") && printable(i + 1) && printable(i + 2)) return i;
  }
  // A JPEG whose first segment has the length 0x2F2A: FF D8 FF E0 is a name in ISO-8859-1.
  if (t.starts_with("\xFF\xD8\xFF\xE0/*")) return 4;
  return {};
}

std::optional<std::size_t> markup_at(bytes_view header) {
  const std::string_view t = as_text(header.first(std::min(header.size(), sniff_window)));
  const bool little = t.starts_with("\xFF\xFE");
  if (little || t.starts_with("\xFE\xFF")) {
    for (std::size_t i = 2; i + 2 <= t.size(); i += 2) {
      const char low = t[little ? i : i + 1];
      const char high = t[little ? i + 1 : i];
      if (high == '\0' && low == '<') return i;
      if (high != '\0' || !space(low)) return {};
    }
    return {};
  }
  const std::size_t i = spaces(t, behind_mark(t));
  return i < t.size() && t[i] == '<' ? std::optional{i} : std::nullopt;
}

}  // namespace uploadgate::formats
