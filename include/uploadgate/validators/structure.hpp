/// \file structure.hpp
/// Every byte of a file, read by the grammar of its type.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/limits.hpp>
#include <uploadgate/validator.hpp>

#include <memory>
#include <string>
#include <vector>

namespace uploadgate {

struct structure;

namespace detail {

/// structure_state is the state of one stream; a copy starts empty.
class UPLOADGATE_EXPORT structure_state {
 public:
  structure_state();
  structure_state(const structure_state&);
  structure_state& operator=(const structure_state&);
  ~structure_state();

 private:
  friend struct uploadgate::structure;
  struct data;
  std::unique_ptr<data> data_;
  structure_state* enforced_ = nullptr;   // beside a candidate's
  const structure* candidate_ = nullptr;  // beside an enforced one's: what may share its reading
};

}  // namespace detail

/// structure requires that the whole file, from the first byte to the last, is what its type's specification
/// allows and nothing else: no byte before, behind or between the parts that the format has. The grammar is
/// chosen by the extension, without one by the claimed content type, without either by the first bytes; a
/// claimed content type that does not agree with the extension is refused. docs/formats.md says for each type
/// what is checked and what a stream cannot show.
///
/// It sets media_type, extension, width, height, frames, entries, unpacked_size and examined. Memory is
/// bounded per type, whatever the size of the file. Errors: those of the formats (reasons.inc); not_examined
/// where there is no grammar, or it could not see everything and `allow_partial` is not set.
struct UPLOADGATE_EXPORT structure {
  static constexpr std::string_view name = "structure";

  uploadgate::depth depth = uploadgate::depth::standard;  ///< how far compressed payload is decoded
  image_limits image{};
  archive_limits archive{};
  document_rules document{};
  /// allow_partial lets files pass of which only a part could be examined (encrypted entries, 7z without the
  /// completed file, unknown types). Danger: what was not examined may be anything; facts::examined says so.
  bool allow_partial = false;
  /// check_content_type refuses a claimed content type that is not one of the extension's.
  bool check_content_type = true;
  /// list_parts fills facts::parts, for a person who asks what is in a file; it costs time and memory.
  bool list_parts = false;

  result begin(const upload& u);
  result feed(bytes_view chunk, facts& f);
  result finish(facts& f, const completed_file* file = nullptr);
  [[nodiscard]] bool same_as(const structure& other) const noexcept {
    return depth == other.depth && image == other.image && archive == other.archive &&
           document == other.document && allow_partial == other.allow_partial &&
           check_content_type == other.check_content_type && list_parts == other.list_parts;
  }

  detail::structure_state state{};  ///< state of one stream; leave it alone

  /// join lets a candidate's rule answer from what the enforced one reads, where both read alike.
  void join(structure& enforced) noexcept {
    state.enforced_ = &enforced.state;
    if (!enforced.state.candidate_) enforced.state.candidate_ = this;
  }

 private:
  result choose(bool complete, facts& f);
};

}  // namespace uploadgate
