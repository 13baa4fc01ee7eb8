#include <uploadgate/display.hpp>
#include <uploadgate/maintenance/decision_rates.hpp>

#include "commands.hpp"
#include "followed_file.hpp"
#include "render.hpp"
#include "table.hpp"
#include "terminal.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

namespace uploadgate::cli {
namespace {

using std::chrono::system_clock;

constexpr std::uint64_t usual_window = 600;  // seconds

struct watch_options {
  std::string log, baseline;
  std::optional<std::uint64_t> window;
  double interval = 2;
  bool once = false, json = false;
};

std::string percent(double share) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f%%", 100 * share);
  return text.data();
}

// "accepted 96.40% (usually 97.10%)"
std::string against(const char* what, double share, std::optional<double> usual) {
  std::string text = std::string{what} + " " + percent(share);
  return usual ? text + " (usually " + percent(*usual) + ")" : text;
}

std::string heading(const rate_report& r, const watch_options& o, system_clock::time_point now) {
  const std::uint64_t all = r.accepted + r.rejected + r.unfinished;
  std::string text = printable(o.log) + "  " + utc_time(now) + "  ";
  text += *o.window ? "last " + std::to_string(*o.window) + " s: " : "";
  text += std::to_string(all) + (all == 1 ? " upload" : " uploads");
  for (const std::string& p : r.policies)
    text += (&p == &r.policies.front() ? ", judged by " : ", ") + printable(p);
  text += "\n" + against("accepted", r.accepted_share, r.usual_accepted) + ", rejected " +
          std::to_string(r.rejected);
  if (r.unfinished) text += ", unfinished " + std::to_string(r.unfinished);
  if (r.unreadable) text += ", lines that are no decision: " + std::to_string(r.unreadable);
  return text + "\n";
}

std::string to_table(const rate_report& r) {
  table rows{{"rule", "reason", ">uploads", ">share", ">usually", ""}};
  for (const refusal_rate& row : r.rows)
    rows.row({row.rule, row.reason, std::to_string(row.count), percent(row.share),
              row.usual ? percent(*row.usual) : "", row.unusual ? "more than usual" : ""});
  return rows.empty() ? "" : rows.text();
}

constexpr const char* warning =
    "warning: clearly fewer uploads are accepted than usual. Is the policy new? `uploadgate policy history "
    "FOLDER`,\n"
    "and if it is wrong, `uploadgate policy rollback FOLDER`.\n";

void show(const rate_report& r, const watch_options& o, system_clock::time_point now) {
  if (o.json) {
    std::cout << to_json(r) << '\n';
  } else {
    if (!o.once && isatty(STDOUT_FILENO) == 1) std::cout << "\x1b[H\x1b[J";
    std::cout << heading(r, o, now) << to_table(r);
    if (r.honest_drop) std::cout << paint(warning, colour::red);
  }
  std::cout << std::flush;
}

int watch(watch_options& o) {
  if (!o.window) o.window = o.once ? 0 : usual_window;
  decision_rates rates{std::chrono::seconds{*o.window}};
  if (!o.baseline.empty()) {
    followed_file usual{o.baseline};
    if (!usual.read_lines([&](std::string_view line) { rates.add_usual(line); }))
      throw std::runtime_error(o.baseline + ": there is no such file");
  }
  followed_file log{o.log};
  const auto read = [&] {
    return log.read_lines([&](std::string_view line) { rates.add(line, system_clock::now()); });
  };
  if (o.once) {
    if (!read()) throw std::runtime_error(o.log + ": there is no such file");
    const auto now = rates.latest().value_or(system_clock::now());
    const rate_report r = rates.report(now);
    show(r, o, now);
    return r.honest_drop ? some_rejected : all_accepted;
  }
  while (std::cout) {
    read();
    const auto now = system_clock::now();
    show(rates.report(now), o, now);
    std::this_thread::sleep_for(std::chrono::duration<double>{o.interval});
  }
  return all_accepted;
}

}  // namespace

void add_watch(CLI::App& app, int& status) {
  auto o = std::make_shared<watch_options>();
  CLI::App* sub = app.add_subcommand("watch", "Watch how many uploads are accepted and refused, by rule");
  sub->add_option("LOG", o->log, "The audit, or lines of `check --json` (`-`: standard input)")->required();
  sub->add_option("--baseline", o->baseline, "What is usual: a baseline, or such lines of an earlier time");
  sub->add_option("--window", o->window,
                  "Seconds to look back, 0 for all; without it 600, and with --once the whole log")
      ->check(CLI::Range(0, 1'000'000));
  sub->add_option("--interval", o->interval, "Seconds between two looks")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  sub->add_flag("--once", o->once, "Show how it stands and end; the status is 1 where a warning is due");
  sub->add_flag("--json", o->json, "One JSON object a look");
  sub->callback([o, &status] { status = watch(*o); });
}

}  // namespace uploadgate::cli
