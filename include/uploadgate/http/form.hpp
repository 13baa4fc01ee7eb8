/// \file form.hpp
/// A whole form judged while it is read: which fields may stand, how often, and each file by its field's
/// policy.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/facts.hpp>
#include <uploadgate/http/multipart.hpp>
#include <uploadgate/policy.hpp>
#include <uploadgate/verdict.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate {

/// form_field is what may stand under one name in a form: files judged by a policy, or text.
struct form_field {
  std::string name{};
  /// files is the policy of a file field; nothing makes a text field.
  std::optional<policy> files{};
  std::uint64_t max_count = 1;  ///< how many parts may have the name; file inputs left empty do not count
  bool required = false;        ///< the form is refused where no part has the name
  std::uint64_t max_text = 64 * KiB;  ///< bytes of a text; it is kept in memory
  bool utf8 = true;                   ///< a text must be valid UTF-8; see multipart_limits::binary_fields
  bool digest = true;  ///< find the SHA-256 of each file; without it large files cost about half as much
};

/// form_part is what became of one part.
struct form_part {
  std::string name{};
  std::optional<std::string> filename{};  ///< nothing for a text; empty where no file was chosen
  std::string content_type{};             ///< as the client claims; empty where it claims none
  std::uint64_t offset = 0;               ///< where the part's content begins in the body
  std::uint64_t size = 0;                 ///< bytes of content so far
  std::string sha256{};           ///< of a file's content, once it is complete; see form_field::digest
  std::string text{};             ///< of a text field
  uploadgate::verdict verdict{};  ///< of this part alone; trust it only where the form is accepted
  uploadgate::facts facts{};      ///< of a file
  /// candidate is what the candidate of the field's policy said about a file (policy::with_candidate).
  std::optional<uploadgate::verdict> candidate{};
};

/// form_consumer is where a host takes the content while it is judged, to store it. Each step may be empty,
/// and may object, which rejects the form; what a step throws rejects it with form_consumer_failed. What was
/// taken must be thrown away unless the form is accepted by form_inspection::finish.
struct form_consumer {
  std::function<result(const form_part&)> begin{};  ///< the part's headers are read
  std::function<result(const form_part&, bytes_view)>
      data{};                                     ///< the next bytes; no rule has objected so far
  std::function<result(const form_part&)> end{};  ///< the part is accepted, its facts are complete
  /// completed gives the file that holds all bytes of this part, where the host has one, for rules that
  /// cannot judge a stream alone (inspection::finish). It is asked before `end`.
  std::function<std::optional<completed_file>(const form_part&)> completed{};
};

/// form_inspection is one form being judged: feed the body as it comes, then finish. It does no I/O, belongs
/// to one thread at a time, and may be moved, not copied. It holds the texts and what the policies'
/// inspections hold, never a file. The answer does not depend on how the body is cut into chunks. A rejection
/// comes with the first byte that decides; its offset is that of the byte in the body.
class UPLOADGATE_EXPORT form_inspection {
 public:
  form_inspection(form_inspection&&) noexcept;
  form_inspection& operator=(form_inspection&&) noexcept;
  ~form_inspection();

  /// feed judges the next bytes of the body, and is true while the verdict is pending. It never throws.
  bool feed(bytes_view chunk) noexcept;
  /// finish says that the body has ended, and gives the verdict. Only finish() accepts.
  uploadgate::verdict finish() noexcept;

  /// verdict is pending until something objects or finish() is called. Its rule is "form", or the rule of a
  /// field's policy that rejected a file.
  [[nodiscard]] const uploadgate::verdict& verdict() const noexcept;
  /// parts lists the parts begun so far, in the order of the body.
  [[nodiscard]] const std::vector<form_part>& parts() const noexcept;

 private:
  friend class form_policy;
  struct state;
  explicit form_inspection(std::unique_ptr<state> s) noexcept;
  static uploadgate::verdict accepted();
  static uploadgate::verdict rejected(std::string_view rule, objection why);
  std::unique_ptr<state> state_;
};

/// form_policy says which fields a form may have. It is immutable, copies share their content, and any number
/// of threads may use one at a time.
class UPLOADGATE_EXPORT form_policy {
 public:
  /// form_policy without fields judges framing, headers and limits only: any field may stand, and no content
  /// is judged. The digest of every part is found.
  form_policy();
  explicit form_policy(const multipart_limits& limits);
  /// form_policy with fields refuses every other field. It throws configuration_error where there is no
  /// field, where one stands twice, or where its name is one that multipart_parser refuses.
  explicit form_policy(std::vector<form_field> fields, const multipart_limits& limits = {});

  /// inspect starts judging a form, whose request has this Content-Type, and this Content-Length where it has
  /// one. The verdict may be a rejection already. It throws only std::bad_alloc.
  [[nodiscard]] form_inspection inspect(std::string_view content_type,
                                        std::optional<std::uint64_t> content_length = {},
                                        form_consumer consumer = {}) const;

  [[nodiscard]] const multipart_limits& limits() const noexcept;
  /// fields lists the fields, sorted by name.
  [[nodiscard]] const std::vector<form_field>& fields() const noexcept;

 private:
  friend class form_inspection;
  struct shared;
  std::shared_ptr<const shared> shared_;
};

}  // namespace uploadgate
