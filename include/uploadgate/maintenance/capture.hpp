/// \file capture.hpp
/// A whole store judged in parallel: where the paths come from, and what becomes of the files. Linux.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/maintenance/baseline.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace uploadgate {

/// store_item is one path of a store, or a place in it that could not be looked into.
struct store_item {
  std::string path;
  std::string unreadable{};  ///< why; empty where the path is to be read
};

/// item_source gives one item after the other, then nothing. It is called by one thread at a time.
using item_source = std::function<std::optional<store_item>()>;

/// store_walk gives every file below a folder, in no particular order: each name in a folder that is no
/// folder itself. It follows no symbolic link but the root's own, and keeps one open folder a level. A folder
/// that cannot be read is an item with the reason.
class UPLOADGATE_EXPORT store_walk {
 public:
  explicit store_walk(std::string root);
  store_walk(store_walk&&) noexcept;
  store_walk& operator=(store_walk&&) noexcept;
  ~store_walk();
  std::optional<store_item> next();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// path_set remembers paths by 128 bits of their SHA-256, in about 48 bytes each. One thread at a time.
class UPLOADGATE_EXPORT path_set {
 public:
  path_set();
  path_set(path_set&&) noexcept;
  path_set& operator=(path_set&&) noexcept;
  ~path_set();
  /// insert is false where the path was there already.
  bool insert(std::string_view path);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// capture_options are how a store is read.
struct capture_options {
  unsigned jobs = 0;  ///< threads; 0 for one on each core
  /// on_bytes is told of bytes that were read, by any thread at any time.
  std::function<void(std::uint64_t)> on_bytes{};
  /// stop is asked before each file; true ends early.
  std::function<bool()> stop{};
};

/// each_item calls `work` with every item, by several threads at a time. What `work` throws ends it, and is
/// thrown again when all threads have ended.
UPLOADGATE_EXPORT void each_item(const item_source& source, const capture_options& options,
                                 const std::function<void(const store_item&)>& work);

/// read_blocks reads a regular file once, in large blocks, and gives each to `take` until that is false. It
/// opens no symbolic link and waits for no pipe. Behind the last block `end` gets the whole file, to finish
/// with; it is not called where `take` was false. It gives why the file could not be read, or an empty text.
UPLOADGATE_EXPORT std::string read_blocks(const std::string& path,
                                          const std::function<void(std::uint64_t size)>& begin,
                                          const std::function<bool(bytes_view)>& take,
                                          const std::function<void(const completed_file&)>& end = {});

/// capture_file gives the entry of one file.
[[nodiscard]] UPLOADGATE_EXPORT baseline_entry capture_file(const baseline_judge& judge,
                                                            const store_item& item,
                                                            const capture_options& options = {});

/// capture gives the entry of every item to `sink`, which is called by one thread at a time, as the files are
/// done.
UPLOADGATE_EXPORT void capture(const baseline_judge& judge, const item_source& source,
                               const capture_options& options,
                               const std::function<void(const baseline_entry&)>& sink);

}  // namespace uploadgate
