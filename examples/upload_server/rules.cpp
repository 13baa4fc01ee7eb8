#include "rules.hpp"

#include <uploadgate/policy_file.hpp>
#include <uploadgate/storage/receipt.hpp>
#include <uploadgate/validators/digest.hpp>

#include "log.hpp"

#include <algorithm>

namespace {

using uploadgate::loaded_policy;

// The fields of the page's form.
uploadgate::form_policy page_form(const uploadgate::policy& files) {
  std::vector<uploadgate::form_field> fields{{.name = "title"}, {.name = "note"}};
  fields.push_back({.name = "files", .files = files, .max_count = 50});
  return uploadgate::form_policy{std::move(fields)};
}

// Files are stored under their digest.
uploadgate::policy with_digest(const uploadgate::policy& p) {
  const std::vector<std::string_view> rules = p.rule_names();
  return std::ranges::find(rules, uploadgate::digest::name) == rules.end() ? p.with(uploadgate::digest{}) : p;
}

const uploadgate::policy& files_of(const loaded_policy& p) {
  if (!p.files)
    throw uploadgate::configuration_error("this server takes a policy file, and no form policy file");
  return *p.files;
}

std::unique_ptr<uploadgate::live_policy> open(const std::string& path) {
  return path.empty() ? nullptr : std::make_unique<uploadgate::live_policy>(path);
}

}  // namespace

rules_in_force::rules_in_force(const server_options& options)
    : enforced_{open(options.policy_path), {}}, candidate_{open(options.candidate), {}} {
  build();
}

void rules_in_force::build() {
  const auto now = enforced_.policy ? enforced_.policy->get()
                                    : std::make_shared<const loaded_policy>(uploadgate::read_policy_text(
                                          std::string{uploadgate::default_policy_json()}));
  uploadgate::policy policy = with_digest(files_of(*now));
  std::string candidate_sha256;
  if (candidate_.policy) {
    const auto candidate = candidate_.policy->get();
    policy = policy.with_candidate(with_digest(files_of(*candidate)));
    candidate_sha256 = candidate->sha256;
  }
  auto built = std::make_shared<const server_rules>(
      server_rules{.policy = policy,
                   .form = page_form(policy),
                   .text = uploadgate::to_json(uploadgate::parse_policy(now->text)),
                   .sha256 = now->sha256,
                   .candidate_sha256 = std::move(candidate_sha256),
                   .version = std::to_string(policy.version())});
  {
    const std::lock_guard lock{exchanging_};
    in_force_.swap(built);
  }
  log_line({{"event", "policy"},
            {"policy", policy.name()},
            {"policy_version", policy.version()},
            {"policy_sha256", now->sha256}});
}

bool rules_in_force::follow(source& s, const char* what) {
  if (!s.policy) return false;
  const uploadgate::reload_result result = s.policy->reload();
  if (!result.error.empty() && result.error != s.error)
    log_line({{"event", "policy"}, {"failure", result.error}, {"kept", what}});
  s.error = result.error;
  return result.changed;
}

void rules_in_force::reload() {
  const std::lock_guard lock{reloading_};
  const bool enforced = follow(enforced_, "the last good policy");
  const bool candidate = follow(candidate_, "the last good candidate");
  if (!enforced && !candidate) return;
  try {
    build();
  } catch (const uploadgate::configuration_error& e) {
    log_line({{"event", "policy"}, {"failure", e.what()}, {"kept", "the last good policy"}});
  }
}
