#include <uploadgate/http/serving.hpp>

#include "support/catch.hpp"

namespace {

using namespace uploadgate;

const served_file photo{.sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
                        .size = 1000,
                        .media_type = "image/jpeg",
                        .safe_name = "caf\xC3\xA9 \"x\".jpg"};
const std::string tag = '"' + photo.sha256 + '"';

std::string value_of(const serving_answer& a, std::string_view name) {
  std::string found;
  for (const header& h : a.headers) {
    if (h.name != name) continue;
    CHECK(found.empty());
    found = h.value;
  }
  return found;
}

}  // namespace

TEST_CASE("a file is sent with every header that keeps it a file") {
  const serving_answer a = serve(photo);
  CHECK(a.status == 200);
  CHECK(a.first == 0);
  CHECK(a.length == 1000);
  const header wanted[] = {
      {"Content-Type", "image/jpeg"},
      {"X-Content-Type-Options", "nosniff"},
      {"Content-Disposition", "inline; filename=\"caf_ _x_.jpg\"; filename*=UTF-8''caf%C3%A9%20%22x%22.jpg"},
      {"Content-Security-Policy", "default-src 'none'; sandbox"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Referrer-Policy", "no-referrer"},
      {"Cache-Control", "public, max-age=31536000, immutable, no-transform"},
      {"ETag", tag},
      {"Surrogate-Key", photo.sha256},
      {"Cache-Tag", photo.sha256},
      {"Accept-Ranges", "bytes"},
      {"Content-Length", "1000"},
  };
  CHECK(a.headers == std::vector<header>(std::begin(wanted), std::end(wanted)));
}

TEST_CASE("what could run is saved and not shown") {
  for (const char* type :
       {"text/html", "image/svg+xml", "application/pdf", "application/zip", "application/xhtml+xml", "",
        "nonsense", "image/png\r\nSet-Cookie: a=b", "image/png; charset=x", "a/b/c"}) {
    CAPTURE(type);
    served_file file = photo;
    file.media_type = type;
    const serving_answer a = serve(file);
    CHECK(value_of(a, "Content-Disposition").starts_with("attachment"));
    for (const header& h : a.headers) CHECK(h.value.find_first_of("\r\n") == std::string::npos);
  }
  served_file unknown = photo;
  unknown.media_type = "nonsense";
  CHECK(value_of(serve(unknown), "Content-Type") == "application/octet-stream");
  served_file text = photo;
  text.media_type = "text/plain";
  CHECK(value_of(serve(text), "Content-Type") == "text/plain; charset=utf-8");
}

TEST_CASE("names cannot add parameters or headers") {
  for (const char* name : {"a\"; filename=\"b.exe", "a\r\nSet-Cookie: x", "a\\\"b", "\xFF\xFE.jpg", ""}) {
    CAPTURE(name);
    served_file file = photo;
    file.safe_name = name;
    const std::string value = value_of(serve(file), "Content-Disposition");
    CHECK(value.find_first_of("\r\n\\") == std::string::npos);
    CHECK(std::ranges::count(value, '"') <= 2);
  }
}

TEST_CASE("caching follows the options") {
  serving_options o;
  o.immutable = false;
  CHECK(value_of(serve(photo, {}, o), "Cache-Control") == "public, no-cache, no-transform");
  o.shared_caches = false;
  CHECK(value_of(serve(photo, {}, o), "Cache-Control") == "private, no-cache, no-transform");
  CHECK(value_of(serve(photo, {}, o), "Surrogate-Key").empty());
  o = {};
  o.cross_origin = true;
  o.surrogate_keys = {"user-7", "bad key", "a,b", "b\r\nc", ""};
  CHECK(value_of(serve(photo, {}, o), "Surrogate-Key") == photo.sha256 + " user-7");
  CHECK(value_of(serve(photo, {}, o), "Cache-Tag") == photo.sha256 + ",user-7");
  CHECK(value_of(serve(photo, {}, o), "Cross-Origin-Resource-Policy") == "cross-origin");
}

TEST_CASE("If-None-Match") {
  struct match_case {
    std::string value;
    unsigned status;
  };
  const match_case cases[] = {
      {tag, 304}, {"W/" + tag, 304},   {"\"x\", " + tag, 304}, {"*", 304},  {"\"x\"", 200},
      {"", 200},  {photo.sha256, 200}, {tag + "x", 200},       {",,", 200}, {"  " + tag + " ", 304},
  };
  for (const match_case& c : cases) {
    CAPTURE(c.value);
    const serving_answer a = serve(photo, {.range = "bytes=0-1", .if_none_match = c.value});
    CHECK(a.status == (c.status == 304 ? 304 : 206));
    if (c.status != 304) continue;
    CHECK(a.length == 0);
    CHECK(value_of(a, "ETag") == tag);
    CHECK(value_of(a, "Content-Length").empty());
  }
}

TEST_CASE("ranges") {
  struct range_case {
    const char* value;
    unsigned status;
    std::uint64_t first, length;
  };
  const range_case cases[] = {
      {"bytes=0-0", 206, 0, 1},
      {"bytes=0-999", 206, 0, 1000},
      {"bytes=0-1000", 206, 0, 1000},
      {"bytes=999-", 206, 999, 1},
      {"bytes=999-999", 206, 999, 1},
      {"bytes=1000-", 416, 0, 0},
      {"bytes=1000-1001", 416, 0, 0},
      {"bytes=-1", 206, 999, 1},
      {"bytes=-1000", 206, 0, 1000},
      {"bytes=-1001", 206, 0, 1000},
      {"bytes=-0", 416, 0, 0},
      {"BYTES=5-6", 206, 5, 2},
      {"bytes=5-4", 200, 0, 1000},
      {"bytes=0-1,3-4", 200, 0, 1000},
      {"bytes=", 200, 0, 1000},
      {"bytes=-", 200, 0, 1000},
      {"bytes=a-b", 200, 0, 1000},
      {"bytes=+1-2", 200, 0, 1000},
      {"bytes=1", 200, 0, 1000},
      {"items=0-1", 200, 0, 1000},
      {"bytes=0-18446744073709551615", 206, 0, 1000},
      {"bytes=0-99999999999999999999999", 206, 0, 1000},
      {"bytes=99999999999999999999999-", 416, 0, 0},
      {"bytes=-99999999999999999999999", 206, 0, 1000},
  };
  for (const range_case& c : cases) {
    CAPTURE(c.value);
    const serving_answer a = serve(photo, {.range = c.value});
    CHECK(a.status == c.status);
    CHECK(a.first == c.first);
    CHECK(a.length == c.length);
    CHECK(value_of(a, "Content-Length") == std::to_string(c.length));
    const std::string seen = value_of(a, "Content-Range");
    if (c.status == 200) CHECK(seen.empty());
    if (c.status == 416) CHECK(seen == "bytes */1000");
    if (c.status == 206)
      CHECK(seen ==
            "bytes " + std::to_string(c.first) + "-" + std::to_string(c.first + c.length - 1) + "/1000");
  }
  served_file empty = photo;
  empty.size = 0;
  CHECK(serve(empty, {.range = "bytes=0-"}).status == 416);
  CHECK(serve(empty, {.range = "bytes=-1"}).status == 416);
  CHECK(serve(empty).status == 200);
}

TEST_CASE("If-Range takes the strong tag only") {
  CHECK(serve(photo, {.range = "bytes=0-1", .if_range = tag}).status == 206);
  const std::string weak = "W/" + tag;
  for (const std::string& other : {weak, std::string{"\"x\""}, std::string{"Wed, 21 Oct 2015 07:28:00 GMT"}})
    CHECK(serve(photo, {.range = "bytes=0-1", .if_range = other}).status == 200);
}
