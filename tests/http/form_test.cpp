#include <uploadgate/http/form.hpp>
#include <uploadgate/validators/max_size.hpp>

#include "support/catch.hpp"
#include "support/forms.hpp"
#include "support/splits.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace uploadgate {
namespace {

using namespace test;

struct no_nul_bytes {
  static constexpr std::string_view name = "no_nul_bytes";
  std::uint64_t at = 0;
  result feed(bytes_view chunk) {
    const auto i = std::ranges::find(chunk, std::byte{0});
    at += static_cast<std::uint64_t>(i - chunk.begin());
    if (i != chunk.end()) return {errc::content_mismatch, "NUL", at};
    return {};
  }
};

struct png_only {
  static constexpr std::string_view name = "png_only";
  result begin(const upload& u, facts& f) {
    if (!u.filename.ends_with(".png") || u.field != "photo" || u.content_type != "image/png")
      return errc::extension_not_allowed;
    f.media_type = "image/png";
    return {};
  }
};

const policy images{png_only{}, no_nul_bytes{}};

form_policy profile() {
  form_field photo{"photo", images, 2, true};
  form_field title{"title"};
  title.max_text = 8;
  form_field raw{"raw"};
  raw.utf8 = false;
  multipart_limits limits;
  limits.binary_fields = true;
  return form_policy{{photo, title, raw}, limits};
}

std::string photo(std::string_view data, std::string_view name = "a.png") {
  return file("photo", name, data, "image/png");
}

struct outcome {
  std::string rule, reason;
  std::optional<std::uint64_t> offset;
  std::string detail;
  std::vector<std::string> parts;  // name, verdict and text of each
  bool operator==(const outcome&) const = default;
};

outcome sum_up(form_inspection& form) {
  const verdict v = form.finish();
  outcome o{std::string{v.rule()}, v.accepted() ? "" : std::string{v.reason()}, v.offset(), v.detail(), {}};
  for (const form_part& p : form.parts())
    o.parts.push_back(p.name + (p.verdict.accepted() ? "+" + p.text : p.verdict.rejected() ? "-" : "?"));
  return o;
}

outcome judge_every_split(const form_policy& rules, std::string_view input) {
  form_inspection whole = rules.inspect(boundary_x);
  whole.feed(as_bytes(input));
  const outcome first = sum_up(whole);
  for_every_split(as_bytes(input), [&](std::string_view how, auto deliver) {
    form_inspection form = rules.inspect(boundary_x);
    deliver([&](bytes_view piece) { form.feed(piece); });
    const outcome again = sum_up(form);
    CAPTURE(how, input, first.reason, again.reason, first.offset.value_or(0), again.offset.value_or(0));
    REQUIRE(again == first);
  });
  return first;
}

TEST_CASE("a form is judged by its fields", "[form]") {
  const form_policy rules = profile();
  const outcome o = judge_every_split(rules, body(field("title", "h\xC3\xA9llo") + photo("one") +
                                                  photo("two", "b.png") + field("raw", "\xFF")));
  CHECK(o.reason == "");
  CHECK(o.parts == std::vector<std::string>{"title+h\xC3\xA9llo", "photo+", "photo+", "raw+\xFF"});
  form_inspection form = rules.inspect(boundary_x);
  form.feed(as_bytes(body(photo("abc"))));
  REQUIRE(form.finish().accepted());
  const form_part& part = form.parts().at(0);
  CHECK(part.size == 3);
  CHECK(part.filename == "a.png");
  CHECK(part.content_type == "image/png");
  CHECK(part.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(part.facts.media_type == "image/png");
}

TEST_CASE("what a form policy does not expect is refused", "[form]") {
  const form_policy rules = profile();
  const std::uint64_t in_photo = photo("").size() - 2;  // where the content of a photo begins
  const std::uint64_t in_title = field("title", "").size() - 2;
  const struct {
    std::string_view name;
    std::string body;
    std::string_view rule, reason;
    std::optional<std::uint64_t> offset;
  } cases[] = {
      {"no required file", body(field("title", "x")), "form", "form_field_missing",
       body(field("title", "x")).size()},
      {"no file chosen", body(file("photo", "", "")), "form", "form_field_missing",
       body(file("photo", "", "")).size()},
      {"an unknown field", body(photo("x") + field("admin", "1")), "form", "form_field_unknown",
       photo("x").size() + 7},
      {"too many files", body(photo("x") + photo("y") + photo("z")), "form", "form_field_repeated",
       2 * photo("x").size() + 7},
      {"a text twice", body(field("title", "x") + field("title", "y")), "form", "form_field_repeated",
       field("title", "x").size() + 7},
      {"a text for a file", body(field("photo", "x")), "form", "form_field_kind", 7},
      {"a file for a text", body(file("title", "a.png", "x")), "form", "form_field_kind", 7},
      {"a text one byte too long", body(field("title", "123456789")), "form", "form_text_too_large",
       in_title + 8},
      {"a text that is not UTF-8",
       body(field("title",
                  "ab\xE4"
                  "cdef")),
       "form", "form_text_encoding", in_title + 2},
      {"a text that ends within a character", body(field("title", "ab\xE2\x82")), "form",
       "form_text_encoding", in_title + 2},
      {"a text that is too long within a character", body(field("title", "1234567\xC3\xA4")), "form",
       "form_text_too_large", in_title + 8},
      {"a file that its name rejects", body(photo("x", "a.exe")), "png_only", "extension_not_allowed", {}},
      {"a file that its content rejects", body(photo(std::string_view{"ab\0c", 4})), "no_nul_bytes",
       "content_mismatch", in_photo + 2},
      {"a delimiter in a file", body(photo("ab--X-ycd")), "form", "form_delimiter_in_data", in_photo + 2},
      {"no end", photo("ab"), "form", "form_truncated", photo("ab").size()},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = judge_every_split(rules, c.body);
    CHECK(o.rule == c.rule);
    CHECK(o.reason == c.reason);
    CHECK(o.offset == c.offset);
  }
}

TEST_CASE("each file says what its field's candidate says", "[form]") {
  const form_policy rules{{{"photo", images.with_candidate(policy{max_size{3}}), 2}, {"title"}}};
  form_inspection form = rules.inspect(boundary_x);
  form.feed(as_bytes(body(field("title", "t") + photo("abc") + photo("abcd"))));
  CHECK(form.finish().accepted());
  REQUIRE(form.parts().size() == 3);
  CHECK_FALSE(form.parts()[0].candidate);
  CHECK(form.parts()[1].candidate.value().accepted());
  CHECK(form.parts()[2].candidate.value().reason() == "size_exceeded");
  form_inspection refused = rules.inspect(boundary_x);
  refused.feed(as_bytes(body(photo(std::string("abcd\0", 5)))));
  CHECK(refused.verdict().reason() == "content_mismatch");
  CHECK(refused.parts().at(0).candidate.value().reason() == "size_exceeded");
}

TEST_CASE("the first byte that decides ends the judging", "[form]") {
  const form_policy rules = profile();
  const std::string bad = body(photo(std::string_view{"ab\0c", 4}));
  const std::size_t decides = bad.find('\0');
  form_inspection form = rules.inspect(boundary_x);
  CHECK(form.feed(as_bytes(std::string_view{bad}.substr(0, decides))));
  CHECK_FALSE(form.feed(as_bytes(std::string_view{bad}.substr(decides, 1))));
  CHECK(form.parts().at(0).verdict.rejected());
  CHECK(form.parts().at(0).verdict.offset() == 2);
  CHECK_FALSE(form.feed(as_bytes(bad)));
  CHECK(form.finish().rejected());
  CHECK(rules.inspect("text/plain").verdict().code() == errc::form_content_type);
  CHECK(rules.inspect(boundary_x, 2 * GiB).verdict().code() == condition::too_large);
}

TEST_CASE("a form without a policy is judged for its framing", "[form]") {
  const std::string good = body(field("any", "\xFF") + file("other", "x.exe", std::string_view{"\0", 1}));
  multipart_limits binary;
  binary.binary_fields = true;
  CHECK(judge_every_split(form_policy{binary}, good).reason == "");
  CHECK(judge_every_split(form_policy{binary}, good + "x").reason == "form_epilogue");
  CHECK(judge_every_split(form_policy{}, good).reason == "form_text_encoding");
  form_inspection form = form_policy{binary}.inspect(boundary_x);
  form.feed(as_bytes(good));
  REQUIRE(form.finish().accepted());
  CHECK(form.parts().at(0).sha256 == "a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89");
  CHECK(form.feed(as_bytes("x")) == false);
  CHECK(form.finish().code() == errc::fed_after_finish);
}

TEST_CASE("a consumer takes what is judged, and may object", "[form]") {
  const form_policy rules = profile();
  const std::string good = body(photo("one") + field("title", "hi"));
  std::string taken;
  form_consumer consumer;
  consumer.begin = [&](const form_part& p) { return taken += "<" + p.name + ":", result{}; };
  consumer.data = [&](const form_part&, bytes_view b) { return taken += as_text(b), result{}; };
  consumer.end = [&](const form_part& p) { return taken += p.verdict.accepted() ? ">" : "?", result{}; };
  form_inspection form = rules.inspect(boundary_x, {}, consumer);
  for (const char c : good) form.feed(as_bytes({&c, 1}));
  CHECK(form.finish().accepted());
  CHECK(taken == "<photo:one><title:hi>");

  consumer.data = [](const form_part&, bytes_view) -> result {
    return {errc::form_consumer_failed, "disk full"};
  };
  form = rules.inspect(boundary_x, {}, consumer);
  form.feed(as_bytes(good));
  CHECK(form.finish().detail() == "disk full");
  CHECK(form.parts().at(0).verdict.rejected());

  consumer.data = [](const form_part&, bytes_view) -> result { throw std::runtime_error{"broken"}; };
  form = rules.inspect(boundary_x, {}, consumer);
  CHECK_FALSE(form.feed(as_bytes(good)));
  CHECK(form.verdict().code() == errc::form_consumer_failed);
  CHECK(form.verdict().condition() == condition::not_checked);

  consumer.data = [](const form_part&, bytes_view) -> result { throw std::bad_alloc{}; };
  form = rules.inspect(boundary_x, {}, consumer);
  CHECK_FALSE(form.feed(as_bytes(good)));
  CHECK(form.verdict().code() == errc::out_of_memory);
}

TEST_CASE("a form policy that is built wrongly throws", "[form]") {
  CHECK_THROWS_AS(form_policy{std::vector<form_field>{}}, configuration_error);
  CHECK_THROWS_AS((form_policy{{form_field{"a"}, form_field{"a"}}}), configuration_error);
  CHECK_THROWS_AS((form_policy{{form_field{""}}}), configuration_error);
  CHECK_THROWS_AS((form_policy{{form_field{"a\"b"}}}), configuration_error);
  CHECK_THROWS_AS((form_policy{{form_field{"_charset_"}}}), configuration_error);
  form_field never{"a"};
  never.max_count = 0;
  CHECK_THROWS_AS((form_policy{{never}}), configuration_error);
}

}  // namespace
}  // namespace uploadgate
