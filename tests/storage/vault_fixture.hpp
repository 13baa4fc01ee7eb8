// What the tests of the vault share.
#pragma once

#include <uploadgate/storage/vault.hpp>
#include <uploadgate/validators/extension.hpp>
#include <uploadgate/validators/max_size.hpp>

#include "sha256.hpp"
#include "storage/vault_state.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/refuses_bang.hpp"
#include "support/temp_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

namespace uploadgate::test {

namespace fs = boost::filesystem;

inline const policy rules{extension{"txt"}, max_size{64 * MiB}, refuses_bang{}};
inline const vault_options quick{.durability = durability::fast, .min_free = 0};

inline std::string content(const vault& v, std::string_view id) {
  std::error_code ec;
  const stored_file file = v.open(id, ec);
  if (ec) return "error: " + ec.message();
  std::string text(file.size(), '\0');
  REQUIRE(file.read(0, std::as_writable_bytes(std::span{text}), ec) == text.size());
  REQUIRE_FALSE(ec);
  return text;
}

inline stored put(const vault& v, std::string_view text, std::string_view key, std::error_code& ec,
                  std::string_view note = {}) {
  slot s = v.receive(rules.inspect({.filename = "a.txt"}), key, ec, text.size());
  if (!ec) ec = s.write(as_bytes(text));
  if (ec) return {};
  s.finish();
  return s.publish(ec, note);
}

inline stored put(const vault& v, std::string_view text, std::string_view key = "") {
  std::error_code ec;
  const stored out = put(v, text, key, ec);
  INFO(ec.message());
  REQUIRE_FALSE(ec);
  return out;
}

// All regular files below a folder, but the locks.
inline std::vector<std::string> files_in(const std::string& root) {
  std::vector<std::string> found;
  for (const auto& e : fs::recursive_directory_iterator{root}) {
    if (e.path().filename() != "generation" && fs::symlink_status(e.path()).type() == fs::regular_file)
      found.push_back(e.path().string().substr(root.size() + 1));
  }
  std::ranges::sort(found);
  return found;
}

// Kernels and containers without unnamed files: every O_TMPFILE fails.
inline storage::system_calls without_unnamed() {
  storage::system_calls calls = storage::real_system_calls();
  calls.open = [](int folder, const char* path, int flags, mode_t mode) {
    if ((flags & O_TMPFILE) == O_TMPFILE) {
      errno = EOPNOTSUPP;
      return -1;
    }
    return storage::real_system_calls().open(folder, path, flags, mode);
  };
  return calls;
}

inline const storage::system_calls named_calls = without_unnamed();

struct kind {
  const char* name;
  const storage::system_calls* calls;
  durability level;
};
inline const kind kinds[] = {{"unnamed, durable", &storage::real_system_calls(), durability::durable},
                             {"unnamed, fast", &storage::real_system_calls(), durability::fast},
                             {"named, durable", &named_calls, durability::durable}};

}  // namespace uploadgate::test
