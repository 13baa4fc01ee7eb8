#include <uploadgate/policy_file.hpp>
#include <uploadgate/storage/policy_folder.hpp>

#include "json_members.hpp"
#include "json_reader.hpp"
#include "policy_file_reader.hpp"
#include "storage/folders.hpp"

#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cstdio>
#include <utility>

namespace uploadgate {
namespace {

using namespace storage;
using time_point = std::chrono::system_clock::time_point;

constexpr mode_t policy_mode_bits = 0644;  // no secret: a server of another user reads it
constexpr mode_t policy_folder_bits = 0755;
constexpr const char* versions = "versions";
constexpr const char* history_name = "history.ndjson";
constexpr const char* current_name = "current";

const system_calls& calls() { return real_system_calls(); }

void check(std::error_code ec, const std::string& what) {
  if (ec) throw std::system_error(ec, what);
}

void check(int answer, const std::string& what) {
  if (answer < 0) throw std::system_error(last_error(), what);
}

descriptor open_in(const descriptor& folder, const std::string& name, int flags) {
  std::error_code ec;
  const mode_t mode = flags & O_CREAT ? policy_mode_bits : 0;
  descriptor opened = open_at(calls(), folder.get(), name, flags, mode, ec);
  check(ec, name);
  return opened;
}

descriptor open_folder(const std::string& path) {
  std::error_code ec;
  descriptor opened = open_at(calls(), AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, ec);
  check(ec, path);
  return opened;
}

descriptor made_folder(const std::string& path) {
  if (::mkdir(path.c_str(), policy_folder_bits) != 0 && errno != EEXIST) check(-1, path);
  descriptor folder = open_folder(path);
  if (calls().mkdirat(folder.get(), versions, policy_folder_bits) != 0 && errno != EEXIST)
    check(-1, versions);
  return folder;
}

// Held until it goes: one applier at a time, of this process or another.
descriptor locked(const descriptor& folder) {
  descriptor held = open_in(folder, "lock", O_RDWR | O_CREAT);
  check(lock(calls(), held.get(), LOCK_EX), "lock");
  return held;
}

std::string file_of(std::uint64_t number) {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "%s/%06llu.json", versions,
                static_cast<unsigned long long>(number));
  return name.data();
}

// The number in the name of a version's file, with or without its folder; 0 for every other name.
std::uint64_t number_of(std::string_view name) {
  name.remove_prefix(std::min(name.size(), name.rfind('/') + 1));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const std::string_view rest{end, static_cast<std::size_t>(name.data() + name.size() - end)};
  return error == std::errc{} && rest == ".json" ? number : 0;
}

std::uint64_t number_in_force(const descriptor& folder) {
  std::array<char, PATH_MAX> target{};
  const ssize_t length =
      retry([&] { return ::readlinkat(folder.get(), current_name, target.data(), target.size()); });
  if (length < 0 && errno == ENOENT) return 0;
  check(static_cast<int>(length), current_name);
  return number_of({target.data(), static_cast<std::size_t>(length)});
}

std::uint64_t last_number(const descriptor& folder) {
  std::uint64_t last = 0;
  check(each_name(calls(), open_in(folder, versions, O_RDONLY | O_DIRECTORY).get(),
                  [&](const std::string& name) {
                    last = std::max(last, number_of(name));
                    return std::error_code{};
                  }),
        versions);
  return last;
}

std::string text_of(const descriptor& folder, std::uint64_t number) {
  std::error_code ec;
  const descriptor file = open_at(calls(), folder.get(), file_of(number), O_RDONLY, 0, ec);
  if (ec == std::errc::no_such_file_or_directory)
    throw configuration_error("there is no version " + std::to_string(number));
  check(ec, file_of(number));
  std::string text = read_small(calls(), file.get(), max_policy_file, ec);
  check(ec, file_of(number));
  return text;
}

// Written beside, then named: nobody sees half a version.
void keep(const descriptor& folder, std::uint64_t number, std::string_view text) {
  const std::string beside = std::string{versions} + "/new";
  const descriptor file = open_in(folder, beside, O_WRONLY | O_CREAT | O_TRUNC);
  check(write_all(calls(), file.get(), as_bytes(text), 0), beside);
  check(sync(calls(), file.get()), beside);
  check(calls().renameat(folder.get(), beside.c_str(), folder.get(), file_of(number).c_str()), beside);
  check(sync(calls(), open_in(folder, versions, O_RDONLY | O_DIRECTORY).get()), versions);
}

std::uint64_t seconds(time_point t) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(t.time_since_epoch()).count());
}

std::string line_of(const policy_change& c) {
  json_members line;
  line.number("number", c.number);
  line.text("change", c.rollback ? "rollback" : "apply");
  line.number("time", seconds(c.time));
  line.text("sha256", c.sha256);
  line.text("name", c.name);
  line.text("note", c.note);
  return std::move(line).take() + "\n";
}

policy_change change_of(std::string_view line) {
  const json::value root = json::read(line);
  json::object o{root, "a line of the history"};
  const auto text = [&](std::string_view key) {
    const json::value* v = o.find(key);
    return v ? v->text : std::string{};
  };
  const auto whole = [&](std::string_view key) {
    const json::value* v = o.find(key);
    return v ? v->whole : 0;
  };
  return {.number = whole("number"),
          .rollback = text("change") == "rollback",
          .time = time_point{std::chrono::seconds{whole("time")}},
          .note = text("note"),
          .sha256 = text("sha256"),
          .name = text("name")};
}

// Noted first, then done: a crash between leaves a change in the history that is not in force, and never one
// in force that the history lacks.
void note(const descriptor& folder, const policy_change& c) {
  const descriptor file = open_in(folder, history_name, O_RDWR | O_CREAT | O_APPEND);
  struct stat status {};
  check(calls().fstat(file.get(), &status), history_name);
  const auto end = static_cast<std::uint64_t>(status.st_size);
  std::array<std::byte, 1> last{};
  std::error_code ec;
  if (end > 0) read_some(calls(), file.get(), end - 1, last, ec);
  check(ec, history_name);
  const bool half = end > 0 && last[0] != std::byte{'\n'};  // what a crash has left
  check(write_all(calls(), file.get(), as_bytes((half ? "\n" : "") + line_of(c)), end), history_name);
  check(sync(calls(), file.get()), history_name);
}

void put_in_force(const descriptor& folder, std::uint64_t number) {
  const std::string beside = "current.new";
  if (::unlinkat(folder.get(), beside.c_str(), 0) != 0 && errno != ENOENT) check(-1, beside);
  check(::symlinkat(file_of(number).c_str(), folder.get(), beside.c_str()), beside);
  check(calls().renameat(folder.get(), beside.c_str(), folder.get(), current_name), current_name);
  check(sync(calls(), folder.get()), current_name);
}

std::vector<policy_change> read_history(const descriptor& folder) {
  std::error_code ec;
  const descriptor file = open_at(calls(), folder.get(), history_name, O_RDONLY, 0, ec);
  if (ec == std::errc::no_such_file_or_directory) return {};
  check(ec, history_name);
  struct stat status {};
  check(calls().fstat(file.get(), &status), history_name);
  const std::string text = read_small(calls(), file.get(), static_cast<std::size_t>(status.st_size), ec);
  if (ec != std::errc::file_too_large) check(ec, history_name);  // it may have grown meanwhile
  std::vector<policy_change> changes;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    try {
      changes.push_back(change_of(rest.substr(0, end)));
    } catch (const configuration_error&) {  // half a line
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const std::uint64_t in_force = number_in_force(folder);
  const auto last = std::ranges::find(changes.rbegin(), changes.rend(), in_force,
                                      [](const policy_change& c) { return c.number; });
  if (last != changes.rend()) last->current = true;
  return changes;
}

// What was in force when the current version was first applied.
std::uint64_t replaced_by(const std::vector<policy_change>& changes, std::uint64_t current) {
  const auto first = std::ranges::find(changes, current, &policy_change::number);
  if (first == changes.end() || first == changes.begin())
    throw configuration_error("there is no version before the current one");
  return std::prev(first)->number;
}

void check_note(std::string_view text) {
  if (text.size() > max_version_note)
    throw configuration_error("the note is longer than " + std::to_string(max_version_note) + " bytes");
}

policy_change make_current(const descriptor& folder, policy_change c) {
  note(folder, c);
  put_in_force(folder, c.number);
  c.current = true;
  return c;
}

std::string name_of(const loaded_policy& p) { return p.files ? std::string{p.files->name()} : std::string{}; }

}  // namespace

policy_change policy_folder::apply(std::string_view text, time_point now, std::string_view note) const {
  check_note(note);
  if (text.size() > max_policy_file)
    throw configuration_error("the policy is longer than " + std::to_string(max_policy_file) + " bytes");
  const loaded_policy checked = read_policy_text(std::string{text});
  const descriptor folder = made_folder(path_);
  const descriptor held = locked(folder);
  const std::uint64_t before = number_in_force(folder);
  if (before != 0 && text_of(folder, before) == text) {
    for (policy_change& c : read_history(folder))
      if (c.current) return c;
  }
  const std::uint64_t number = last_number(folder) + 1;
  keep(folder, number, text);
  return make_current(folder, {.number = number,
                               .time = now,
                               .note = std::string{note},
                               .sha256 = checked.sha256,
                               .name = name_of(checked)});
}

policy_change policy_folder::rollback(time_point now, std::string_view note,
                                      std::optional<std::uint64_t> number) const {
  check_note(note);
  const descriptor folder = open_folder(path_);
  const descriptor held = locked(folder);
  if (!number) number = replaced_by(read_history(folder), number_in_force(folder));
  const loaded_policy checked = read_policy_text(text_of(folder, *number), *number);
  return make_current(folder, {.number = *number,
                               .rollback = true,
                               .time = now,
                               .note = std::string{note},
                               .sha256 = checked.sha256,
                               .name = name_of(checked)});
}

std::vector<policy_change> policy_folder::history() const { return read_history(open_folder(path_)); }
std::uint64_t policy_folder::current() const { return number_in_force(open_folder(path_)); }
std::string policy_folder::text(std::uint64_t number) const { return text_of(open_folder(path_), number); }

}  // namespace uploadgate
