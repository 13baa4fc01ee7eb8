#include <uploadgate/http/form_writer.hpp>

#include "support/catch.hpp"
#include "support/forms.hpp"

#include <random>
#include <string>

namespace uploadgate {
namespace {

using namespace test;

// What goes on to the application when a form is judged and written again at once.
std::string rewrite(const form_writer& writer, std::string_view input) {
  std::string out;
  form_consumer consumer;
  consumer.begin = [&](const form_part& p) { return writer.begin(out, p); };
  consumer.data = [&](const form_part&, bytes_view b) { return out += as_text(b), result{}; };
  consumer.end = [&](const form_part&) { return writer.end(out), result{}; };
  form_inspection form = form_policy{}.inspect(boundary_x, {}, consumer);
  form.feed(as_bytes(input));
  const verdict v = form.finish();
  CAPTURE(v.message());
  REQUIRE(v.accepted());
  writer.close(out);
  return out;
}

read_form read(const form_writer& writer, std::string_view input) {
  form_reader reader{writer.content_type()};
  reader.feed(as_bytes(input));
  return reader.finish();
}

TEST_CASE("a form is written in one spelling", "[form_writer]") {
  const form_writer writer{"b"};
  CHECK(writer.content_type() == "multipart/form-data; boundary=b");
  const std::string odd =
      body(part("content-type: text/plain\r\ncontent-disposition: form-data; name=\"t\"", "1") +
           file("f", "a b.png", "2", "image/png") + file("g", "", ""));
  CHECK(rewrite(writer, odd) ==
        "--b\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n1\r\n"
        "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a b.png\"\r\n"
        "Content-Type: application/octet-stream\r\n\r\n2\r\n"
        "--b\r\nContent-Disposition: form-data; name=\"g\"; filename=\"\"\r\n"
        "Content-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n");
}

TEST_CASE("what is written is read as what was judged, and written the same again", "[form_writer]") {
  std::mt19937 random{7};
  const std::string_view pieces[] = {
      "\r\n", "--", "-", "\r", "\n", "--X-", "a", std::string_view{"\0", 1}, "\xC3\xA4", "\r\n--", "\xFF"};
  for (int round = 0; round < 300; ++round) {
    std::vector<read_part> wanted;
    std::string parts;
    for (auto n = random() % 5; n > 0; --n) {
      std::string data;
      for (auto k = random() % 20; k > 0; --k) data += pieces[random() % std::size(pieces)];
      data += '.';  // a line that only begins the delimiter may not be the last
      if (data.find("--X-y") != std::string::npos) continue;
      const std::string name = "field" + std::to_string(n);
      const bool is_file = random() % 2 == 0;
      if (!is_file) std::erase(data, '\xFF');  // a field is text
      parts += is_file ? file(name, "\xC3\xA4 " + name + ".png", data) : field(name, data);
      wanted.push_back({name, {}, "", data, true});
      if (is_file) {
        wanted.back().filename = "\xC3\xA4 " + name + ".png";
        wanted.back().content_type = "application/octet-stream";
      }
    }
    const form_writer writer;
    const std::string once = rewrite(writer, body(parts));
    const read_form form = read(writer, once);
    REQUIRE(form.reason == "");
    REQUIRE(form.parts == wanted);
  }
}

TEST_CASE("a form is laid out around contents that are kept elsewhere", "[form_writer]") {
  const std::string input =
      body(field("t", "1") + file("f", "a b.png", "22", "image/png") + file("g", "", ""));
  std::string kept;
  form_consumer consumer;
  consumer.data = [&](const form_part&, bytes_view b) { return kept += as_text(b), result{}; };
  form_inspection form = form_policy{}.inspect(boundary_x, {}, consumer);
  form.feed(as_bytes(input));
  REQUIRE(form.finish().accepted());

  const form_writer writer{"b"};
  form_layout layout;
  REQUIRE(lay_out(writer, form.parts(), layout).ok());
  REQUIRE(layout.headings.size() == form.parts().size());
  std::string whole;
  std::size_t at = 0;
  for (std::size_t i = 0; i < layout.headings.size(); ++i) {
    const auto size = static_cast<std::size_t>(form.parts()[i].size);
    whole += layout.headings[i] + kept.substr(at, size);
    at += size;
  }
  whole += layout.closing;
  CHECK(at == kept.size());
  CHECK(whole == rewrite(writer, input));
  CHECK(layout.size == whole.size());
}

TEST_CASE("a layout is refused where a heading is, and left as it was", "[form_writer]") {
  std::vector<form_part> parts(2);
  parts[0].name = "good";
  parts[1].name = "bad\r\nname";
  parts[1].offset = 77;
  form_layout layout{.headings = {"kept"}, .closing = "kept", .size = 1};
  const result r = lay_out(form_writer{"b"}, parts, layout);
  REQUIRE_FALSE(r.ok());
  CHECK(r.why().offset == 77);
  CHECK(layout.headings == std::vector<std::string>{"kept"});
}

TEST_CASE("nothing that would be refused is written", "[form_writer]") {
  const form_writer writer{"b"};
  std::string out;
  CHECK_FALSE(writer.begin(out, "a\"; filename=\"x", {}, {}).ok());
  CHECK_FALSE(writer.begin(out, "a", "x\r\nX: y", {}).ok());
  CHECK_FALSE(writer.begin(out, "a", "x", "text/plain\r\nX: y").ok());
  CHECK_FALSE(writer.begin(out, "a", "x", "multipart/mixed").ok());
  CHECK_FALSE(writer.begin(out, "a--b", "x", {}).ok());
  CHECK(out.empty());
  CHECK(writer.begin(out, "a", "x", "text/plain").ok());
}

TEST_CASE("boundaries are fresh, or plain", "[form_writer]") {
  CHECK(form_writer{}.content_type() != form_writer{}.content_type());
  std::string_view boundary;
  const std::string type = form_writer{}.content_type();
  CHECK(parse_boundary(type, boundary).ok());
  CHECK(form_writer{std::string(70, 'a')}.content_type().size() == 30 + 70);
  for (const std::string& bad : {std::string{}, std::string(71, 'a'), std::string{"a b"}, std::string{"a:b"}})
    CHECK_THROWS_AS(form_writer{bad}, configuration_error);
}

}  // namespace
}  // namespace uploadgate
