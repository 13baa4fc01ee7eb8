// Proof that a name leads inside a folder.
#pragma once

#include <uploadgate/validators/path_guard.hpp>

#include <string>

namespace uploadgate {

// folder is an open root. Immutable, so shared by threads.
struct path_guard::folder {
  explicit folder(const std::string& path);
  ~folder();
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;

  // prove asks whether one path component leads inside the root, whether or not it exists.
  [[nodiscard]] result prove(const std::string& component) const;

  std::string canonical;  // with no symbolic link in it
  int descriptor = -1;
};

}  // namespace uploadgate
