/// \file path_guard.hpp
/// The rule for file names.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/safe_name.hpp>
#include <uploadgate/validator.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace uploadgate {

/// path_guard_options sets up a path_guard.
struct path_guard_options {
  /// max_length bounds the name as sent, in bytes: 1 to 4096.
  std::size_t max_length = max_safe_name;
  /// root, where it is not empty, is a folder that exists; the name must lead to a place inside it.
  std::string root{};
};

/// path_guard refuses file names that would do harm where they are stored, opened, shown or put on a command
/// line. It judges the name as it was sent, then every reading that percent decoding (%XX, %uXXXX) and NFKC
/// give, to a fixed point, in at most eight rounds. It sets facts::safe_name, for refused names too.
///
/// Refused, each with its own reason: no name; more than max_length bytes; ill-formed or overlong UTF-8; NUL
/// and control characters; separators, "." and "..", absolute paths, drives and shares; colons (streams); < >
/// " | ? *; device names of Windows with any extension; names that servers read as configuration; a dot,
/// hyphen or space in front, a dot or space at the end; bidirectional controls, zero-width and other
/// invisible characters; compatibility forms of dot, slash and backslash; and any of these behind percent
/// encoding. Sources: OWASP File Upload Cheat Sheet; CWE-22, CWE-73, CWE-176; Unicode UTR #36 and UAX #31;
/// Microsoft, "Naming Files, Paths, and Namespaces".
///
/// Accepted: letters of every script in any normal form, fullwidth ones too; spaces inside; a "%" that hides
/// nothing ("100% done.txt"); joiners where writing needs them: ZWJ and ZWNJ at a virama, ZWNJ between Arabic
/// letters (RFC 5892, appendix A), ZWJ between emoji (UTS #51), the zero-width space between letters of
/// Khmer, Thai, Lao and Myanmar. A fullwidth colon is accepted where NFKC would not make a drive or a stream
/// of it.
///
/// Without a root it is pure: no file system is asked. With one, policy::inspect makes a few system calls:
/// the name must resolve inside the root without any symbolic link, by openat2(RESOLVE_BENEATH |
/// RESOLVE_NO_SYMLINKS) and by Boost.Filesystem's canonical paths. Where the kernel has no openat2 (before
/// Linux 5.6, or forbidden by seccomp) the last component is looked at with fstatat instead, which proves the
/// same for one component but leaves the link-swapping race to whoever opens the file: open it with
/// O_NOFOLLOW. What was proved holds at that moment only.
///
/// Copies share the root and may be used by any number of threads.
class UPLOADGATE_EXPORT path_guard {
 public:
  static constexpr std::string_view name = "path_guard";

  path_guard() = default;
  /// path_guard throws configuration_error where max_length is out of range or the root is not a folder that
  /// can be opened.
  explicit path_guard(const path_guard_options& options);
  /// path_guard also proves that the name leads inside the root.
  explicit path_guard(const std::string& root);

  result begin(const upload& claim, facts& found) const;
  [[nodiscard]] bool same_as(const path_guard& other) const noexcept {
    return max_length_ == other.max_length_ && root_ == other.root_;
  }

 private:
  struct folder;

  std::size_t max_length_ = max_safe_name;
  std::shared_ptr<const folder> root_;
};

}  // namespace uploadgate
