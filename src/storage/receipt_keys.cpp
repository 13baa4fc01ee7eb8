#include <uploadgate/error.hpp>
#include <uploadgate/storage/receipt.hpp>

#include "base64url.hpp"
#include "json_reader.hpp"
#include "receipt_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

namespace uploadgate {
namespace {

constexpr std::string_view prefix = "ug1.";
constexpr std::size_t key_length = 32;  // bytes: Ed25519, and the least of HMAC-SHA-256
constexpr std::size_t max_key_file = 64 * KiB;
constexpr std::array<std::string_view, 2> algorithms{"ed25519", "hmac-sha256"};

using pkey = std::shared_ptr<EVP_PKEY>;
using digest_context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

digest_context make_context() { return {EVP_MD_CTX_new(), &EVP_MD_CTX_free}; }

struct key {
  std::string id;
  bool ed25519 = false;
  bool signs = false;
  pkey handle;
};

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// Signature or HMAC; empty where OpenSSL fails.
std::string sign_with(const key& k, std::string_view text) {
  const digest_context context = make_context();
  std::string out(64, '\0');  // Ed25519: 64 bytes, SHA-256: 32
  std::size_t length = out.size();
  const EVP_MD* md = k.ed25519 ? nullptr : EVP_sha256();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, md, nullptr, k.handle.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length, raw(text),
                     text.size()) != 1)
    return {};
  out.resize(length);
  return out;
}

bool verify_with(const key& k, std::string_view text, std::string_view signature) {
  if (!k.ed25519) {
    const std::string wanted = sign_with(k, text);
    return !wanted.empty() && wanted.size() == signature.size() &&
           CRYPTO_memcmp(wanted.data(), signature.data(), wanted.size()) == 0;
  }
  const digest_context context = make_context();
  return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, k.handle.get()) == 1 &&
         EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(text), text.size()) == 1;
}

key read_key(const json::value& v) {
  json::object o{v, "keys"};
  const auto need = [&](std::string_view name) -> const json::value& {
    const json::value* found = o.find(name);
    if (!found) json::refuse(v.at, "a key has no \"" + std::string{name} + "\"");
    return *found;
  };
  key k;
  constexpr std::size_t max_id = 64;
  k.id = json::read_text(need("id"), "id", max_id);
  k.ed25519 = json::read_word(need("algorithm"), "algorithm", algorithms) == 0;
  const json::value* is_public = k.ed25519 ? o.find("public") : nullptr;
  const std::string_view member = is_public ? "public" : k.ed25519 ? "private" : "secret";
  const json::value& material = is_public ? *is_public : need(member);
  o.refuse_unknown();
  std::optional<std::string> bytes;
  if (material.kind == json::kind::text) bytes = storage::from_base64url(material.text);
  const bool fits = bytes && (k.ed25519 ? bytes->size() == key_length : bytes->size() >= key_length);
  if (!fits)
    json::refuse(material.at, "\"" + std::string{member} + "\" is base64url of " +
                                  (k.ed25519 ? "32 bytes" : "at least 32 bytes"));
  const int type = k.ed25519 ? EVP_PKEY_ED25519 : EVP_PKEY_HMAC;
  std::string& secret = *bytes;
  EVP_PKEY* made = is_public ? EVP_PKEY_new_raw_public_key(type, nullptr, raw(secret), secret.size())
                             : EVP_PKEY_new_raw_private_key(type, nullptr, raw(secret), secret.size());
  OPENSSL_cleanse(secret.data(), secret.size());
  if (!made) json::refuse(material.at, "OpenSSL does not take the key");
  k.handle = pkey{made, &EVP_PKEY_free};
  k.signs = !is_public;
  return k;
}

}  // namespace

struct receipt_keys::state {
  std::vector<key> keys;
  const key* signer = nullptr;
  [[nodiscard]] const key* find(std::string_view id) const {
    for (const key& k : keys)
      if (k.id == id) return &k;
    return nullptr;
  }
};

receipt_keys::receipt_keys(std::string_view json) {
  const json::value file = json::read(json);
  json::object o{file, ""};
  auto s = std::make_shared<state>();
  const json::value* list = o.find("keys");
  if (!list || list->kind != json::kind::array) json::refuse(file.at, "\"keys\" is a list of keys");
  for (const json::value& item : list->items) {
    key k = read_key(item);
    if (s->find(k.id)) json::refuse(item.at, "two keys have this id");
    s->keys.push_back(std::move(k));
  }
  if (const json::value* id = o.find("sign_with")) {
    s->signer = s->find(json::read_text(*id, "sign_with", 64));
    if (!s->signer || !s->signer->signs) json::refuse(id->at, "\"sign_with\" names no key that can sign");
  }
  o.refuse_unknown();
  state_ = std::move(s);
}

receipt_keys receipt_keys::load(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string text(max_key_file + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.empty() || text.size() > max_key_file)
    throw configuration_error(path + ": cannot be read as a key file");
  try {
    return receipt_keys{text};
  } catch (const configuration_error& e) {
    throw configuration_error(path + ": " + e.what());
  }
}

std::string receipt_keys::generate(std::string_view id, std::string_view algorithm) {
  if (algorithm != algorithms[0] && algorithm != algorithms[1])
    throw configuration_error("receipt_keys: no algorithm \"" + std::string{algorithm} + "\"");
  std::array<unsigned char, key_length> bytes{};
  if (RAND_priv_bytes(bytes.data(), bytes.size()) != 1)
    throw std::runtime_error("OpenSSL has no random bytes");
  const std::string material = storage::to_base64url(std::as_bytes(std::span{bytes}));
  OPENSSL_cleanse(bytes.data(), bytes.size());
  const boost::json::object one{
      {"id", id}, {"algorithm", algorithm}, {algorithm == algorithms[0] ? "private" : "secret", material}};
  return boost::json::serialize(boost::json::object{{"sign_with", id}, {"keys", boost::json::array{one}}}) +
         "\n";
}

std::string receipt_keys::public_json() const {
  boost::json::array list;
  for (const key& k : state_->keys) {
    std::array<unsigned char, key_length> bytes{};
    std::size_t length = bytes.size();
    if (!k.ed25519 || EVP_PKEY_get_raw_public_key(k.handle.get(), bytes.data(), &length) != 1) continue;
    list.push_back(boost::json::object{{"id", k.id},
                                       {"algorithm", algorithms[0]},
                                       {"public", storage::to_base64url(std::as_bytes(std::span{bytes}))}});
  }
  return boost::json::serialize(boost::json::object{{"keys", std::move(list)}}) + "\n";
}

std::string receipt_keys::sign(const receipt& r) const {
  const key* k = state_->signer;
  if (!k) throw std::logic_error("receipt_keys: no key signs");
  std::string text{prefix};
  text += storage::to_base64url(as_bytes(storage::payload_of(r, k->id)));
  const std::string signature = sign_with(*k, text);
  if (signature.empty()) throw std::runtime_error("OpenSSL could not sign");
  return text + "." + storage::to_base64url(as_bytes(signature));
}

receipt_check receipt_keys::verify(std::string_view text, receipt& out) const {
  if (text.size() > max_receipt || !text.starts_with(prefix)) return receipt_check::malformed;
  const std::size_t dot = text.find('.', prefix.size());
  if (dot == std::string_view::npos) return receipt_check::malformed;
  const auto payload = storage::from_base64url(text.substr(prefix.size(), dot - prefix.size()));
  const auto signature = storage::from_base64url(text.substr(dot + 1));
  if (!payload || !signature) return receipt_check::malformed;
  auto read = storage::read_payload(*payload);
  if (!read) return receipt_check::malformed;
  const key* k = state_->find(read->second);
  if (!k) return receipt_check::unknown_key;
  if (!verify_with(*k, text.substr(0, dot), *signature)) return receipt_check::bad_signature;
  out = std::move(read->first);
  return receipt_check::valid;
}

}  // namespace uploadgate
