#include "store_items.hpp"

#include <uploadgate/maintenance/summary.hpp>

#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <system_error>

namespace uploadgate::cli {
namespace {

struct path_list {
  std::ifstream file{};
  bool standard_input;
  char separator;
  std::optional<store_item> next() {
    std::istream& in = standard_input ? std::cin : file;
    for (std::string path; std::getline(in, path, separator);)
      if (!path.empty()) return store_item{std::move(path)};
    if (in.bad()) throw std::runtime_error("the list of files could not be read");
    return std::nullopt;
  }
};

std::shared_ptr<path_list> open_list(const std::string& path, char separator) {
  auto list = std::make_shared<path_list>();
  list->standard_input = path == "-";
  list->separator = separator;
  if (!list->standard_input) {
    list->file.open(path, std::ios::binary);
    if (!list->file) throw std::system_error(errno ? errno : EIO, std::generic_category(), path);
  }
  return list;
}

}  // namespace

journal open_journal(const std::string& path, const std::function<void(std::string_view line)>& each) {
  try {
    return journal{path, each};
  } catch (const configuration_error& e) {
    throw configuration_error(path + ".part: " + e.what());
  }
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

void add_store_options(CLI::App& app, const std::shared_ptr<store_options>& o) {
  CLI::Option* folder = app.add_option("DIR", o->folder, "Every file below this folder");
  app.add_option("--files-from", o->files_from, "Read paths from this file (`-`: standard input), one a line")
      ->excludes(folder);
  app.add_flag("-0,--null", o->nul, "The paths of --files-from are separated by NUL");
  app.add_option("--jobs,-j", o->jobs, "Threads (0: one on each core)")->check(CLI::Range(0U, 1024U));
}

item_source items_of(const store_options& o) {
  if (!o.files_from.empty()) {
    return [list = open_list(o.files_from, o.nul ? '\0' : '\n')] { return list->next(); };
  }
  if (o.folder.empty()) throw CLI::RequiredError("a DIR, or --files-from,");
  return [walk = std::make_shared<store_walk>(o.folder)] { return walk->next(); };
}

item_source items_against(const std::string& path) {
  if (is_folder(path)) return [walk = std::make_shared<store_walk>(path)] { return walk->next(); };
  struct lines {
    std::ifstream file;
    std::string path;
    std::uint64_t number = 0;
  };
  auto baseline = std::make_shared<lines>();
  baseline->path = path;
  baseline->file.open(path, std::ios::binary);
  if (!baseline->file) throw std::system_error(errno ? errno : EIO, std::generic_category(), path);
  return [baseline]() -> std::optional<store_item> {
    lines& b = *baseline;
    for (std::string line; std::getline(b.file, line);) {
      ++b.number;
      if (b.file.eof()) return std::nullopt;  // torn off
      if (line.empty()) continue;
      try {
        return store_item{parse_baseline_entry(line).path};
      } catch (const configuration_error& e) {
        throw configuration_error(b.path + ": line " + std::to_string(b.number) + ": " + e.what());
      }
    }
    return std::nullopt;
  };
}

}  // namespace uploadgate::cli
