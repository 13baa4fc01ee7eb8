#include <uploadgate/display.hpp>
#include <uploadgate/storage/receipt.hpp>

#include "commands.hpp"
#include "judge_file.hpp"
#include "render.hpp"

#include <chrono>
#include <iostream>
#include <memory>

namespace uploadgate::cli {
namespace {

struct receipt_options {
  std::string policy_file, key_file, path, id, algorithm = "ed25519";
  judge_options judge;
};

int sign(const receipt_options& o) {
  const receipt_keys keys = receipt_keys::load(o.key_file);
  policy_document document = document_from(o.policy_file);
  document.content.digest = true;
  const judged_file f = judge_file(make_policy(document), o.path, o.judge);
  if (!f.unreadable.empty()) throw std::runtime_error(o.path + ": " + f.unreadable);
  if (!f.verdict.accepted()) {
    std::cerr << to_line(f) << '\n';
    return some_rejected;
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
  // The policy's text is its canonical JSON, so that blanks in the file change nothing.
  const std::string text = to_json(document_from(o.policy_file));
  std::cout << keys.sign(make_receipt(f.facts, document.name, text, seconds)) << '\n';
  return all_accepted;
}

}  // namespace

void add_receipt(CLI::App& app, int& status) {
  auto o = std::make_shared<receipt_options>();
  CLI::App* sub = app.add_subcommand("receipt", "Make receipts of accepted files, and keys for them");
  sub->require_subcommand(1);
  CLI::App* keys = sub->add_subcommand("new-keys", "Print a key file with one new key");
  keys->add_option("ID", o->id, "The name of the key, 2026-01 for example")->required();
  keys->add_option("--algorithm", o->algorithm)
      ->check(CLI::IsMember({"ed25519", "hmac-sha256"}))
      ->capture_default_str();
  keys->callback([o] { std::cout << receipt_keys::generate(o->id, o->algorithm); });
  CLI::App* one = sub->add_subcommand("sign", "Judge a file, and print its receipt where it is accepted");
  one->add_option("--keys", o->key_file, "The key file")->required();
  one->add_option("--policy", o->policy_file, "The policy file; without it the built-in policy `default`");
  one->add_option("--filename", o->judge.filename,
                  "Judge under this name instead of the path's last component");
  one->add_option("FILE", o->path, "The file")->required();
  one->callback([o, &status] { status = sign(*o); });
}

}  // namespace uploadgate::cli
