// A folder for one test, with files in it.
#pragma once

#include "support/temp_folder.hpp"

#include <boost/filesystem/operations.hpp>

#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace uploadgate::test {

class folder : public temp_folder {
 public:
  // Writes a file, with the folders above it, and gives its path.
  std::string write(const std::string& name, std::string_view content) const {
    std::string path = *this / name;
    boost::filesystem::create_directories(boost::filesystem::path{path}.parent_path());
    std::ofstream out{path, std::ios::binary};
    out << content;
    out.close();
    if (!out) throw std::runtime_error("cannot write " + path);
    return path;
  }
};

}  // namespace uploadgate::test
