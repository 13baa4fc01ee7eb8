// The files that a command on a store works on: below a folder, in a list, or in a baseline.
#pragma once

#include <uploadgate/maintenance/capture.hpp>
#include <uploadgate/maintenance/journal.hpp>

#include <CLI/App.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace uploadgate::cli {

struct store_options {
  std::string folder, files_from;
  bool nul = false;  // the list is separated by NUL
  unsigned jobs = 0;
};
// Adds DIR, --files-from, --null and --jobs.
void add_store_options(CLI::App& app, const std::shared_ptr<store_options>& o);

// The files of the options. A list is read as it comes, so that it may be endless.
item_source items_of(const store_options& o);

// The files that a baseline names, or those below a folder; what is to be read is known when it is asked for.
item_source items_against(const std::string& folder_or_baseline);

// A journal whose errors name the file that it goes on with.
journal open_journal(const std::string& path, const std::function<void(std::string_view line)>& each);
constexpr const char* other_policy = "it was begun under another policy: finish it with that, or delete it";

bool is_folder(const std::string& path);

}  // namespace uploadgate::cli
