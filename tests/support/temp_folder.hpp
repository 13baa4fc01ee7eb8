// A folder that goes with the test.
#pragma once

#include <boost/filesystem/operations.hpp>

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace uploadgate::test {

class temp_folder {
 public:
  temp_folder() {
    std::string pattern = (boost::filesystem::temp_directory_path() / "uploadgate-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~temp_folder() {
    boost::system::error_code ignored;
    boost::filesystem::remove_all(path_, ignored);
  }
  temp_folder(const temp_folder&) = delete;
  temp_folder& operator=(const temp_folder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace uploadgate::test
