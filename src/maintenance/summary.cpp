#include <uploadgate/display.hpp>
#include <uploadgate/maintenance/journal.hpp>
#include <uploadgate/maintenance/summary.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace uploadgate {
namespace {

namespace bj = boost::json;
using counts = baseline_summary::counts;

baseline_count& count_of(counts& all, std::string_view word) {
  const auto found = all.find(word);
  if (found != all.end()) return found->second;
  const bool full = all.size() >= baseline_summary::max_words;
  return all[full ? "(other)" : std::string{word}];
}

void add_examples(baseline_count& to, const std::vector<std::string>& more) {
  for (const std::string& path : more)
    if (to.examples.size() < baseline_summary::max_examples) to.examples.push_back(path);
}

void count(counts& all, std::string_view word, const baseline_entry& e) {
  baseline_count& c = count_of(all, word);
  ++c.files;
  c.bytes += e.size;
  if (e.unreadable.empty() && !e.accepted) ++c.rejected;
  if (c.examples.size() < baseline_summary::max_examples) c.examples.push_back(e.path);
}

void merge_counts(counts& to, const counts& from) {
  for (const auto& [word, c] : from) {
    baseline_count& sum = count_of(to, word);
    sum.files += c.files;
    sum.bytes += c.bytes;
    sum.rejected += c.rejected;
    add_examples(sum, c.examples);
  }
}

bj::object to_object(const counts& all) {
  bj::object o;
  for (const auto& [word, c] : all) {
    bj::array examples;
    for (const std::string& path : c.examples) examples.emplace_back(valid_utf8(path));
    o.emplace(valid_utf8(word), bj::object{{"files", c.files},
                                           {"bytes", c.bytes},
                                           {"rejected", c.rejected},
                                           {"examples", std::move(examples)}});
  }
  return o;
}

}  // namespace

void baseline_summary::add(const baseline_entry& e) {
  ++files;
  count(policies, e.policy, e);
  if (!e.unreadable.empty()) {
    ++unreadable;
    count(failures, e.unreadable, e);
    return;
  }
  bytes += e.size;
  ++(e.accepted ? accepted : rejected);
  if (e.mismatch) ++mismatches;
  largest = std::max(largest, e.size);
  ++sizes[static_cast<std::size_t>(std::bit_width(e.size))];
  count(types, e.type.empty() ? "(unknown)" : e.type, e);
  count(extensions, e.claimed.empty() ? "(none)" : e.claimed, e);
  for (const rule_answer& r : e.rules)
    if (!r.reason.empty()) count(rules, r.rule, e);
  if (!e.accepted) count(reasons, e.reason, e);
  if (!e.name.empty()) count(names, e.name, e);
  for (const std::string& f : e.features) count(features, f, e);
}

void baseline_summary::merge(const baseline_summary& other) {
  files += other.files;
  bytes += other.bytes;
  accepted += other.accepted;
  rejected += other.rejected;
  unreadable += other.unreadable;
  mismatches += other.mismatches;
  largest = std::max(largest, other.largest);
  for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] += other.sizes[i];
  merge_counts(types, other.types);
  merge_counts(extensions, other.extensions);
  merge_counts(rules, other.rules);
  merge_counts(reasons, other.reasons);
  merge_counts(names, other.names);
  merge_counts(features, other.features);
  merge_counts(failures, other.failures);
  merge_counts(policies, other.policies);
}

std::string to_json(const baseline_summary& s) {
  bj::object policies;
  for (const auto& [id, c] : s.policies) policies.emplace(valid_utf8(id), c.files);
  return bj::serialize(bj::object{{"files", s.files},
                                  {"bytes", s.bytes},
                                  {"accepted", s.accepted},
                                  {"rejected", s.rejected},
                                  {"unreadable", s.unreadable},
                                  {"mismatches", s.mismatches},
                                  {"largest", s.largest},
                                  {"types", to_object(s.types)},
                                  {"extensions", to_object(s.extensions)},
                                  {"rules", to_object(s.rules)},
                                  {"reasons", to_object(s.reasons)},
                                  {"names", to_object(s.names)},
                                  {"features", to_object(s.features)},
                                  {"failures", to_object(s.failures)},
                                  {"policies", std::move(policies)}});
}

bool for_each_entry(const std::string& path, const std::function<void(const baseline_entry&)>& each) {
  std::uint64_t number = 0;
  const auto refuse = [&](const std::string& why) {
    throw configuration_error(path + ": line " + std::to_string(number) + ": " + why);
  };
  const auto parse = [&](std::string_view line) {
    try {
      return parse_baseline_entry(line);
    } catch (const configuration_error& e) {
      refuse(e.what());
      throw;
    }
  };
  try {
    return for_each_line(path, max_baseline_line, [&](std::string_view line) {
      ++number;
      if (!line.empty()) each(parse(line));
    });
  } catch (const std::length_error&) {
    ++number;
    refuse("longer than " + std::to_string(max_baseline_line) + " bytes");
    throw;
  }
}

baseline_summary summarize(const std::string& path) {
  baseline_summary s;
  for_each_entry(path, [&](const baseline_entry& e) { s.add(e); });
  return s;
}

}  // namespace uploadgate
