#include <uploadgate/http/form_policy_file.hpp>

#include "support/catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace uploadgate {
namespace {

constexpr std::string_view profile = R"({
  "fields": {
    "avatar": {"policy": "avatars", "max_files": 2, "required": true},
    "paper": {"policy": {"extensions": ["pdf"]}},
    "title": {"text": "2 KiB", "max_count": 3, "utf8": false}
  },
  "policies": {"avatars": {"name": "avatars", "extensions": ["png"], "max_size": "1 MiB"}},
  "max_parts": 20, "max_body": "20 MiB", "lenient": {"token_values": true}
})";

// The digest of a file of one byte in the field "a", whose policy is given.
std::string digest_by(std::string_view policy_json) {
  const form_policy rules =
      parse_form_policy(R"({"fields": {"a": {"policy": )" + std::string{policy_json} + "}}}");
  form_inspection in = rules.inspect("multipart/form-data; boundary=b");
  in.feed(as_bytes(
      "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"x.txt\"\r\n\r\na\r\n--b--\r\n"));
  REQUIRE(in.finish().accepted());
  return in.parts().at(0).sha256;
}

TEST_CASE("a file's digest is found unless its policy says that it need not be", "[form_policy_file]") {
  constexpr std::string_view of_a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
  CHECK(digest_by(R"({"extensions": ["txt"]})") == of_a);
  CHECK(digest_by(R"({"extensions": ["txt"], "mode": "report"})") == of_a);
  CHECK(digest_by(R"({"extensions": ["txt"], "content": {"digest": true}})") == of_a);
  CHECK(digest_by(R"({"extensions": ["txt"], "content": {"digest": false}})").empty());
}

TEST_CASE("a form policy is read from JSON", "[form_policy_file]") {
  const form_policy rules = parse_form_policy(profile);
  CHECK(rules.limits().max_parts == 20);
  CHECK(rules.limits().max_body == 20 * MiB);
  CHECK(rules.limits().token_values);
  CHECK_FALSE(rules.limits().matching_filename_star);
  const std::vector<form_field>& fields = rules.fields();
  REQUIRE(fields.size() == 3);
  CHECK(fields[0].name == "avatar");
  REQUIRE(fields[0].files);
  CHECK(fields[0].files->name() == "avatars");
  CHECK(fields[0].max_count == 2);
  CHECK(fields[0].required);
  CHECK(fields[1].files);
  CHECK_FALSE(fields[1].required);
  CHECK_FALSE(fields[2].files);
  CHECK(fields[2].max_text == 2 * KiB);
  CHECK(fields[2].max_count == 3);
  CHECK_FALSE(fields[2].utf8);
}

// message gives what a call throws, or nothing.
template <class Call>
std::string message(Call call) {
  try {
    call();
  } catch (const configuration_error& e) {
    return e.what();
  }
  return {};
}

TEST_CASE("a form policy's file finds the policy files beside it", "[form_policy_file]") {
  std::string folder = (std::filesystem::temp_directory_path() / "uploadgateXXXXXX").string();
  REQUIRE(mkdtemp(folder.data()));
  const std::string form = folder + "/form.json";
  std::ofstream{folder + "/images.json"} << R"({"name": "images", "extensions": ["png"]})";
  std::ofstream{form} << R"({"fields": {"f": {"policy": "images.json"}}})";
  CHECK(load_form_policy(form).fields().at(0).files->name() == "images");
  std::filesystem::remove(folder + "/images.json");
  CHECK(message([&] { return load_form_policy(form); }).find("form.json: line 1, column 29: ") !=
        std::string::npos);
  std::filesystem::remove_all(folder);
  CHECK(message([&] { return load_form_policy(form); }).find(form) != std::string::npos);
}

TEST_CASE("mistakes in a form policy are pointed at", "[form_policy_file]") {
  const struct {
    std::string_view json, message;
  } cases[] = {
      {"[]", "line 1, column 1"},
      {"{}", "needs \"fields\""},
      {R"({"fields": {}})", "needs a field"},
      {R"({"felds": {}})", "the nearest known one is \"fields\""},
      {R"({"fields": {"a": {}}})", "line 1, column 18: a field needs"},
      {R"({"fields": {"a": {"text": 1, "policy": "p"}}})", "and not both"},
      {R"({"fields": {"a": {"text": 1, "max_files": 1}}})", "line 1, column 30: unknown key \"max_files\""},
      {R"({"fields": {"a": {"text": "1 XB"}}})", "must be a size"},
      {R"({"fields": {"_charset_": {"text": 1}}})", "line 1, column 12"},
      {R"({"fields": {"a": {"policy": "imags"}}, "policies": {"images": {}}})",
       "the nearest name in \"policies\" is \"images\""},
      {R"({"fields": {"a": {"policy": {"max_sise": 1}}}})", "the nearest known one is \"max_size\""},
      {R"({"fields": {"a": {"text": 1}}, "lenient": {"token_value": true}})", "\"token_values\""},
      {R"({"fields": {"a": {"text": 1}}, "max_parts": 0})", "at least 1"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.json);
    const std::string said = message([&] { return parse_form_policy(c.json); });
    CAPTURE(said);
    CHECK(said.find(c.message) != std::string::npos);
  }
}

}  // namespace
}  // namespace uploadgate
