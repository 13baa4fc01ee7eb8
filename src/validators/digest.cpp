#include <uploadgate/validators/digest.hpp>

#include "sha256.hpp"

namespace uploadgate {

struct digest::state {
  sha256 hash;
};

digest::digest() = default;
digest::digest(const digest&) : digest{} {}  // a copy judges another stream
digest::~digest() = default;

result digest::begin(const upload&) {
  state_ = std::make_unique<state>();
  if (!state_->hash.ready()) return {errc::validator_failed, "OpenSSL has no SHA-256"};
  return {};
}

result digest::feed(bytes_view chunk) {
  if (!state_->hash.update(chunk)) return {errc::validator_failed, "OpenSSL's SHA-256 failed"};
  return {};
}

result digest::finish(facts& f) {
  f.sha256 = state_->hash.hex();
  if (f.sha256.empty()) return {errc::validator_failed, "OpenSSL's SHA-256 failed"};
  return {};
}

}  // namespace uploadgate
