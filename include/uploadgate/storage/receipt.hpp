/// \file receipt.hpp
/// A signed statement of a verdict, so that whoever serves a file can prove that these bytes were judged, and
/// by which policy. It holds no secret and may be shown.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/export.hpp>
#include <uploadgate/facts.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace uploadgate {

/// max_receipt is the most bytes of a receipt's text.
inline constexpr std::size_t max_receipt = 16 * KiB;

/// receipt is what is stated about an accepted file.
struct receipt {
  std::string sha256;      ///< 64 lower-case hexadecimal digits
  std::uint64_t size = 0;  ///< bytes
  std::string media_type;  ///< as in the facts, like all down to unpacked_size
  std::string extension;
  std::string safe_name;
  std::string examined;  ///< "whole", "prefix" or "none"
  std::optional<std::uint64_t> width, height, frames, entries, unpacked_size;
  std::string policy;         ///< the name of the policy
  std::string policy_sha256;  ///< digest of the policy's text
  std::uint64_t issued = 0;   ///< seconds since 1970, UTC, as the host said
  bool operator==(const receipt&) const = default;
};

/// make_receipt states the facts of an accepted file; the host says when. `policy_text` is what identifies
/// the policy, as a rule its JSON. Whether the file was accepted is the caller's to know. It throws
/// std::invalid_argument where the facts have no SHA-256 (the rule digest{}, or a vault's slot, gives it).
[[nodiscard]] UPLOADGATE_EXPORT receipt make_receipt(const facts& f, std::string_view policy_name,
                                                     std::string_view policy_text, std::uint64_t issued);

/// receipt_check is what became of a check.
enum class receipt_check : std::uint8_t {
  valid,
  malformed,      ///< not a receipt as sign() writes it
  unknown_key,    ///< signed by a key that is not in the key ring
  bad_signature,  ///< not what that key has signed
  other_content,  ///< a true receipt, of other bytes
  other_policy,   ///< a true receipt, by another policy
};

/// name gives the word for it ("bad_signature").
UPLOADGATE_EXPORT std::string_view name(receipt_check c) noexcept;

/// receipt_keys is a key ring: one key signs, any of them verifies. To rotate, add a new key, let it sign,
/// and keep the old one as long as its receipts are to be believed. Copies share the keys; const functions
/// may be called from any number of threads. A key keeps its algorithm: a receipt cannot choose another.
///
/// Its JSON: {"sign_with": "ID", "keys": [{"id": "ID", "algorithm": "ed25519", "private": "..."},
/// {"id": "...", "algorithm": "ed25519", "public": "..."}, {"id": "...", "algorithm": "hmac-sha256",
/// "secret": "..."}]}, where "..." is base64url without padding: 32 bytes for Ed25519 (RFC 8032), at least 32
/// for HMAC-SHA-256 (RFC 2104). Without "sign_with" it only verifies.
class UPLOADGATE_EXPORT receipt_keys {
 public:
  /// receipt_keys reads the JSON. It throws configuration_error in one line, without any part of a key.
  explicit receipt_keys(std::string_view json);
  /// load reads a file of at most 64 KiB.
  [[nodiscard]] static receipt_keys load(const std::string& path);
  /// generate gives the JSON of a ring with one new key; the algorithm is "ed25519" or "hmac-sha256". Keep it
  /// in a file of mode 0600.
  [[nodiscard]] static std::string generate(std::string_view id, std::string_view algorithm = "ed25519");

  /// public_json gives the JSON of the public halves of the Ed25519 keys, for those who only verify.
  [[nodiscard]] std::string public_json() const;

  /// sign gives the receipt's text: "ug1." payload "." signature, both in base64url; the signature is over
  /// all that stands before its dot. It throws std::logic_error where no key signs, std::runtime_error where
  /// OpenSSL fails.
  [[nodiscard]] std::string sign(const receipt& r) const;

  /// verify checks a text, and sets `out` only where it is valid. Exactly the text that sign() gave passes:
  /// no white space, no padding, no other spelling of the payload. HMACs are compared in constant time.
  [[nodiscard]] receipt_check verify(std::string_view text, receipt& out) const;

 private:
  struct state;
  std::shared_ptr<const state> state_;
};

/// compare holds the digest and size of bytes that were read against a receipt that was verified; where
/// `policy_sha256` is given, that of the receipt must be the same.
[[nodiscard]] UPLOADGATE_EXPORT receipt_check compare(const receipt& expected, const facts& read,
                                                      std::string_view policy_sha256 = {});

/// content_check compares bytes with a receipt while they are sent: feed all, then finish.
class UPLOADGATE_EXPORT content_check {
 public:
  /// content_check takes what compare() takes.
  explicit content_check(receipt expected, std::string_view policy_sha256 = {});
  content_check(content_check&&) noexcept;
  content_check& operator=(content_check&&) noexcept;
  ~content_check();
  void feed(bytes_view chunk);
  [[nodiscard]] receipt_check finish();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// policy_digest gives the SHA-256 of a policy's text, as receipts have it.
[[nodiscard]] UPLOADGATE_EXPORT std::string policy_digest(std::string_view policy_text);

}  // namespace uploadgate
