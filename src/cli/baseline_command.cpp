#include <uploadgate/maintenance/capture.hpp>
#include <uploadgate/maintenance/journal.hpp>
#include <uploadgate/maintenance/summary.hpp>

#include "commands.hpp"
#include "judge_file.hpp"
#include "render.hpp"
#include "store_items.hpp"
#include "summary_tables.hpp"
#include "terminal.hpp"

#include <atomic>
#include <iostream>
#include <memory>

namespace uploadgate::cli {
namespace {

struct baseline_options {
  std::shared_ptr<store_options> store = std::make_shared<store_options>();
  std::string policy_file, out;
  std::vector<std::string> summarize;
  bool json = false, quiet = false;
};

int status_of(const baseline_summary& s) { return s.unreadable > 0 ? unreadable_file : all_accepted; }

void show(const baseline_summary& s, const baseline_options& o, std::ostream& out) {
  if (o.quiet) return;
  o.json ? out << to_json(s) << '\n' : out << to_tables(s);
}

// Gives what the inner source gives, but for the files that are known already.
class only_new {
 public:
  explicit only_new(item_source from) : from_{std::move(from)} {}
  // False where it was known.
  bool know(const std::string& path) { return known_.insert(path); }
  std::optional<store_item> next() {
    for (std::optional<store_item> item = from_(); item; item = from_())
      if (know(item->path)) return item;
    return std::nullopt;
  }

 private:
  item_source from_;
  path_set known_;
};

class capture_progress {
 public:
  void bytes(std::uint64_t n) { bytes_ += n; }
  void file() { line_.show(++files_, bytes_); }

 private:
  std::atomic<std::uint64_t> bytes_ = 0;
  std::uint64_t files_ = 0;
  running_line line_;
};

int to_standard_output(const baseline_options& o, const baseline_judge& judge) {
  baseline_summary sum;
  capture_progress progress;
  const capture_options options{.jobs = o.store->jobs,
                                .on_bytes = [&](std::uint64_t n) { progress.bytes(n); }};
  capture(judge, items_of(*o.store), options, [&](const baseline_entry& e) {
    sum.add(e);
    std::cout << to_json(e) << '\n';
    if (!std::cout) throw std::runtime_error("the output could not be written");
    progress.file();
  });
  show(sum, o, std::cerr);
  return status_of(sum);
}

int to_file(const baseline_options& o, const baseline_judge& judge) {
  baseline_summary sum;
  only_new items{items_of(*o.store)};
  journal lines = open_journal(o.out, [&](std::string_view line) {
    const baseline_entry e = parse_baseline_entry(line);
    if (e.policy != judge.policy_id()) throw configuration_error(other_policy);
    if (items.know(e.path)) sum.add(e);
  });
  if (sum.files > 0) std::cerr << "going on after " << sum.files << " files\n";
  {
    capture_progress progress;
    const capture_options options{.jobs = o.store->jobs,
                                  .on_bytes = [&](std::uint64_t n) { progress.bytes(n); }};
    capture(
        judge, [&] { return items.next(); }, options,
        [&](const baseline_entry& e) {
          lines.add(to_json(e));
          sum.add(e);
          progress.file();
        });
  }
  lines.complete();
  show(sum, o, std::cout);
  return status_of(sum);
}

int baseline(const baseline_options& o) {
  if (!o.summarize.empty()) {
    baseline_summary sum;
    for (const std::string& path : o.summarize) sum.merge(summarize(path));
    show(sum, o, std::cout);
    return status_of(sum);
  }
  const baseline_judge judge{document_from(o.policy_file)};
  if (o.out.empty()) return to_standard_output(o, judge);
  return to_file(o, judge);
}

}  // namespace

void add_baseline(CLI::App& app, int& status) {
  auto o = std::make_shared<baseline_options>();
  CLI::App* sub = app.add_subcommand(
      "baseline", "Say of every file of a store what it is, and what each rule of a policy would say");
  add_store_options(*sub, o->store);
  sub->add_option("--policy", o->policy_file, "The policy file; without it the built-in policy `default`");
  sub->add_option("--out", o->out,
                  "Write the lines to this file, and go on where an interrupted run has stopped (FILE.part)");
  sub->add_option("--summarize", o->summarize, "Read no store: sum up these baselines (`-`: standard input)");
  sub->add_flag("--json", o->json, "The summary as one JSON object");
  sub->add_flag("--quiet", o->quiet, "No summary, for engines that run many of these");
  sub->footer(
      "One JSON object a file goes to --out, or to standard output; the summary to standard output, or to\n"
      "standard error. Baselines of parts, one behind the other, are the baseline of the whole.\n"
      "Exit status: 0 all read, 2 wrong usage or policy file, 3 a file could not be read.");
  sub->callback([o, &status] { status = baseline(*o); });
}

}  // namespace uploadgate::cli
