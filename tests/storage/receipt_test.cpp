#include <uploadgate/error.hpp>
#include <uploadgate/storage/receipt.hpp>

#include "storage/base64url.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

#include <fstream>

namespace {

using namespace uploadgate;

facts some_facts() {
  facts f;
  f.sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";  // of "hello"
  f.size = 5;
  f.media_type = "text/plain";
  f.extension = "txt";
  f.safe_name = "h\xC3\xA9llo \"1\".txt";
  f.examined = examined::whole;
  f.width = 640;
  return f;
}

const receipt statement = make_receipt(some_facts(), "default", "{}", 1'790'000'000);

}  // namespace

TEST_CASE("a receipt is signed and verified by either algorithm") {
  for (const char* algorithm : {"ed25519", "hmac-sha256"}) {
    CAPTURE(algorithm);
    const receipt_keys keys{receipt_keys::generate("2026-01", algorithm)};
    const std::string text = keys.sign(statement);
    CHECK(text.starts_with("ug1."));
    CHECK(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") ==
          std::string::npos);
    receipt seen;
    REQUIRE(keys.verify(text, seen) == receipt_check::valid);
    CHECK(seen == statement);
    CHECK(seen.safe_name == some_facts().safe_name);
    CHECK(seen.width == 640);
    CHECK_FALSE(seen.frames.has_value());
    CHECK(keys.sign(statement) == text);
  }
}

TEST_CASE("every changed character of a receipt is refused, and every cut, and everything added") {
  for (const char* algorithm : {"ed25519", "hmac-sha256"}) {
    const receipt_keys keys{receipt_keys::generate("k", algorithm)};
    const std::string text = keys.sign(statement);
    receipt seen;
    for (std::size_t i = 0; i < text.size(); ++i) {
      for (const char c : {'A', 'B', '_', '.', '=', ' ', '\0'}) {
        std::string changed = text;
        if (changed[i] == c) continue;
        changed[i] = c;
        CHECK(keys.verify(changed, seen) != receipt_check::valid);
      }
      CHECK(keys.verify(text.substr(0, i), seen) != receipt_check::valid);
    }
    for (const std::string& more :
         {text + "A", text + "=", text + "\n", " " + text, text + ".", text + "." + text})
      CHECK(keys.verify(more, seen) != receipt_check::valid);
    CHECK(seen == receipt{});
  }
}

TEST_CASE("keys rotate: old receipts pass as long as their key is kept") {
  const std::string old_ring = receipt_keys::generate("old", "hmac-sha256");
  const std::string text = receipt_keys{old_ring}.sign(statement);
  const auto keys_of = [](const std::string& ring) {
    const std::size_t from = ring.find('[') + 1;
    return ring.substr(from, ring.find(']') - from);
  };
  const std::string new_ring = receipt_keys::generate("new");
  const receipt_keys both{R"({"sign_with": "new", "keys": [)" + keys_of(old_ring) + "," + keys_of(new_ring) +
                          "]}"};
  receipt seen;
  CHECK(both.verify(text, seen) == receipt_check::valid);
  CHECK(both.verify(both.sign(statement), seen) == receipt_check::valid);
  const receipt_keys only_new{new_ring};
  CHECK(only_new.verify(text, seen) == receipt_check::unknown_key);
  CHECK(receipt_keys{receipt_keys::generate("old", "hmac-sha256")}.verify(text, seen) ==
        receipt_check::bad_signature);
  // The same id with the other algorithm.
  CHECK(receipt_keys{receipt_keys::generate("old", "ed25519")}.verify(text, seen) ==
        receipt_check::bad_signature);
}

TEST_CASE("public keys verify and do not sign") {
  const receipt_keys keys{receipt_keys::generate("k")};
  const receipt_keys others{keys.public_json()};
  receipt seen;
  CHECK(others.verify(keys.sign(statement), seen) == receipt_check::valid);
  CHECK_THROWS_AS(others.sign(statement), std::logic_error);
  CHECK(keys.public_json().find("private") == std::string::npos);
}

TEST_CASE("the Ed25519 key is that of RFC 8032") {
  // Section 7.1, test 1: the public half of this secret.
  const auto hex = [](std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2)
      bytes += static_cast<char>(std::stoi(std::string{text.substr(i, 2)}, nullptr, 16));
    return storage::to_base64url(as_bytes(bytes));
  };
  const receipt_keys keys{R"({"sign_with":"k","keys":[{"id":"k","algorithm":"ed25519","private":")" +
                          hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60") +
                          R"("}]})"};
  CHECK(keys.public_json().find(hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")) !=
        std::string::npos);
}

TEST_CASE("content is compared to the last byte") {
  content_check same{statement};
  same.feed(as_bytes("he"));
  same.feed(as_bytes("llo"));
  CHECK(same.finish() == receipt_check::valid);
  for (const char* other : {"hellO", "hell", "hello ", ""}) {
    content_check check{statement};
    check.feed(as_bytes(other));
    CHECK(check.finish() == receipt_check::other_content);
  }
  content_check by_other_policy{statement, policy_digest("{ }")};
  by_other_policy.feed(as_bytes("hello"));
  CHECK(by_other_policy.finish() == receipt_check::other_policy);
  content_check by_policy{statement, policy_digest("{}")};
  by_policy.feed(as_bytes("hello"));
  CHECK(by_policy.finish() == receipt_check::valid);
}

TEST_CASE("wrong key files are refused, and no key is quoted") {
  struct wrong_file {
    const char* what;
    const char* json;
  };
  const std::string secret(43, 'A');
  const wrong_file files[] = {
      {"no JSON", "x"},
      {"no keys", "{}"},
      {"a short secret", R"({"keys":[{"id":"a","algorithm":"hmac-sha256","secret":"c2VjcmV0"}]})"},
      {"padding",
       R"({"keys":[{"id":"a","algorithm":"hmac-sha256","secret":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}]})"},
      {"an unknown algorithm", R"({"keys":[{"id":"a","algorithm":"none","secret":""}]})"},
      {"an unknown member", R"({"keys":[],"x":1})"},
      {"a signer that is not there", R"({"keys":[],"sign_with":"a"})"},
      {"an Ed25519 secret as HMAC", R"({"keys":[{"id":"a","algorithm":"ed25519","secret":"AAAA"}]})"},
  };
  for (const wrong_file& f : files) {
    CAPTURE(f.what);
    try {
      const receipt_keys keys{f.json};
      FAIL("was taken");
    } catch (const configuration_error& e) {
      CHECK(std::string_view{e.what()}.find("c2VjcmV0") == std::string_view::npos);
    }
  }
  const std::string one = R"({"id":"a","algorithm":"hmac-sha256","secret":")" + secret + R"("})";
  CHECK_THROWS_AS(receipt_keys{R"({"keys":[)" + one + "," + one + "]}"}, configuration_error);
  CHECK_THROWS_AS(receipt_keys::load("/nonexistent"), configuration_error);
  const test::temp_folder folder;
  std::ofstream{folder / "keys"} << receipt_keys::generate("k");
  CHECK_NOTHROW((void)receipt_keys::load(folder / "keys"));
}

TEST_CASE("base64url has one spelling") {
  for (std::size_t n = 0; n < 40; ++n) {
    std::string bytes;
    for (std::size_t i = 0; i < n; ++i) bytes += static_cast<char>(i * 37 + 200);
    CHECK(storage::from_base64url(storage::to_base64url(as_bytes(bytes))) == bytes);
  }
  for (const char* wrong : {"A", "AB", "AAB", "AA==", "A+", "A/A", "A A", "AAAAA"}) {
    CAPTURE(wrong);
    CHECK_FALSE(storage::from_base64url(wrong).has_value());
  }
}
