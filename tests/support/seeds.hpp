// The fuzzers' seeds and the samples: small files of every type, honest and hostile.
#pragma once

#include "files.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace uploadgate::test {

struct seed {
  std::string path;
  std::string content;
};

inline const std::vector<seed>& seeds() {
  static const std::vector<seed> all = [] {
    std::vector<seed> found;
    for (const char* folder : {"/../fuzz/seeds", "/../../examples/samples"})
      for (const auto& file :
           std::filesystem::recursive_directory_iterator{std::string{UPLOADGATE_TEST_DATA} + folder})
        if (file.is_regular_file()) found.push_back({file.path().string(), read_file(file.path().string())});
    std::ranges::sort(found, {}, &seed::path);
    return found;
  }();
  return all;
}

}  // namespace uploadgate::test
