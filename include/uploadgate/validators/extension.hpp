/// \file extension.hpp
/// The rule for extensions.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/validator.hpp>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate {

/// extension is an allowlist: the last segment of the file name must be on it, whatever its case (A to Z). It
/// sets facts::extension to the canonical one ("jpeg" gives "jpg"). Compound extensions are judged by their
/// last segment ("gz" of "a.tar.gz").
///
/// Every other segment but the first is looked at too, in the name as sent and in every reading that
/// path_guard judges: where one is an extension that a server may run (Apache's mod_mime runs a.php.jpg, old
/// IIS a.asp;.jpg), or that is a program's, the name is refused with extension_executable (OWASP Unrestricted
/// File Upload; CWE-434). A segment that is itself on the list is not. Extensions that are everyday words
/// between dots ("example.com.pdf", "Node.js.pdf") count in the last place only, where the list decides; no
/// server runs them from the middle. The table stands in src/validators/executable_extensions.cpp.
///
/// extension_missing: no name, no dot, nothing behind the last dot, or nothing but dots in front of it
/// (".jpg" is a hidden file, not a JPEG). The name is not judged otherwise: put path_guard beside it.
///
/// Copies share the list, and may be used by any number of threads.
class UPLOADGATE_EXPORT extension {
 public:
  static constexpr std::string_view name = "extension";
  /// max_length bounds one entry of the list, in bytes.
  static constexpr std::size_t max_length = 32;

  /// extension throws configuration_error where the list is empty, or where an entry is empty, too long, or
  /// holds anything but letters and digits of ASCII, "_", "-" and "+": no dot in front, no wildcard.
  extension(std::initializer_list<std::string_view> allowed);
  explicit extension(const std::vector<std::string>& allowed);

  result begin(const upload& claim, facts& found) const;
  [[nodiscard]] bool same_as(const extension& other) const noexcept { return *allowed_ == *other.allowed_; }

 private:
  [[nodiscard]] bool allows(std::string_view lower) const;

  std::shared_ptr<const std::vector<std::string>> allowed_;  // lower case, sorted
};

}  // namespace uploadgate
