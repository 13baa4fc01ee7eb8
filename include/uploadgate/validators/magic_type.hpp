/// \file magic_type.hpp
/// The type of a file from its first bytes.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/validator.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace uploadgate {

/// magic_options are the switches of magic_type.
struct magic_options {
  /// require_content_type also refuses a claimed content type that is not one of the extension's. A claim
  /// that says nothing (none, application/octet-stream) is never held against the file.
  bool require_content_type = false;
  /// database is the path of libmagic's compiled database; empty for the one that libmagic was built with.
  std::string database{};
  /// legacy_encodings takes bytes without control characters for text under an extension of text, whatever
  /// their encoding. A binary file of such bytes passes as text too.
  bool legacy_encodings = false;
};

/// magic_type requires that the first bytes are those of the type that the extension names, and sets
/// facts::media_type (and facts::extension where it is empty). A file without a name is accepted where its
/// type is known.
///
/// Types with a signature are told by uploadgate's own table, in well under a microsecond. Text is told by a
/// check of its encoding (UTF-8, or UTF-16 with a byte order mark; XML also in any encoding that begins like
/// ASCII or UTF-16). Only what is neither is shown to
/// libmagic: the first `window` bytes, text rules off, since these cost milliseconds on hostile input and the
/// binary ones do not. An extension that the table does not know is accepted where libmagic itself names it
/// for the content.
///
/// What it cannot see: anything behind the first bytes. Use structure{} for that.
/// Errors: type_mismatch, type_unknown, content_type_mismatch, magic_failed. The constructor throws
/// configuration_error where libmagic's database is missing or broken. Thread-safe as every rule: handles of
/// libmagic are pooled, and one is used by one thread at a time.
class UPLOADGATE_EXPORT magic_type {
 public:
  static constexpr std::string_view name = "magic_type";
  /// window is how many bytes are kept at most until the type is known: what Debian's libmagic needs for
  /// nearly all binary types, and few enough that 1,000 stalled uploads hold 4 MiB.
  static constexpr std::size_t window = 4096;

  explicit magic_type(magic_options options = {});

  result begin(const upload& u);
  result feed(bytes_view chunk, facts& f);
  result finish(facts& f);
  [[nodiscard]] bool same_as(const magic_type& other) const noexcept;

 private:
  class handle_pool;
  struct claim;

  result decide(bytes_view first, bool complete, facts& f);
  result accept(std::string_view media_type, std::string_view canonical_extension, facts& f);
  [[nodiscard]] result mismatch(std::string_view seen) const;
  result ask_libmagic(bytes_view first, facts& f);

  bool require_content_type_;
  bool legacy_encodings_;
  std::shared_ptr<handle_pool> pool_;
  // State of one stream.
  bool decided_ = false;
  std::string extension_;
  std::string content_type_;
  std::vector<std::byte> first_;
};

}  // namespace uploadgate
