#include <uploadgate/policy_file.hpp>
#include <uploadgate/storage/live_policy.hpp>
#include <uploadgate/storage/policy_folder.hpp>

#include "policy_file_reader.hpp"

#include <sys/stat.h>

#include <mutex>
#include <system_error>
#include <utility>

namespace uploadgate {
namespace {

struct source {
  std::string text;
  std::uint64_t number = 0;
};

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

source read_source(const std::string& path) {
  if (!is_folder(path)) return {read_file(path, max_policy_file)};
  try {
    const policy_folder folder{path};
    const std::uint64_t number = folder.current();
    if (number == 0) throw configuration_error("no policy was applied yet");
    return {folder.text(number), number};
  } catch (const std::system_error& e) {
    throw configuration_error(e.what());
  }
}

}  // namespace

struct live_policy::state {
  std::string path;
  std::mutex reloading;   // one reload at a time
  std::mutex exchanging;  // held for a copy of the pointer, never while anything is read or built
  std::shared_ptr<const loaded_policy> in_force;

  std::shared_ptr<const loaded_policy> get() {
    const std::lock_guard lock{exchanging};
    return in_force;
  }
  void put(std::shared_ptr<const loaded_policy> p) {
    const std::lock_guard lock{exchanging};
    in_force.swap(p);
  }

  // Puts in force what is there, and is true where that is another text or version.
  bool load() {
    try {
      source now = read_source(path);
      const std::shared_ptr<const loaded_policy> before = get();
      if (before && before->text == now.text && before->number == now.number) return false;
      put(std::make_shared<const loaded_policy>(read_policy_text(std::move(now.text), now.number)));
      return true;
    } catch (const configuration_error& e) {
      const std::string what = e.what();
      throw configuration_error(what.starts_with(path) ? what : path + ": " + what);
    }
  }
};

live_policy::live_policy(std::string path) : state_{std::make_unique<state>()} {
  state_->path = std::move(path);
  state_->load();
}

live_policy::~live_policy() = default;

std::shared_ptr<const loaded_policy> live_policy::get() const noexcept { return state_->get(); }

reload_result live_policy::reload() {
  const std::lock_guard lock{state_->reloading};
  try {
    return {.changed = state_->load()};
  } catch (const configuration_error& e) {
    return {.error = e.what()};
  }
}

}  // namespace uploadgate
