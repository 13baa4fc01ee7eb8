#include <uploadgate/display.hpp>
#include <uploadgate/safe_name.hpp>
#include <uploadgate/validators/path_guard.hpp>

#include "commands.hpp"
#include "judge_file.hpp"
#include "terminal.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>
#include <memory>

namespace uploadgate::cli {
namespace {

struct name_options {
  std::string names_from;
  bool json = false;
  std::vector<std::string> names;
};

int judge_names(name_options& o) {
  if (!o.names_from.empty()) {
    const std::vector<std::string> more = read_list(o.names_from, '\0');
    o.names.insert(o.names.end(), more.begin(), more.end());
  } else if (o.names.empty()) {
    throw CLI::RequiredError("a NAME, or --names-from,");
  }
  const policy p{path_guard{}};
  int status = all_accepted;
  for (const std::string& name : o.names) {
    inspection in = p.inspect({.filename = name});
    const verdict v = in.finish();
    const std::string safe = safe_name(name);
    if (v.rejected()) status = some_rejected;
    if (o.json) {
      boost::json::object line{{"name", valid_utf8(name)},
                               {"verdict", v.accepted() ? "accepted" : "rejected"}};
      if (v.rejected()) line.emplace("reason", v.reason());
      line.emplace("safe_name", safe);
      std::cout << boost::json::serialize(line) << '\n';
    } else {
      std::cout << (v.accepted() ? paint("accepted  ", colour::green) : paint("rejected  ", colour::red))
                << "  " << printable(name) << (v.accepted() ? "" : "  " + printable(v.message()))
                << "  (safe: " << safe << ")\n";
    }
  }
  return status;
}

}  // namespace

void add_name(CLI::App& app, int& status) {
  auto o = std::make_shared<name_options>();
  CLI::App* sub = app.add_subcommand("name", "Judge file names, and give a safe one for each");
  sub->add_flag("--json", o->json, "One JSON object a line");
  sub->add_option("--names-from", o->names_from,
                  "Read names from this file (`-`: standard input), separated by NUL");
  sub->add_option("NAME", o->names, "Names to judge");
  sub->callback([o, &status] { status = judge_names(*o); });
}

}  // namespace uploadgate::cli
