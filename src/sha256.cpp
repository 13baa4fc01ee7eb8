#include "sha256.hpp"

#include <boost/algorithm/hex.hpp>
#include <openssl/evp.h>

#include <array>
#include <iterator>

namespace uploadgate {

void sha256::closer::operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }

sha256::sha256() : context_{EVP_MD_CTX_new()} {
  good_ = context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
}

bool sha256::update(bytes_view bytes) {
  good_ = good_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
  return good_;
}

std::string sha256::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  std::string text;
  if (good_ && EVP_DigestFinal_ex(context_.get(), bytes.data(), &length) == 1) {
    boost::algorithm::hex_lower(bytes.begin(), bytes.begin() + length, std::back_inserter(text));
  }
  good_ = false;
  return text;
}

std::string sha256_hex(std::string_view text) {
  sha256 hash;
  hash.update(as_bytes(text));
  return hash.hex();
}

}  // namespace uploadgate
