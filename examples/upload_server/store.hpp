// Where accepted files go: a folder, under names that the server makes.
#pragma once

#include <uploadgate/bytes.hpp>

#include <filesystem>
#include <string>
#include <system_error>

// A file that is being received. What is not published is deleted.
class pending_file {
 public:
  explicit pending_file(const std::filesystem::path& folder);  // throws std::system_error
  ~pending_file();
  pending_file(const pending_file&) = delete;
  pending_file& operator=(const pending_file&) = delete;

  std::error_code write(uploadgate::bytes_view bytes);
  // Publishes the bytes as NAME in the folder; identical names hold identical bytes, so one that is there
  // stays.
  std::error_code publish(const std::string& name);

 private:
  std::filesystem::path folder_;
  int fd_;
};
