#include "formats/sniff.hpp"

#include "support/catch.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using namespace std::string_literals;

TEST_CASE("the type of an unknown resource, as the standard computes it", "[sniff]") {
  const std::string mp3_frame =
      "\xFF\xFB\x90\x64" + std::string(413, '\0');  // 128 kbit/s at 44.1 kHz: 417 bytes
  struct {
    std::string_view what;
    std::string bytes;
    std::string_view type;
  } const cases[] = {
      {"nothing", "", "text/plain"},
      {"text", "hello", "text/plain"},
      {"a binary byte", "he\1llo", "application/octet-stream"},
      {"an escape is no binary byte", "\x1B[0m", "text/plain"},
      {"HTML", "<html>", "text/html"},
      {"HTML in mixed case behind white space", "\t\n\f\r <HtMl x>", "text/html"},
      {"a tag that nothing ends", "<html", "text/plain"},
      {"a tag that something else ends", "<html/", "text/plain"},
      {"a document type", "<!doctype html>", "text/html"},
      {"a comment needs its end too", "<!--x", "text/plain"},
      {"a comment", "<!-- x", "text/html"},
      {"one letter", "<p>", "text/html"},
      {"a longer word", "<pre>", "text/plain"},
      {"XML", " <?xml version", "text/xml"},
      {"XML in capitals", "<?XML", "text/plain"},
      {"PDF", "%PDF-1.4", "application/pdf"},
      {"PDF behind white space", " %PDF-1.4", "text/plain"},
      {"PostScript", "%!PS-Adobe-3.0", "application/postscript"},
      {"a mark of UTF-8", "\xEF\xBB\xBF<html>", "text/plain"},
      {"a mark of UTF-16", "\xFE\xFF\0\1"s, "text/plain"},
      {"PNG", "\x89PNG\r\n\x1A\n", "image/png"},
      {"GIF", "GIF89a", "image/gif"},
      {"JPEG", "\xFF\xD8\xFF\xE0", "image/jpeg"},
      {"WebP", "RIFF1234WEBPVP8 ", "image/webp"},
      {"BMP", "BM", "image/bmp"},
      {"icon", "\0\0\1\0"s, "image/x-icon"},
      {"WAVE", "RIFF1234WAVE", "audio/wave"},
      {"Ogg", "OggS\0"s, "application/ogg"},
      {"MIDI", "MThd\0\0\0\6"s, "audio/midi"},
      {"MP4", "\0\0\0\x0CftypMP42"s, "application/octet-stream"},
      {"MP4 by its brand",
       "\0\0\0\x14"
       "ftypmp42\0\0\0\0isom"s,
       "video/mp4"},
      {"MP4 by a compatible brand",
       "\0\0\0\x18"
       "ftypisom\0\0\0\0isommp41"s,
       "video/mp4"},
      {"WebM", "\x1A\x45\xDF\xA3\x9F\x42\x82\x84webm", "video/webm"},
      {"Matroska", "\x1A\x45\xDF\xA3\x9F\x42\x82\x88matroska", "application/octet-stream"},
      {"MP3 without ID3", mp3_frame + mp3_frame, "audio/mpeg"},
      {"one frame is none", mp3_frame, "application/octet-stream"},
      {"MP3", "ID3\4", "audio/mpeg"},
      {"gzip", "\x1F\x8B\x08", "application/x-gzip"},
      {"ZIP", "PK\3\4", "application/zip"},
      {"HTML behind the window", std::string(sniff_window, ' ') + "<html>", "text/plain"},
      {"HTML at the window's end", std::string(sniff_window - 6, ' ') + "<html>", "text/html"},
      {"HTML over the window's end", std::string(sniff_window - 5, ' ') + "<html>", "text/plain"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    CHECK(sniff(as_bytes(c.bytes)) == c.type);
  }
}

TEST_CASE("what some browser takes for HTML", "[sniff]") {
  const auto at = [](std::string_view t) { return html_at(as_bytes(t)); };
  CHECK(at("<html>") == 0);
  CHECK(at("  <script/x>") == 2);
  CHECK(at("<html") == 0);
  CHECK(at("\xEF\xBB\xBF\n<body>") == 4);
  CHECK(at("<b\n>") == 0);
  CHECK(at("<!--x") == 0);
  CHECK_FALSE(at("<book>"));
  CHECK_FALSE(at("<p:x>"));
  CHECK_FALSE(at("x<html>"));
  CHECK_FALSE(at("<?xml?>"));
}

TEST_CASE("feeds", "[sniff]") {
  const auto type = [](std::string_view t) { return feed_type(as_bytes(t)); };
  CHECK(type("<?xml version='1.0'?><!-- x --><rss version='2.0'>") == "application/rss+xml");
  CHECK(type("\xEF\xBB\xBF <feed xmlns='x'>") == "application/atom+xml");
  CHECK(type("<!DOCTYPE x><rdf:RDF xmlns='http://purl.org/rss/1.0/' "
             "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>") == "application/rss+xml");
  CHECK(type("<rdf:RDF>").empty());
  CHECK(type("<html>").empty());
  CHECK(type("<!-- open <rss>").empty());
}

TEST_CASE("signatures that go over into JavaScript", "[sniff]") {
  const auto at = [](std::string_view t) { return script_at(as_bytes(t)); };
  CHECK(at("GIF89a/*\0\0"s) == 6);
  CHECK(at("GIF89a = 1;alert(1)") == 7);
  CHECK(at("BM=alert(1)") == 2);
  CHECK(at("\xFF\xD8\xFF\xE0/*") == 4);
  CHECK_FALSE(at("GIF89a=\0\x10\0"s));  // a picture 61 pixels wide
  CHECK_FALSE(at("GIF89a\x20\x03\x58\x02"));
  CHECK_FALSE(at("BMP files"));
}

TEST_CASE("what an XML parser would read", "[sniff]") {
  const auto at = [](std::string_view t) { return markup_at(as_bytes(t)); };
  CHECK(at("\xEF\xBB\xBF \n<svg") == 5);
  CHECK(at("\xFF\xFE \0<\0"s) == 4);
  CHECK(at("\xFE\xFF\0<"s) == 2);
  CHECK_FALSE(
      at("\xFF\xFE"
         "a\0<\0"s));
  CHECK_FALSE(at("a<svg"));
  CHECK_FALSE(at(""));
}

}  // namespace
}  // namespace uploadgate::formats
