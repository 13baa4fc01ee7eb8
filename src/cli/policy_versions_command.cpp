#include <uploadgate/display.hpp>
#include <uploadgate/policy_file.hpp>
#include <uploadgate/storage/policy_folder.hpp>

#include "commands.hpp"
#include "render.hpp"
#include "terminal.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>

namespace uploadgate::cli {
namespace {

struct version_options {
  std::string folder, file, note;
  std::optional<std::uint64_t> number;
  bool json = false;
};

std::string to_json(const policy_change& c) {
  boost::json::object o{{"number", c.number},
                        {"change", c.rollback ? "rollback" : "apply"},
                        {"time", utc_time(c.time)},
                        {"sha256", c.sha256},
                        {"current", c.current}};
  if (!c.name.empty()) o.emplace("name", valid_utf8(c.name));
  if (!c.note.empty()) o.emplace("note", valid_utf8(c.note));
  return boost::json::serialize(o);
}

// "* 3  2026-11-22T11:22:03Z  apply     4f8b2c1d0e9a  avatars  larger photos"
std::string to_line(const policy_change& c) {
  constexpr std::size_t shown_digits = 12;
  std::string line = (c.current ? "* " : "  ") + std::to_string(c.number) + "  " + utc_time(c.time) + "  " +
                     (c.rollback ? "rollback  " : "apply     ") + c.sha256.substr(0, shown_digits);
  for (const std::string& text : {c.name, c.note})
    if (!text.empty()) line += "  " + printable(text);
  return c.current ? paint(line, colour::green) : line;
}

void show(const policy_change& c, bool json) { std::cout << (json ? to_json(c) : to_line(c)) << '\n'; }

std::string read_text(const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) throw std::runtime_error(path + " cannot be read");
  }
  std::istream& in = path == "-" ? std::cin : file;
  return {std::istreambuf_iterator<char>{in}, {}};
}

void apply(const version_options& o) {
  try {
    show(policy_folder{o.folder}.apply(read_text(o.file), std::chrono::system_clock::now(), o.note), o.json);
  } catch (const configuration_error& e) {
    throw configuration_error(o.file + ": " + e.what());
  }
}

void rollback(const version_options& o) {
  show(policy_folder{o.folder}.rollback(std::chrono::system_clock::now(), o.note, o.number), o.json);
}

void history(const version_options& o) {
  for (const policy_change& c : policy_folder{o.folder}.history()) show(c, o.json);
}

}  // namespace

void add_policy_versions(CLI::App& policy) {
  auto o = std::make_shared<version_options>();
  const auto add = [&](const char* name, const char* what, void (*run)(const version_options&)) {
    CLI::App* sub = policy.add_subcommand(name, what);
    sub->add_option("FOLDER", o->folder, "The policy folder")->required();
    sub->add_flag("--json", o->json, "One JSON object a line");
    sub->callback([o, run] { run(*o); });
    return sub;
  };
  CLI::App* first = add("apply", "Check a policy, keep it as a new version, and put it in force", apply);
  first->add_option("FILE", o->file, "The policy file or form policy file (`-`: standard input)")->required();
  CLI::App* back = add("rollback", "Put an older version in force again", rollback);
  back->add_option("--to", o->number, "The number of the version; without it the one before the current one");
  for (CLI::App* sub : {first, back}) sub->add_option("--note", o->note, "Why, for the history");
  add("history", "List what was applied, the oldest first; * is in force", history);
}

}  // namespace uploadgate::cli
