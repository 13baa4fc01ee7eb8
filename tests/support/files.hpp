// Files that the tests read.
#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace uploadgate::test {

inline std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw std::runtime_error("cannot read " + path);
  return std::move(text).str();
}

// The samples that ./dev run judges.
inline std::string sample(const std::string& name) {
  return read_file(UPLOADGATE_TEST_DATA "/../../examples/samples/" + name);
}

}  // namespace uploadgate::test
