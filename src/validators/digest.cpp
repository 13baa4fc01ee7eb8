#include <uploadgate/validators/digest.hpp>

#include <boost/algorithm/hex.hpp>
#include <openssl/evp.h>

#include <array>
#include <iterator>
#include <stdexcept>

namespace uploadgate {

struct digest::state {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  state() = default;
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() { EVP_MD_CTX_free(context); }
};

digest::digest() = default;
digest::digest(const digest&) : digest{} {}  // a copy judges another stream
digest::~digest() = default;

result digest::begin(const upload&) {
  state_ = std::make_unique<state>();
  if (!state_->context || EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) != 1) {
    return {errc::validator_failed, "OpenSSL has no SHA-256"};
  }
  return {};
}

result digest::feed(bytes_view chunk) {
  if (EVP_DigestUpdate(state_->context, chunk.data(), chunk.size()) != 1) {
    return {errc::validator_failed, "OpenSSL's SHA-256 failed"};
  }
  return {};
}

result digest::finish(facts& f) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned length = 0;
  if (EVP_DigestFinal_ex(state_->context, bytes.data(), &length) != 1) {
    return {errc::validator_failed, "OpenSSL's SHA-256 failed"};
  }
  f.sha256.clear();
  boost::algorithm::hex_lower(bytes.begin(), bytes.begin() + length, std::back_inserter(f.sha256));
  return {};
}

}  // namespace uploadgate
