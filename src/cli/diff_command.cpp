#include <uploadgate/display.hpp>
#include <uploadgate/maintenance/difference.hpp>

#include "commands.hpp"
#include "judge_file.hpp"
#include "store_items.hpp"
#include "summary_tables.hpp"
#include "table.hpp"
#include "terminal.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <memory>

namespace uploadgate::cli {
namespace {

namespace bj = boost::json;

struct diff_options {
  std::string before, after, against, compared_with, fail_on = "refused";
  unsigned jobs = 0;
  bool json = false;
};

bj::object to_object(const policy_answer& a) {
  bj::object o{{"verdict", a.accepted ? "accepted" : "rejected"}};
  if (!a.accepted) {
    o.emplace("rule", valid_utf8(a.rule));
    o.emplace("reason", valid_utf8(a.reason));
  }
  return o;
}

std::string in_words(const policy_answer& a) { return a.accepted ? "accepted" : a.rule + ": " + a.reason; }

bool says_something(file_outcome o, bool before) {
  return before ? o != file_outcome::appeared : o != file_outcome::gone;
}

void print_file(const file_change& c, bool json) {
  if (json) {
    bj::object o{{"path", valid_utf8(c.path)}, {"change", name(c.outcome)}};
    if (says_something(c.outcome, true)) o.emplace("before", to_object(c.before));
    if (says_something(c.outcome, false)) o.emplace("after", to_object(c.after));
    std::cout << bj::serialize(o) << '\n';
    return;
  }
  const colour c1 = c.outcome == file_outcome::newly_refused    ? colour::red
                    : c.outcome == file_outcome::newly_accepted ? colour::green
                                                                : colour::yellow;
  std::string words{name(c.outcome)};
  std::ranges::replace(words, '_', ' ');
  words.resize(std::max<std::size_t>(words.size(), 14), ' ');
  std::cout << paint(words, c1) << "  " << printable(c.path) << "  ";
  if (says_something(c.outcome, true)) std::cout << in_words(c.before);
  if (says_something(c.outcome, true) && says_something(c.outcome, false)) std::cout << " -> ";
  if (says_something(c.outcome, false)) std::cout << in_words(c.after);
  std::cout << '\n';
}

void print_settings(const std::vector<setting_change>& changes, bool json) {
  for (const setting_change& c : changes) {
    if (json) {
      std::cout << bj::serialize(bj::object{{"setting", c.key},
                                            {"before", valid_utf8(c.before)},
                                            {"after", valid_utf8(c.after)},
                                            {"effect", name(c.effect)}})
                << '\n';
    } else {
      const colour tone = c.effect == setting_effect::loosened || c.effect == setting_effect::mixed
                              ? colour::yellow
                              : colour::dim;
      std::cout << paint(printable(uploadgate::in_words(c)), tone) << '\n';
    }
  }
  if (changes.empty() && !json) std::cout << "no setting differs\n";
}

void print_numbers(const store_difference& d, bool json) {
  if (!json) {
    std::cout << (d.files > d.same + d.unreadable ? "\n" : "") << to_table(d);
    return;
  }
  bj::object reasons;
  for (const auto& [reason, n] : d.refused_for) reasons.emplace(valid_utf8(reason), n);
  std::cout << bj::serialize(bj::object{{"files", d.files},
                                        {"same", d.same},
                                        {"newly_refused", d.newly_refused},
                                        {"newly_accepted", d.newly_accepted},
                                        {"reason_changed", d.reason_changed},
                                        {"gone", d.gone},
                                        {"appeared", d.appeared},
                                        {"unreadable", d.unreadable},
                                        {"refused_for", std::move(reasons)}})
            << '\n';
}

// Whether what --fail-on names has happened: among files where some were judged, else among settings.
bool fails(const diff_options& o, const std::vector<setting_change>& changes) {
  return std::ranges::any_of(changes, [&](const setting_change& c) {
    if (c.effect == setting_effect::neutral) return false;
    return o.fail_on == "any" || c.effect == setting_effect::mixed ||
           c.effect == (o.fail_on == "refused" ? setting_effect::tightened : setting_effect::loosened);
  });
}
bool fails(const diff_options& o, const store_difference& d) {
  if (o.fail_on == "refused") return d.newly_refused > 0;
  if (o.fail_on == "accepted") return d.newly_accepted > 0;
  return d.newly_refused + d.newly_accepted + d.reason_changed > 0;
}

store_difference judge_files(const diff_options& o, const policy_document& before,
                             const policy_document& after) {
  const auto print = [&](const file_change& c) { print_file(c, o.json); };
  if (!o.compared_with.empty()) return compare_baselines(o.against, o.compared_with, print);
  running_line line;
  std::atomic<std::uint64_t> bytes = 0;
  std::uint64_t files = 0;
  item_source items = items_against(o.against);
  const auto counted = [&] {
    line.show(files++, bytes);
    return items();
  };
  return compare_files(before, after, counted,
                       {.jobs = o.jobs, .on_bytes = [&](std::uint64_t n) { bytes += n; }, .stop = {}}, print);
}

int diff(const diff_options& o) {
  const policy_document before = load_policy(o.before);
  const policy_document after = load_policy(o.after);
  const std::vector<setting_change> changes = compare(before, after);
  print_settings(changes, o.json);
  if (o.against.empty()) {
    if (!o.compared_with.empty()) throw CLI::RequiresError("--and", "--against");
    return fails(o, changes) ? some_rejected : all_accepted;
  }
  if (!o.json) std::cout << '\n';
  const store_difference d = judge_files(o, before, after);
  print_numbers(d, o.json);
  return d.unreadable > 0 ? unreadable_file : fails(o, d) ? some_rejected : all_accepted;
}

}  // namespace

void add_diff(CLI::App& app, int& status) {
  auto o = std::make_shared<diff_options>();
  CLI::App* sub = app.add_subcommand("diff", "Say what changes when one policy takes the place of another");
  sub->add_option("OLD", o->before, "The policy file before")->required();
  sub->add_option("NEW", o->after, "The policy file after")->required();
  sub->add_option("--against", o->against,
                  "Judge the files below this folder, or those that this baseline names");
  sub->add_option("--and", o->compared_with,
                  "Read no file: compare the baseline of --against with this one, made under NEW");
  sub->add_option("--fail-on", o->fail_on, "What exit status 1 is for")
      ->check(CLI::IsMember({"refused", "accepted", "any"}))
      ->capture_default_str();
  sub->add_option("--jobs,-j", o->jobs, "Threads (0: one on each core)")->check(CLI::Range(0U, 1024U));
  sub->add_flag("--json", o->json,
                "One JSON object for each setting and file that changed, then one of numbers");
  sub->footer(
      "Exit status: 0 no file is newly refused (without --against: no setting was tightened); 1 some are\n"
      "(--fail-on accepted, any: newly accepted, anything changed); 2 wrong usage or policy file; 3 a file\n"
      "could not be read, whatever else.");
  sub->callback([o, &status] { status = diff(*o); });
}

}  // namespace uploadgate::cli
