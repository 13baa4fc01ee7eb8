#include <uploadgate/policy_file.hpp>
#include <uploadgate/validators/extension.hpp>

#include "support/catch.hpp"
#include "support/uploads.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

namespace uploadgate {
namespace {

namespace bj = boost::json;

std::string complaint(std::string_view json) {
  try {
    const policy_document accepted = parse_policy(json);
    return "";
  } catch (const configuration_error& e) {
    return e.what();
  }
}

constexpr std::string_view avatars = R"({ "name": "avatars", "version": 3,
  "extensions": ["png", "jpg", "jpeg", "webp"], "max_size": "5 MiB",
  "filename": {"max_length": 200}, "content": {"magic": true, "structure": "strict"},
  "image": {"max_pixels": 50000000, "max_frames": 500},
  "archive": {"max_entries": 10000, "max_unpacked": "1 GiB", "max_ratio": 200, "max_depth": 1, "encrypted": "warn"},
  "document": {"macros": "reject", "javascript": "warn", "external_references": "allow"},
  "mode": "report" })";

TEST_CASE("the policy of the documentation", "[policy_file]") {
  const policy_document d = parse_policy(avatars);
  CHECK(d.name == "avatars");
  CHECK(d.version == 3);
  CHECK(d.extensions == std::vector<std::string>{"png", "jpg", "jpeg", "webp"});
  CHECK(d.max_size == 5 * MiB);
  CHECK(d.min_size == 1);
  CHECK(d.filename.max_length == 200);
  CHECK(d.image.max_pixels == 50'000'000);
  CHECK(d.image.max_frames == 500);
  CHECK(d.archive.max_unpacked == GiB);
  CHECK(d.archive.encrypted == handling::warn);
  CHECK(d.document.javascript == handling::warn);
  CHECK(d.document.external_references == handling::allow);
  CHECK(d.document.launch == handling::reject);
  CHECK(d.mode == policy_mode::report);
}

TEST_CASE("what is left out keeps its default", "[policy_file]") {
  CHECK(parse_policy("{}") == policy_document{});
  CHECK(parse_policy(R"({"extensions": "known", "image": {}})") == policy_document{});
}

TEST_CASE("the default policy is such a file", "[policy_file]") {
  policy_document expected;
  expected.name = "default";
  CHECK(parse_policy(default_policy_json()) == expected);
}

TEST_CASE("a page passes only a policy that names it", "[policy_file]") {
  const auto reason = [](std::string_view json, std::string_view filename) {
    const policy p = make_policy(parse_policy(json));
    return std::string{test::judge(p, {.filename = filename}, "<p>hello</p>").verdict.reason()};
  };
  for (const auto* filename : {"a.html", "a.htm", "a.xhtml"}) {
    CHECK(reason(default_policy_json(), filename) == "extension_not_allowed");
    CHECK(reason("{\"extensions\": \"known\"}", filename) == "extension_not_allowed");
  }
  CHECK(reason("{\"extensions\": [\"html\"]}", "a.html") == "none");
}

TEST_CASE("application packages and add-ins pass only a policy that names them", "[policy_file]") {
  for (const std::string extension : {"jar", "war", "apk", "xlam", "ppam"}) {
    CAPTURE(extension);
    const auto rule = [&](const std::string& json) {
      const policy p = make_policy(parse_policy(json));
      return std::string{test::judge(p, {.filename = "a." + extension}, "PK").verdict.rule()};
    };
    CHECK(rule("{}") == "extension");
    CHECK(rule("{\"extensions\": [\"" + extension + "\"]}") != "extension");
  }
}

TEST_CASE("text in an old encoding passes both rules where the policy says so", "[policy_file]") {
  const auto reason = [](std::string_view json, std::string_view text) {
    const policy p = make_policy(parse_policy(json));
    return std::string{test::judge(p, {.filename = "a.txt"}, text).verdict.reason()};
  };
  constexpr auto strict = "{\"document\": {\"legacy_encodings\": \"reject\"}}";
  CHECK(reason(strict, "caf\xE9\n") == "type_mismatch");
  CHECK(reason("{}", "caf\xE9\n") == "none");
  CHECK(reason("{}", "caf\xE9\x01\n") == "type_mismatch");
  CHECK(reason("{}", "caf\xE9 \xC0\xBCscript>\n") == "not_text");
  CHECK(reason("{}", "caf\xE9\r\n\x1A\x1A") == "none");
  CHECK(reason(strict, "text\r\n\x1A") == "none");
  CHECK(reason("{}", "caf\xE9\x1A\n") == "type_mismatch");
}

TEST_CASE("writing and reading give the same document", "[policy_file]") {
  policy_document d = parse_policy(avatars);
  d.name = "quo\"ted\n é";
  d.max_size = 1'000'000'001;
  d.min_size = 0;
  d.image.max_metadata = 0;
  d.archive.max_unpacked = 18'446'744'073'709'551'615U;
  d.archive.max_ratio = 18'446'744'073'709'551'615U;
  d.content = {false, structure_check::partial, depth::deep, false, false};
  for (const policy_document& each : {d, policy_document{}, parse_policy(avatars)}) {
    CHECK(parse_policy(to_json(each)) == each);
  }
  CHECK(to_json(policy_document{}).find("\n  \"max_size\": \"100 MiB\",\n") != std::string::npos);
}

TEST_CASE("sizes", "[policy_file]") {
  struct row {
    std::string_view text;
    std::uint64_t bytes;
  };
  for (const row& r : std::array{row{"5", 5}, row{"\"5 MiB\"", 5 * MiB}, row{"\"5MiB\"", 5 * MiB},
                                 row{"\"1 B\"", 1}, row{"\"3 kB\"", 3000}, row{"\"2 GB\"", 2'000'000'000},
                                 row{"\"1 TiB\"", 1024 * GiB}, row{"18446744073709551615", ~std::uint64_t{0}},
                                 row{"\"16777215 TiB\"", 16777215 * (1024 * GiB)}}) {
    CAPTURE(r.text);
    CHECK(parse_policy("{\"max_size\": " + std::string{r.text} + "}").max_size == r.bytes);
  }
  for (const auto* bad : {"\"5 mb\"",
                          "\"five\"",
                          "\"-5 MiB\"",
                          "\"5  MiB\"",
                          "\"5.5 MiB\"",
                          "\" 5 MiB\"",
                          "\"5 MiB \"",
                          "\"MiB\"",
                          "\"\"",
                          "-1",
                          "5.0",
                          "5e6",
                          "true",
                          "null",
                          "[]",
                          "0",
                          "\"0 MiB\"",
                          "\"16777216 TiB\"",
                          "18446744073709551616",
                          "\"18446744073709551616 B\"",
                          "\"5\""}) {
    CAPTURE(bad);
    CHECK(complaint("{\"max_size\": " + std::string{bad} + "}")
              .starts_with("line 1, column 14: \"max_size\" must be a size"));
  }
}

TEST_CASE("mistakes are named with line, column and what was meant", "[policy_file]") {
  struct row {
    std::string_view json;
    std::string_view says;
  };
  const std::array rows{
      row{"{\"extentions\": [\"png\"]}",
          "line 1, column 2: unknown key \"extentions\"; the nearest known one is \"extensions\""},
      row{"{\n  \"image\": {\n    \"max_pixel\": 1 } }",
          "line 3, column 5: unknown key \"max_pixel\"; the nearest known one is \"max_pixels\""},
      row{"{\"name\": \"é\", \"moed\": \"report\"}",
          "line 1, column 15: unknown key \"moed\"; the nearest known one is \"mode\""},
      row{"{\"mode\": \"enfroce\"}",
          "line 1, column 10: \"mode\" must be \"enforce\" or \"report\", not \"enfroce\"; the nearest is "
          "\"enforce\""},
      row{"{\"archive\":\r\n\t{\"encrypted\": \"rejcet\"}}",
          "line 2, column 16: \"encrypted\" must be \"reject\", \"warn\" or \"allow\", not \"rejcet\"; the "
          "nearest is "
          "\"reject\""},
      row{"{\"archive\": {\"encrypted\": true}}",
          "line 1, column 27: \"encrypted\" must be \"reject\", \"warn\" or \"allow\", not true"},
      row{"{\"extensions\": []}",
          "line 1, column 16: \"extensions\" must be an array of extensions or \"known\", not an empty one"},
      row{"{\"extensions\": [\"png\",\n \"*.jpg\"]}",
          "line 2, column 2: extension: \"*.jpg\" is not an extension: letters and digits only, without a "
          "dot or "
          "wildcard"},
      row{"{\"extensions\": [1]}",
          "line 1, column 17: \"extensions\" must be a text of at most 32 bytes, not 1"},
      row{"{\"extensions\": \"all\"}",
          "line 1, column 16: \"extensions\" must be an array of extensions or \"known\", not \"all\""},
      row{"{\"version\": 0}",
          "line 1, column 13: \"version\" must be a whole number, at least 1 and at most 9007199254740991, "
          "not 0"},
      row{"{\"version\": 1.5}",
          "line 1, column 13: \"version\" must be a whole number, at least 1 and at most 9007199254740991, "
          "not 1.5"},
      row{"{\"archive\": {\"max_entries\": -7}}",
          "line 1, column 29: \"max_entries\" must be a whole number, at least 1, not -7"},
      row{"{\"filename\": {\"max_length\": 4097}}",
          "line 1, column 29: \"max_length\" must be a whole number, at least 1 and at most 4096, not 4097"},
      row{"{\"filename\": 5}", "line 1, column 14: \"filename\" must be an object, not 5"},
      row{"{\"content\": {\"magic\": \"yes\"}}",
          "line 1, column 23: \"magic\" must be true or false, not \"yes\""},
      row{"{\"min_size\": 9, \"max_size\": 8}",
          "line 1, column 14: \"min_size\" is larger than \"max_size\""},
      row{"[1, 2]", "line 1, column 1: the policy must be an object, not an array"},
      row{"  7", "line 1, column 3: the policy must be an object, not 7"},
      row{"{\"name\": \"a\",\n \"name\": \"b\"}",
          "line 2, column 2: the key \"name\" stands here again, first in line 1"},
      row{"{\"image\": {\"max_pixels\": 1, \"max_pixels\": 1}}",
          "line 1, column 29: the key \"max_pixels\" stands here again, first in line 1"},
      row{"{\"name\\u0000\": 1}",
          "line 1, column 2: unknown key \"name\\x00\"; the nearest known one is \"name\""},
      row{"{\"name\": null}", "line 1, column 10: \"name\" must be a text of at most 200 bytes, not null"},
  };
  for (const row& r : rows) {
    CAPTURE(r.json);
    CHECK(complaint(r.json) == r.says);
  }
}

TEST_CASE("what is not JSON is refused where it breaks", "[policy_file]") {
  struct row {
    std::string_view json;
    std::string_view begins;
  };
  const std::array rows{
      row{"", "line 1, column 1: not JSON"},
      row{"{", "line 1, column 2: not JSON"},
      row{"{\n\"a\" 5}", "line 2, column 5: not JSON"},
      row{"{} {}", "line 1, column 4: not JSON"},
      row{"{\"mode\": nope}", "line 1, column 11: not JSON"},
      row{"{\"a\":1,}", "line 1, column 8: not JSON"},
      row{"// x\n{}", "line 1, column 1: not JSON"},
      row{"{\"a\": 'b'}", "line 1, column 7: not JSON"},
      row{"{\"a\": \"\xFF\"}", "line 1, column 8: not JSON"},
      row{"{\"a\": \"\n\"}", "line 1, column 8: not JSON"},
      row{"{\"a\": 01}", "line 1, column 8: not JSON"},
      row{"\xEF\xBB\xBF{}", "line 1, column 1: not JSON"},
  };
  for (const row& r : rows) {
    CAPTURE(r.json, complaint(r.json));
    CHECK(complaint(r.json).starts_with(r.begins));
  }
}

TEST_CASE("size and depth are capped", "[policy_file]") {
  const std::string blank(max_policy_file - 2, ' ');
  CHECK(complaint("{}" + blank).empty());
  CHECK(complaint("{}" + blank + " ") == "the text is longer than 1048576 bytes");
  const auto nested = [](std::size_t depth) {
    return complaint("{\"name\": " + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}");
  };
  CHECK(nested(16).find("must be a text") != std::string::npos);
  CHECK(nested(17).find("not JSON") != std::string::npos);
}

// The keys of the schema's objects, each with its path.
void collect_schema(const bj::object& schema, const std::string& path, std::set<std::string>& keys) {
  for (const auto& [key, v] : schema.at("properties").as_object()) {
    const std::string here = path + "/" + std::string{key};
    keys.insert(here);
    if (v.as_object().contains("properties")) {
      CHECK(v.at("additionalProperties") == bj::value(false));
      collect_schema(v.as_object(), here, keys);
    }
  }
}

void collect_document(const bj::object& document, const std::string& path, std::set<std::string>& keys) {
  for (const auto& [key, v] : document) {
    const std::string here = path + "/" + std::string{key};
    keys.insert(here);
    if (v.is_object()) collect_document(v.as_object(), here, keys);
  }
}

bj::value schema() {
  std::ifstream in{UPLOADGATE_TEST_DATA "/../../docs/policy.schema.json"};
  return bj::parse(std::string{std::istreambuf_iterator<char>{in}, {}});
}

TEST_CASE("the schema and the parser know the same keys", "[policy_file]") {
  std::set<std::string> in_schema;
  collect_schema(schema().at("$defs").at("policy").as_object(), "", in_schema);
  std::set<std::string> written;
  collect_document(bj::parse(to_json(policy_document{})).as_object(), "", written);
  CHECK(in_schema == written);
  CHECK(in_schema.size() > 40);
  // What is written is read: so the parser knows each key of the schema; that it knows no other is refused
  // below.
  CHECK_NOTHROW(parse_policy(to_json(policy_document{})));
  for (const auto* section : {"", "filename", "content", "image", "archive", "document"}) {
    const std::string inner = R"({"no_such_key": 1})";
    const std::string text = *section ? "{\"" + std::string{section} + "\": " + inner + "}" : inner;
    CAPTURE(section);
    CHECK(complaint(text).find("unknown key \"no_such_key\"") != std::string::npos);
  }
}

// Every default that the schema gives is the one that a file without the key gets.
void with_defaults(const bj::object& from, bj::object& to) {
  for (const auto& [key, v] : from.at("properties").as_object()) {
    const bj::object& about = v.as_object();
    if (about.contains("properties")) {
      bj::object inner;
      with_defaults(about, inner);
      to[key] = std::move(inner);
    } else {
      to[key] = about.at("default");
    }
  }
}

TEST_CASE("the schema's defaults are the parser's", "[policy_file]") {
  bj::object all;
  with_defaults(schema().at("$defs").at("policy").as_object(), all);
  CHECK(parse_policy(bj::serialize(all)) == policy_document{});
}

struct temporary_file {
  std::string path;
  explicit temporary_file(std::string_view text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "uploadgateXXXXXX").string();
    const int descriptor = ::mkstemp(pattern.data());
    if (descriptor >= 0) ::close(descriptor);
    path = pattern;
    std::ofstream{path} << text;
  }
  ~temporary_file() { std::filesystem::remove(path); }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
};

TEST_CASE("files are loaded and saved", "[policy_file]") {
  const temporary_file file{avatars};
  const policy_document d = load_policy(file.path);
  CHECK(d.name == "avatars");
  save_policy(policy_document{}, file.path);
  CHECK(load_policy(file.path) == policy_document{});
  CHECK_FALSE(std::filesystem::exists(file.path + ".new"));
  CHECK_THROWS_WITH(load_policy("/nowhere/policy.json"), Catch::StartsWith("/nowhere/policy.json: "));
  CHECK_THROWS_AS(load_policy("/tmp"), configuration_error);
  CHECK_THROWS_AS(save_policy({}, "/nowhere/policy.json"), std::system_error);
  const temporary_file broken{"{\n\"nmae\": 1}"};
  CHECK_THROWS_WITH(load_policy(broken.path),
                    Catch::StartsWith(broken.path + ": line 2, column 1: unknown key \"nmae\""));
}

using names = std::vector<std::string_view>;

TEST_CASE("the rules that a document makes", "[policy_file]") {
  policy_document d;
  d.extensions = {"txt"};
  d.name = "texts";
  d.version = 7;
  CHECK(make_policy(d).rule_names() ==
        names{"path_guard", "extension", "max_size", "magic_type", "structure", "digest"});
  CHECK(make_policy(d).name() == "texts");
  CHECK(make_policy(d).version() == 7);
  d.min_size = 2;
  d.content = {.magic = false, .structure = structure_check::off, .digest = false};
  CHECK(make_policy(d).rule_names() == names{"path_guard", "extension", "max_size", "min_size"});
  d.mode = policy_mode::report;
  CHECK(make_policy(d).rule_names() == names{"report_only"});
}

TEST_CASE("a document made by hand is held to its ranges", "[policy_file]") {
  policy_document d;
  d.extensions = {"txt"};
  const auto broken = [&](auto change) {
    policy_document copy = d;
    change(copy);
    CHECK_THROWS_AS(make_policy(copy), configuration_error);
  };
  CHECK_NOTHROW(make_policy(d));
  broken([](auto& c) { c.max_size = 0; });
  broken([](auto& c) { c.min_size = c.max_size + 1; });
  broken([](auto& c) { c.filename.max_length = 0; });
  broken([](auto& c) { c.filename.max_length = 4097; });
  broken([](auto& c) { c.extensions = {".txt"}; });
}

verdict judge(const policy_document& d, std::string_view name, std::string_view content) {
  inspection in = make_policy(d).inspect({.filename = name});
  in.feed(as_bytes(content));
  return in.finish();
}

TEST_CASE("a made policy judges as its document says", "[policy_file]") {
  policy_document d;
  d.extensions = {"txt", "log"};
  d.max_size = 10;
  d.min_size = 3;
  d.content = {.structure = structure_check::off};
  CHECK(judge(d, "a.txt", "hello").accepted());
  CHECK(judge(d, "a.txt", "12345678901").code() == errc::size_exceeded);
  CHECK(judge(d, "a.txt", "12").code() == errc::size_too_small);
  CHECK(judge(d, "a.txt", "").code() == errc::empty_file);
  CHECK(judge(d, "a.png", "hello").code() == errc::extension_not_allowed);
  CHECK(judge(d, "../a.txt", "hello").code() == errc::name_traversal);
  d.filename.max_length = 5;
  CHECK(judge(d, "ab.txt", "hello").code() == errc::name_too_long);
  d.mode = policy_mode::report;
  CHECK(judge(d, "ab.txt", "hello").accepted());
  d.min_size = 0;
  CHECK(judge(d, "a.txt", "").accepted());
}

}  // namespace
}  // namespace uploadgate
