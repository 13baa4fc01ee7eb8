#include <uploadgate/display.hpp>
#include <uploadgate/storage/receipt.hpp>
#include <uploadgate/validators/digest.hpp>

#include "commands.hpp"
#include "judge_file.hpp"
#include "terminal.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>
#include <memory>

namespace uploadgate::cli {
namespace {

struct verify_options {
  std::string key_file, policy_file, path, receipt;
  bool json = false;
};

// The text itself, or the first line of the file that it is in.
std::string receipt_text(const std::string& given) {
  if (given.starts_with("ug1.")) return given;
  const std::vector<std::string> lines = read_list(given, '\n');
  return lines.empty() ? std::string{} : lines.front();
}

int verify(const verify_options& o) {
  const receipt_keys keys = receipt_keys::load(o.key_file);
  const std::string policy_hash =
      o.policy_file.empty() ? std::string{} : policy_digest(to_json(load_policy(o.policy_file)));
  receipt r;
  receipt_check result = keys.verify(receipt_text(o.receipt), r);
  const judged_file f = judge_file(policy{digest{}}, o.path, {});
  if (!f.unreadable.empty()) throw std::runtime_error(o.path + ": " + f.unreadable);
  const bool genuine = result == receipt_check::valid;
  if (genuine) result = compare(r, f.facts, policy_hash);
  const bool good = result == receipt_check::valid;
  if (o.json) {
    boost::json::object line{{"path", valid_utf8(o.path)}, {"result", name(result)}};
    if (genuine) {
      line.emplace("policy", r.policy);
      line.emplace("policy_sha256", r.policy_sha256);
      line.emplace("issued", r.issued);
      line.emplace("sha256", r.sha256);
      line.emplace("size", r.size);
      line.emplace("media_type", r.media_type);
      line.emplace("safe_name", r.safe_name);
      line.emplace("examined", r.examined);
    }
    std::cout << boost::json::serialize(line) << '\n';
  } else {
    std::cout << (good ? paint("valid", colour::green) : paint(name(result), colour::red)) << "  "
              << printable(o.path);
    if (genuine) std::cout << "  " << printable(r.media_type) << ", judged by policy " << printable(r.policy);
    std::cout << '\n';
  }
  return good ? all_accepted : some_rejected;
}

}  // namespace

void add_verify(CLI::App& app, int& status) {
  auto o = std::make_shared<verify_options>();
  CLI::App* sub = app.add_subcommand("verify", "Say whether a file is the one that a receipt is about");
  sub->add_option("--keys", o->key_file, "The key file; public keys are enough")->required();
  sub->add_option("--policy", o->policy_file, "The policy that must have judged it");
  sub->add_flag("--json", o->json, "One JSON object");
  sub->add_option("FILE", o->path, "The file")->required();
  sub->add_option("RECEIPT", o->receipt, "The receipt, or a file that holds it")->required();
  sub->callback([o, &status] { status = verify(*o); });
}

}  // namespace uploadgate::cli
