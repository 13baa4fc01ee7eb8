// Any bytes as a file name: safe_name keeps its promises, and path_guard agrees with it.
#include <uploadgate/safe_name.hpp>
#include <uploadgate/validators/extension.hpp>
#include <uploadgate/validators/path_guard.hpp>

#include "unicode.hpp"

#include <cstdint>
#include <cstdlib>

using namespace uploadgate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const extension list{"jpg", "txt", "js"};
  static const path_guard guard;
  const std::string_view name{reinterpret_cast<const char*>(bytes), size};
  const std::string safe = safe_name(name);
  if (safe.empty() || safe.size() > max_safe_name) std::abort();
  if (unicode::nfc(safe) != safe || safe_name(safe) != safe) std::abort();
  facts of_safe;
  if (!guard.begin({.filename = safe}, of_safe).ok()) std::abort();
  facts of_sent;
  const bool accepted = guard.begin({.filename = name}, of_sent).ok();
  if (of_sent.safe_name != (name.empty() ? "" : safe)) std::abort();
  // An accepted name is not changed, but for NFC, where that is a name that is accepted, too.
  if (accepted && unicode::nfc(name) == name && safe != name) std::abort();
  facts ignored;
  const result extension_of_sent = list.begin({.filename = name}, ignored);
  if (extension_of_sent.ok() == ignored.extension.empty()) std::abort();
  return 0;
}
