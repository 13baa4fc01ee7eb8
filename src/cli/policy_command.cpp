#include <uploadgate/policy_file.hpp>

#include "commands.hpp"
#include "judge_file.hpp"

#include <iostream>
#include <memory>

namespace uploadgate::cli {

void add_policy(CLI::App& app, int&) {
  CLI::App* sub = app.add_subcommand("policy", "Look at policy files, put them in force, and take them back");
  sub->require_subcommand(1);
  auto file = std::make_shared<std::string>();
  CLI::App* check = sub->add_subcommand("check", "Say whether a policy file is right, and what it does");
  check->add_option("FILE", *file, "The policy file")->required();
  check->callback([file] {
    const policy p = policy_from(*file);
    std::cout << *file << ": good; rules:";
    for (const std::string_view rule : p.rule_names()) std::cout << ' ' << rule;
    std::cout << '\n';
  });
  CLI::App* show = sub->add_subcommand("default", "Print the built-in policy");
  show->callback([] { std::cout << default_policy_json() << '\n'; });
  add_policy_versions(*sub);
}

}  // namespace uploadgate::cli
