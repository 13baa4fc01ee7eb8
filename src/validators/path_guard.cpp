#include <uploadgate/validators/path_guard.hpp>

#include "name_rules.hpp"
#include "path_guard_root.hpp"
#include "unicode.hpp"

#include <utility>

namespace uploadgate {
namespace {

// PATH_MAX of Linux; no system takes a longer name.
constexpr std::size_t longest_allowed = 4096;

}  // namespace

path_guard::path_guard(const path_guard_options& options) : max_length_{options.max_length} {
  if (max_length_ == 0 || max_length_ > longest_allowed) {
    throw configuration_error("path_guard: max_length must be 1 to " + std::to_string(longest_allowed));
  }
  if (!options.root.empty()) root_ = std::make_shared<const folder>(options.root);
}

path_guard::path_guard(const std::string& root) {
  if (root.empty()) throw configuration_error("path_guard: the root is empty");
  root_ = std::make_shared<const folder>(root);
}

result path_guard::begin(const upload& claim, facts& found) const {
  result r = names::judge(claim.filename, max_length_);
  // An accepted name in NFC is its own safe name; this is the everyday case.
  const bool itself =
      r.ok() && claim.filename.size() <= max_safe_name && unicode::nfc(claim.filename) == claim.filename;
  if (!claim.filename.empty())
    found.safe_name = itself ? std::string{claim.filename} : safe_name(claim.filename);
  if (!r.ok()) return r;
  if (!root_) return {};
  const std::string sent{claim.filename};
  if (r = root_->prove(sent); !r.ok()) return r;
  return sent == found.safe_name ? result{} : root_->prove(found.safe_name);
}

}  // namespace uploadgate
