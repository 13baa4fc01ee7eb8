#include <uploadgate/storage/receipt.hpp>

#include "receipt_text.hpp"
#include "sha256.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/crypto.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace uploadgate {
namespace {

using number = std::optional<std::uint64_t> receipt::*;
using text = std::string receipt::*;

constexpr std::array<std::pair<const char*, text>, 7> texts{{{"sha256", &receipt::sha256},
                                                             {"type", &receipt::media_type},
                                                             {"ext", &receipt::extension},
                                                             {"name", &receipt::safe_name},
                                                             {"examined", &receipt::examined},
                                                             {"policy", &receipt::policy},
                                                             {"policy_sha256", &receipt::policy_sha256}}};
constexpr std::array<std::pair<const char*, number>, 5> numbers{{{"width", &receipt::width},
                                                                 {"height", &receipt::height},
                                                                 {"frames", &receipt::frames},
                                                                 {"entries", &receipt::entries},
                                                                 {"unpacked", &receipt::unpacked_size}}};

}  // namespace

receipt make_receipt(const facts& f, std::string_view policy_name, std::string_view policy_text,
                     std::uint64_t issued) {
  if (f.sha256.empty()) throw std::invalid_argument("make_receipt: the facts have no SHA-256");
  receipt r;
  r.sha256 = f.sha256;
  r.size = f.size;
  r.media_type = f.media_type;
  r.extension = f.extension;
  r.safe_name = f.safe_name;
  r.examined = name(f.examined);
  r.width = f.width;
  r.height = f.height;
  r.frames = f.frames;
  r.entries = f.entries;
  r.unpacked_size = f.unpacked_size;
  r.policy = policy_name;
  r.policy_sha256 = policy_digest(policy_text);
  r.issued = issued;
  return r;
}

std::string_view name(receipt_check c) noexcept {
  switch (c) {
    case receipt_check::valid:
      return "valid";
    case receipt_check::malformed:
      return "malformed";
    case receipt_check::unknown_key:
      return "unknown_key";
    case receipt_check::bad_signature:
      return "bad_signature";
    case receipt_check::other_content:
      return "other_content";
    case receipt_check::other_policy:
      return "other_policy";
  }
  return "malformed";
}

std::string policy_digest(std::string_view policy_text) { return sha256_hex(policy_text); }

namespace storage {

std::string payload_of(const receipt& r, std::string_view key_id) {
  boost::json::object o;
  o.emplace("kid", key_id);
  o.emplace("iat", r.issued);
  o.emplace("size", r.size);
  for (const auto& [key, member] : texts) o.emplace(key, r.*member);
  for (const auto& [key, member] : numbers)
    if (r.*member) o.emplace(key, *(r.*member));
  return boost::json::serialize(o);
}

std::optional<std::pair<receipt, std::string>> read_payload(std::string_view payload) {
  boost::system::error_code ec;
  const boost::json::value read = boost::json::parse({payload.data(), payload.size()}, ec);
  if (ec || !read.is_object()) return std::nullopt;
  const boost::json::object& o = read.as_object();
  bool good = true;
  const auto text_of = [&](const char* key) -> std::string {
    const boost::json::value* v = o.if_contains(key);
    good = good && v && v->is_string();
    return good ? std::string{v->as_string()} : std::string{};
  };
  const auto number_of = [&](const char* key) -> std::uint64_t {
    const boost::json::value* v = o.if_contains(key);
    boost::system::error_code wrong;
    const std::uint64_t n = v ? v->to_number<std::uint64_t>(wrong) : 0;
    good = good && v && !wrong;
    return n;
  };
  receipt r;
  const std::string key_id = text_of("kid");
  r.issued = number_of("iat");
  r.size = number_of("size");
  for (const auto& [key, member] : texts) r.*member = text_of(key);
  for (const auto& [key, member] : numbers)
    if (o.if_contains(key)) r.*member = number_of(key);
  // One spelling: nothing unknown, nothing twice, no other order.
  if (!good || payload_of(r, key_id) != payload) return std::nullopt;
  return std::pair{std::move(r), key_id};
}

}  // namespace storage

receipt_check compare(const receipt& expected, const facts& read, std::string_view policy_sha256) {
  const std::string& wanted = expected.sha256;
  const bool same = !wanted.empty() && wanted.size() == read.sha256.size() && read.size == expected.size &&
                    CRYPTO_memcmp(wanted.data(), read.sha256.data(), wanted.size()) == 0;
  if (!same) return receipt_check::other_content;
  const bool same_policy = policy_sha256.empty() || policy_sha256 == expected.policy_sha256;
  return same_policy ? receipt_check::valid : receipt_check::other_policy;
}

struct content_check::state {
  receipt expected;
  std::string policy_sha256;
  sha256 hash{};
  facts read{};
};

content_check::content_check(receipt expected, std::string_view policy_sha256)
    : state_{std::make_unique<state>(state{std::move(expected), std::string{policy_sha256}})} {}
content_check::content_check(content_check&&) noexcept = default;
content_check& content_check::operator=(content_check&&) noexcept = default;
content_check::~content_check() = default;

void content_check::feed(bytes_view chunk) {
  state_->read.size += chunk.size();
  state_->hash.update(chunk);
}

receipt_check content_check::finish() {
  state_->read.sha256 = state_->hash.hex();  // empty where OpenSSL failed, which is no receipt's digest
  return compare(state_->expected, state_->read, state_->policy_sha256);
}

}  // namespace uploadgate
