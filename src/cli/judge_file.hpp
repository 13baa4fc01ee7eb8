// One file, or standard input, judged by a policy.
#pragma once

#include <uploadgate/policy_file.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate::cli {

struct judged_file {
  std::string path;
  std::string filename;  // the name it was judged under
  uploadgate::verdict verdict;
  uploadgate::facts facts;
  std::string unreadable;  // why the file could not be read; empty where it could
};

struct judge_options {
  std::optional<std::string> filename;  // instead of the path's last component
  std::string content_type;
  std::size_t chunk_size = 64 * KiB;
  std::function<void(std::uint64_t)> on_bytes = [](std::uint64_t) {};
};

// The name a path's file is judged under: its last component.
std::string_view last_component(std::string_view path);

// Judges the file at path, or standard input for "-". Reads no further than the first byte that decides.
judged_file judge_file(const policy& p, const std::string& path, const judge_options& options);

// The lines of a file (or of "-"), or its parts between `separator`.
std::vector<std::string> read_list(const std::string& path, char separator);

// The policy in a file; the built-in one without a file. Throws configuration_error.
policy policy_from(const std::string& path);
policy_document document_from(const std::string& path);

}  // namespace uploadgate::cli
