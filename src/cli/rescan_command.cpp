#include <uploadgate/display.hpp>
#include <uploadgate/maintenance/baseline.hpp>
#include <uploadgate/maintenance/journal.hpp>
#include <uploadgate/storage/rescan.hpp>

#include "commands.hpp"
#include "judge_file.hpp"
#include "render.hpp"
#include "store_items.hpp"
#include "table.hpp"
#include "terminal.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <unordered_set>

namespace uploadgate::cli {
namespace {

namespace bj = boost::json;

struct rescan_command_options {
  std::string root, policy_file, url_prefix, out, list;
  std::vector<std::string> restore;
  unsigned jobs = 0;
  bool dry_run = false, json = false, withdrawn = false;
};

// A file that no longer passes, as a line of the report.
struct refused_file {
  std::string id, rule, reason;
  std::uint64_t size = 0;
};

struct report {
  std::uint64_t files = 0, failed = 0;
  std::vector<refused_file> refused;
};

bj::object object_of(std::string_view line) {
  boost::system::error_code wrong;
  bj::value v = bj::parse(line, wrong);
  if (wrong || !v.is_object()) throw configuration_error("not a JSON object");
  return std::move(v.get_object());
}

std::string text_of(const bj::object& o, std::string_view key) {
  const bj::value* v = o.if_contains(key);
  return v && v->is_string() ? std::string{v->get_string()} : std::string{};
}

bj::object to_object(const rescanned& r, const std::string& policy) {
  bj::object o{{"id", r.id}, {"policy", policy}, {"size", r.size}};
  if (r.error) {
    o.emplace("error", r.error.message());
    return o;
  }
  o.emplace("verdict", r.verdict.accepted() ? "accepted" : "rejected");
  if (r.verdict.accepted()) return o;
  o.emplace("rule", r.verdict.rule());
  o.emplace("reason", r.verdict.reason());
  if (!r.verdict.detail().empty()) o.emplace("detail", valid_utf8(r.verdict.detail()));
  if (r.verdict.offset()) o.emplace("offset", *r.verdict.offset());
  return o;
}

void note_line(report& to, const bj::object& line) {
  ++to.files;
  if (line.contains("error")) ++to.failed;
  if (text_of(line, "verdict") != "rejected") return;
  const bj::value* size = line.if_contains("size");
  to.refused.push_back({text_of(line, "id"), text_of(line, "rule"), text_of(line, "reason"),
                        size ? size->to_number<std::uint64_t>() : 0});
}

// What an interrupted run had withdrawn without having said so.
void add_unsaid(report& to, const vault& v, const std::string& policy) {
  std::error_code ec;
  std::set<std::string, std::less<>> said;
  for (const refused_file& f : to.refused) said.insert(f.id);
  for (const withdrawn_file& w : list_withdrawn(v, ec)) {
    boost::system::error_code wrong;
    const bj::value why = bj::parse(w.why, wrong);
    if (wrong || !why.is_object() || text_of(why.get_object(), "policy_id") != policy) continue;
    if (!said.insert(w.id).second) continue;
    withdraw(v, w.id, w.why);  // to its end
    to.refused.push_back({w.id, text_of(why.get_object(), "rule"), text_of(why.get_object(), "reason")});
  }
}

report judge(const rescan_command_options& o, const vault& v, const policy_document& document) {
  const std::string policy = policy_id(document);
  report all;
  std::unordered_set<std::string> known;
  std::optional<journal> lines;
  const bool resumed = !o.out.empty() && std::filesystem::exists(o.out + ".part");
  if (!o.out.empty()) {
    lines.emplace(open_journal(o.out, [&](std::string_view line) {
      const bj::object old = object_of(line);
      if (text_of(old, "policy") != policy) throw configuration_error(other_policy);
      note_line(all, old);
      known.insert(text_of(old, "id"));
    }));
  }
  std::atomic<std::uint64_t> bytes = 0;
  {
    running_line progress;
    rescan(v, document,
           {.dry_run = o.dry_run,
            .jobs = o.jobs,
            .known = [&](std::string_view id) { return known.contains(std::string{id}); },
            .on_bytes = [&](std::uint64_t n) { bytes += n; }},
           [&](const rescanned& r) {
             const bj::object line = to_object(r, policy);
             if (lines) lines->add(bj::serialize(line));
             note_line(all, line);
             progress.show(all.files, bytes);
             if (r.error) std::cerr << "uploadgate: " << r.id << ": " << r.error.message() << '\n';
           });
  }
  if (resumed && !o.dry_run) add_unsaid(all, v, policy);
  if (lines) lines->complete();
  std::ranges::sort(all.refused, {}, &refused_file::id);
  return all;
}

void print_json(const rescan_command_options& o, const report& all) {
  for (const refused_file& f : all.refused) {
    bj::object line{{"id", f.id},
                    {"rule", f.rule},
                    {"reason", f.reason},
                    {"withdrawn", !o.dry_run},
                    {"cache_key", surrogate_key(f.id)}};
    if (!o.url_prefix.empty()) line.emplace("url", o.url_prefix + f.id);
    std::cout << bj::serialize(line) << '\n';
  }
  std::cout << bj::serialize(bj::object{{"files", all.files},
                                        {"refused", all.refused.size()},
                                        {"failed", all.failed},
                                        {"dry_run", o.dry_run}})
            << '\n';
}

// Each key once: one digest may be stored as two types.
void print_purge(const rescan_command_options& o, const report& all) {
  std::set<std::string_view> said;
  if (o.list != "urls")
    for (const refused_file& f : all.refused)
      if (said.insert(surrogate_key(f.id)).second) std::cout << surrogate_key(f.id) << '\n';
  if (o.list != "keys" && !o.url_prefix.empty())
    for (const refused_file& f : all.refused) std::cout << o.url_prefix << f.id << '\n';
}

void print_text(const rescan_command_options& o, const report& all) {
  std::cout << all.files << " files judged, " << all.refused.size()
            << (o.dry_run ? " would be withdrawn" : " withdrawn");
  if (all.failed > 0) std::cout << ", " << all.failed << " could not be judged";
  std::cout << '\n';
  if (all.refused.empty()) return;
  table t{{"file", "rule", "reason", ">size"}};
  for (const refused_file& f : all.refused) {
    const std::string shown = f.id.substr(0, 12) + "..." + f.id.substr(surrogate_key(f.id).size());
    t.row({shown, f.rule, f.reason, human_size(f.size)});
  }
  std::cout << '\n' << t.text() << "\nTo purge from caches, and nothing else:\n";
  print_purge(o, all);
}

int restore_files(const rescan_command_options& o, const vault& v) {
  std::vector<std::string> ids = o.restore;
  if (ids == std::vector<std::string>{"all"}) {
    std::error_code ec;
    ids.clear();
    for (withdrawn_file& w : list_withdrawn(v, ec)) ids.push_back(std::move(w.id));
    if (ec) throw std::system_error(ec, o.root);
  }
  bool failed = false;
  for (const std::string& id : ids) {
    const std::error_code ec = restore(v, id);
    failed = failed || ec;
    std::cout << printable(id) << "  " << (ec ? ec.message() : "restored") << '\n';
  }
  return failed ? unreadable_file : all_accepted;
}

int list_files(const rescan_command_options& o, const vault& v) {
  std::error_code ec;
  for (const withdrawn_file& w : list_withdrawn(v, ec)) {
    if (o.json) {
      std::cout << bj::serialize(bj::object{{"id", w.id}, {"why", valid_utf8(w.why)}}) << '\n';
    } else {
      std::cout << w.id << "  " << printable(w.why) << '\n';
    }
  }
  if (ec) throw std::system_error(ec, o.root);
  return all_accepted;
}

int rescan_vault(const rescan_command_options& o) {
  const vault v{o.root};
  if (!o.restore.empty()) return restore_files(o, v);
  if (o.withdrawn) return list_files(o, v);
  if (o.policy_file.empty()) throw CLI::RequiredError("--policy, --restore or --withdrawn");
  const report all = judge(o, v, load_policy(o.policy_file));
  if (o.json) {
    print_json(o, all);
  } else if (!o.list.empty()) {
    print_purge(o, all);
  } else {
    print_text(o, all);
  }
  return all.failed > 0 ? unreadable_file : all.refused.empty() ? all_accepted : some_rejected;
}

}  // namespace

void add_rescan(CLI::App& app, int& status) {
  auto o = std::make_shared<rescan_command_options>();
  CLI::App* sub = app.add_subcommand(
      "rescan", "Judge again what a vault holds, withdraw what no longer passes, and say what to purge");
  sub->add_option("VAULT", o->root, "The vault's root folder")->required()->check(CLI::ExistingDirectory);
  sub->add_option("--policy", o->policy_file, "The policy file to judge by");
  sub->add_flag("--dry-run", o->dry_run, "Withdraw nothing");
  sub->add_option("--url-prefix", o->url_prefix,
                  "What stands before a file's id in its address, for the list to purge");
  sub->add_option("--purge-list", o->list, "Print only the lines to purge")
      ->check(CLI::IsMember({"keys", "urls"}));
  sub->add_option("--out", o->out,
                  "Write every verdict to this file, and go on where an interrupted run has stopped");
  sub->add_option("--restore", o->restore,
                  "Judge nothing: give these withdrawn files back (`all`: every one)");
  sub->add_flag("--withdrawn", o->withdrawn, "Judge nothing: list the withdrawn files");
  sub->add_option("--jobs,-j", o->jobs, "Threads (0: one on each core)")->check(CLI::Range(0U, 1024U));
  sub->add_flag("--json", o->json, "One JSON object for each refused file, then one of numbers");
  sub->footer(
      "Exit status: 0 all pass, 1 some were (or would be) withdrawn, 2 wrong usage or policy file, 3 a file "
      "could not be judged.");
  sub->callback([o, &status] { status = rescan_vault(*o); });
}

}  // namespace uploadgate::cli
