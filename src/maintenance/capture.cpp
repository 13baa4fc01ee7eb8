#include <uploadgate/maintenance/capture.hpp>

#include "path_hash.hpp"
#include "storage/system_calls.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

namespace uploadgate {
namespace {

using storage::descriptor;

constexpr std::size_t block_size = 256 * KiB;

std::string message(int error) { return std::generic_category().message(error); }

std::string kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "is a directory";
  return S_ISLNK(mode) ? "is a symbolic link" : "is not a regular file";
}

}  // namespace

std::string read_blocks(const std::string& path, const std::function<void(std::uint64_t size)>& begin,
                        const std::function<bool(bytes_view)>& take,
                        const std::function<void(const completed_file&)>& end) {
  constexpr int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW;
  const descriptor file{storage::real_system_calls(), ::open(path.c_str(), flags)};
  if (!file) return errno == ELOOP ? "is a symbolic link" : message(errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return message(errno);
  if (!S_ISREG(status.st_mode)) return kind_of(status.st_mode);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > block_size) ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  begin(size);
  const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(size, block_size - 1) + 1);
  const auto block = std::make_unique_for_overwrite<std::byte[]>(room);
  for (;;) {
    const ssize_t n = storage::retry([&] { return ::read(file.get(), block.get(), room); });
    if (n < 0) return message(errno);
    if (n == 0) break;
    if (!take({block.get(), static_cast<std::size_t>(n)})) return {};
  }
  std::error_code ec;
  const completed_file whole = completed_file::of_descriptor(file.get(), ec);
  if (!ec && end) end(whole);
  return ec ? ec.message() : std::string{};
}

baseline_entry capture_file(const baseline_judge& judge, const store_item& item,
                            const capture_options& options) {
  baseline_entry nothing{.path = item.path, .unreadable = item.unreadable, .policy = judge.policy_id()};
  if (!item.unreadable.empty()) return nothing;
  std::optional<observation> seen;
  baseline_entry e;
  nothing.unreadable = read_blocks(
      item.path, [&](std::uint64_t size) { seen.emplace(judge.observe(item.path, size)); },
      [&](bytes_view block) {
        seen->feed(block);
        if (options.on_bytes) options.on_bytes(block.size());
        return true;
      },
      [&](const completed_file& file) { e = seen->finish(file); });
  if (!nothing.unreadable.empty()) return nothing;
  if (!seen->needs_second_look()) return e;
  std::optional<inspection> loose;
  const std::string failed = read_blocks(
      item.path, [&](std::uint64_t size) { loose.emplace(judge.observe_loosely(item.path, size)); },
      [&](bytes_view block) { return loose->feed(block); },
      [&](const completed_file& file) { loose->finish(file); });
  if (failed.empty()) baseline_judge::loosen(e, loose->finish(), loose->facts());
  return e;
}

struct path_set::state {
  std::unordered_set<maintenance::path_hash, maintenance::first_bits> known;
};
path_set::path_set() : state_{std::make_unique<state>()} {}
path_set::path_set(path_set&&) noexcept = default;
path_set& path_set::operator=(path_set&&) noexcept = default;
path_set::~path_set() = default;
bool path_set::insert(std::string_view path) {
  return state_->known.insert(maintenance::path_hash{path}).second;
}

void each_item(const item_source& source, const capture_options& options,
               const std::function<void(const store_item&)>& work) {
  std::mutex mutex;
  std::exception_ptr thrown;
  const auto next = [&]() -> std::optional<store_item> {
    const std::lock_guard lock{mutex};
    if (thrown || (options.stop && options.stop())) return std::nullopt;
    return source();
  };
  const auto run = [&] {
    try {
      while (const std::optional<store_item> item = next()) work(*item);
    } catch (...) {
      const std::lock_guard lock{mutex};
      if (!thrown) thrown = std::current_exception();
    }
  };
  const unsigned jobs = options.jobs ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < jobs; ++i) others.emplace_back(run);
    run();
  }
  if (thrown) std::rethrow_exception(thrown);
}

void capture(const baseline_judge& judge, const item_source& source, const capture_options& options,
             const std::function<void(const baseline_entry&)>& sink) {
  std::mutex mutex;
  each_item(source, options, [&](const store_item& item) {
    const baseline_entry e = capture_file(judge, item, options);
    const std::lock_guard lock{mutex};
    sink(e);
  });
}

struct store_walk::state {
  struct level {
    std::string path;  // with its slash
    std::unique_ptr<DIR, int (*)(DIR*)> names;
  };
  std::string root;  // until it is opened
  std::vector<level> levels{};

  // Opens a folder on top of the others, or says why not.
  std::optional<store_item> enter(std::string path, int follow) {
    const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | follow);
    DIR* names = folder < 0 ? nullptr : ::fdopendir(folder);
    if (!names) {
      const std::string why = message(errno);
      if (folder >= 0) ::close(folder);
      return store_item{std::move(path), why};
    }
    if (!path.ends_with('/')) path += '/';
    levels.push_back({std::move(path), {names, ::closedir}});
    return std::nullopt;
  }
};

store_walk::store_walk(std::string root) : state_{std::make_unique<state>(state{std::move(root)})} {}
store_walk::store_walk(store_walk&&) noexcept = default;
store_walk& store_walk::operator=(store_walk&&) noexcept = default;
store_walk::~store_walk() = default;

std::optional<store_item> store_walk::next() {
  state& s = *state_;
  if (!s.root.empty()) {
    if (std::optional<store_item> failed = s.enter(std::exchange(s.root, {}), 0)) return failed;
  }
  while (!s.levels.empty()) {
    state::level& top = s.levels.back();
    errno = 0;
    const dirent* found = ::readdir(top.names.get());
    if (!found) {
      const int error = errno;
      std::string path = std::move(top.path);
      s.levels.pop_back();
      if (error != 0) return store_item{std::move(path), message(error)};
      continue;
    }
    const std::string_view name = found->d_name;
    if (name == "." || name == "..") continue;
    std::string path = top.path + found->d_name;
    unsigned char type = found->d_type;
    if (type == DT_UNKNOWN) {
      struct stat status {};
      if (::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) type = DT_DIR;
    }
    if (type != DT_DIR) return store_item{std::move(path)};
    if (std::optional<store_item> failed = s.enter(std::move(path), O_NOFOLLOW)) return failed;
  }
  return std::nullopt;
}

}  // namespace uploadgate
