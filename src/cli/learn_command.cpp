#include <uploadgate/display.hpp>
#include <uploadgate/maintenance/learn.hpp>
#include <uploadgate/maintenance/summary.hpp>

#include "commands.hpp"
#include "judge_file.hpp"
#include "table.hpp"
#include "terminal.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>
#include <iostream>
#include <map>
#include <memory>

namespace uploadgate::cli {
namespace {

namespace bj = boost::json;

struct learn_command_options {
  std::string baseline, policy_file, out, keep = "100%", name;
  bool loosen = false, json = false;
};

// Files that are refused for one reason.
struct refused {
  std::uint64_t files = 0;
  std::vector<std::string> settings, examples;
};
using refusals = std::map<std::string, refused, std::less<>>;

constexpr std::size_t max_examples = 5;

// "99.9%" in files of a million, without a floating-point number in between.
std::uint64_t parts_of_a_million(std::string text) {
  constexpr std::size_t decimals = 4;
  const std::string given = text;
  if (text.ends_with('%')) text.pop_back();
  const std::size_t point = text.find('.');
  std::string fraction = point == std::string::npos ? "" : text.substr(point + 1);
  const bool short_enough = fraction.size() <= decimals;
  fraction.resize(decimals, '0');
  const std::string digits = text.substr(0, point) + fraction;
  std::uint64_t parts = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parts);
  const bool good =
      short_enough && error == std::errc{} && end == digits.data() + digits.size() && parts <= 1'000'000;
  if (!good) throw CLI::ValidationError("--keep", given + " is not a percentage such as 99.9%");
  return parts;
}

refusals refused_by(const policy_document& learned, const std::string& baseline) {
  refusals all;
  for_each_entry(baseline, [&](const baseline_entry& e) {
    if (!e.unreadable.empty()) return;
    const std::optional<expected_refusal> r = expect(learned, e);
    if (!r) return;
    refused& of = all[r->reason];
    ++of.files;
    of.settings = r->settings;
    if (of.examples.size() < max_examples) of.examples.push_back(e.path);
  });
  return all;
}

bj::array texts(const std::vector<std::string>& list) {
  bj::array a;
  for (const std::string& text : list) a.emplace_back(valid_utf8(text));
  return a;
}

void print_json(const learned_policy& learned, const refusals& all) {
  bj::array settings;
  for (const learned_setting& s : learned.settings) {
    settings.push_back(bj::object{{"key", s.key},
                                  {"before", s.before},
                                  {"after", s.after},
                                  {"files", s.files},
                                  {"left_out", s.left_out}});
  }
  bj::array refusals;
  for (const auto& [reason, r] : all) {
    refusals.push_back(bj::object{{"reason", valid_utf8(reason)},
                                  {"files", r.files},
                                  {"settings", texts(r.settings)},
                                  {"examples", texts(r.examples)}});
  }
  std::cout << bj::serialize(bj::object{{"policy", bj::parse(to_json(learned.document))},
                                        {"files", learned.files},
                                        {"keepable", learned.keepable},
                                        {"settings", std::move(settings)},
                                        {"refused", std::move(refusals)}})
            << '\n';
}

std::string joined(const std::vector<std::string>& words, const char* separator) {
  std::string text;
  for (const std::string& w : words) text += (text.empty() ? "" : separator) + w;
  return text;
}

void print_tables(std::ostream& out, const learned_policy& learned, const refusals& all) {
  out << learned.files << " files, " << learned.keepable << " of them can be kept\n\n";
  table settings{{"setting", "before", "learned", ">files", ">left out"}};
  for (const learned_setting& s : learned.settings)
    settings.row({s.key, s.before, s.after, std::to_string(s.files), std::to_string(s.left_out)});
  out << settings.text();
  if (all.empty()) return;
  table refused_files{{">refused", "reason", "would be let in by", "for example"}};
  for (const auto& [reason, r] : all) {
    refused_files.row({std::to_string(r.files), reason,
                       r.settings.empty() ? "no setting" : joined(r.settings, ", "), r.examples.front()});
  }
  out << '\n' << refused_files.text();
}

int learn(const learn_command_options& o) {
  if (o.baseline == "-") throw CLI::ValidationError("BASELINE", "learn reads it twice, so it takes a file");
  policy_learner learner{
      {.start = document_from(o.policy_file), .keep = parts_of_a_million(o.keep), .loosen = o.loosen}};
  const bool torn = for_each_entry(o.baseline, [&](const baseline_entry& e) { learner.add(e); });
  if (torn) std::cerr << o.baseline << ": the last line was torn off, and is left out\n";
  learned_policy learned = learner.learn();
  if (learned.keepable == 0) throw std::runtime_error(o.baseline + ": it has no file to learn from");
  if (!o.name.empty()) learned.document.name = o.name;
  const refusals all = refused_by(learned.document, o.baseline);
  if (!o.out.empty()) save_policy(learned.document, o.out);
  if (o.json) {
    print_json(learned, all);
  } else if (o.out.empty()) {
    std::cout << to_json(learned.document);
    print_tables(std::cerr, learned, all);
  } else {
    print_tables(std::cout, learned, all);
  }
  return all_accepted;
}

}  // namespace

void add_learn(CLI::App& app, int& status) {
  auto o = std::make_shared<learn_command_options>();
  CLI::App* sub =
      app.add_subcommand("learn", "Give the tightest policy that still accepts the files of a baseline");
  sub->add_option("BASELINE", o->baseline, "What `uploadgate baseline` has written")->required();
  sub->add_option("--policy", o->policy_file,
                  "The policy that the baseline was made under; without it the built-in policy `default`");
  sub->add_option("--keep", o->keep, "How many of the files must be kept; the largest and rarest may go")
      ->capture_default_str();
  sub->add_flag("--loosen", o->loosen,
                "Also let in what is refused now, wherever a setting can: read the result");
  sub->add_option("--name", o->name, "The name of the new policy");
  sub->add_option("--out", o->out, "Write the policy to this file instead of standard output");
  sub->add_flag("--json", o->json, "Policy, settings and refused files as one JSON object");
  sub->footer(
      "Exit status: 0 learned, 2 wrong usage, policy file or baseline, 3 the baseline could not be read.");
  sub->callback([o, &status] { status = learn(*o); });
}

}  // namespace uploadgate::cli
