#include <uploadgate/maintenance/difference.hpp>
#include <uploadgate/maintenance/summary.hpp>

#include "path_hash.hpp"

#include <array>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace uploadgate {
namespace {

using maintenance::first_bits;
using maintenance::path_hash;

policy enforced(policy_document d) {
  d.mode = policy_mode::enforce;
  d.content.digest = false;  // both policies would take it, and nobody asks for it here
  return make_policy(d);
}

policy_answer answer_of(const verdict& v) {
  if (v.accepted()) return {.accepted = true};
  return {.accepted = false, .rule = std::string{v.rule()}, .reason = std::string{v.reason()}};
}

policy_answer answer_of(const baseline_entry& e) { return {e.accepted, e.rule, e.reason}; }

file_outcome outcome_of(const policy_answer& before, const policy_answer& after) {
  if (before == after) return file_outcome::same;
  if (before.accepted != after.accepted) {
    return after.accepted ? file_outcome::newly_accepted : file_outcome::newly_refused;
  }
  return before.reason == after.reason ? file_outcome::same : file_outcome::reason_changed;
}

// Every answer once; files keep its number.
class answers {
 public:
  std::uint32_t number(const policy_answer& a) {
    const auto [at, fresh] =
        numbers_.try_emplace({a.rule, a.reason}, static_cast<std::uint32_t>(all_.size()));
    if (fresh) all_.push_back(a);
    return at->second;
  }
  [[nodiscard]] const policy_answer& at(std::uint32_t number) const { return all_[number]; }

 private:
  std::map<std::pair<std::string, std::string>, std::uint32_t> numbers_;
  std::vector<policy_answer> all_;
};

}  // namespace

std::string_view name(file_outcome o) noexcept {
  constexpr std::array<std::string_view, 6> words{"same",           "newly_refused", "newly_accepted",
                                                  "reason_changed", "gone",          "appeared"};
  return words.at(static_cast<std::size_t>(o));
}

void store_difference::add(const file_change& c) {
  ++files;
  const std::array counters{&store_difference::same,           &store_difference::newly_refused,
                            &store_difference::newly_accepted, &store_difference::reason_changed,
                            &store_difference::gone,           &store_difference::appeared};
  ++(this->*counters.at(static_cast<std::size_t>(c.outcome)));
  if (c.outcome == file_outcome::newly_refused) ++refused_for[c.after.reason];
}

store_difference compare_files(const policy_document& before, const policy_document& after,
                               const item_source& source, const capture_options& options,
                               const change_sink& sink) {
  const policy old = enforced(before);
  const policy now = enforced(after);
  store_difference sum;
  std::mutex mutex;
  each_item(source, options, [&](const store_item& item) {
    const std::string_view filename = std::string_view{item.path}.substr(item.path.rfind('/') + 1);
    std::optional<inspection> by_old;
    std::optional<inspection> by_new;
    std::string failed = item.unreadable;
    if (failed.empty()) {
      failed = read_blocks(
          item.path,
          [&](std::uint64_t size) {
            by_old.emplace(old.inspect({.filename = filename, .size = size}));
            by_new.emplace(now.inspect({.filename = filename, .size = size}));
          },
          [&](bytes_view block) {
            if (options.on_bytes) options.on_bytes(block.size());
            const bool first = by_old->feed(block);
            return by_new->feed(block) || first;
          },
          [&](const completed_file& file) {
            by_old->finish(file);
            by_new->finish(file);
          });
    }
    const std::lock_guard lock{mutex};
    if (!failed.empty()) {
      ++sum.files;
      ++sum.unreadable;
      return;
    }
    file_change c{
        .path = item.path, .before = answer_of(by_old->finish()), .after = answer_of(by_new->finish())};
    c.outcome = outcome_of(c.before, c.after);
    sum.add(c);
    if (c.outcome != file_outcome::same) sink(c);
  });
  return sum;
}

store_difference compare_baselines(const std::string& before, const std::string& after,
                                   const change_sink& sink) {
  constexpr std::uint32_t not_readable = ~std::uint32_t{0};
  struct known_file {
    std::uint32_t answer;
    bool seen;
  };
  std::unordered_map<path_hash, known_file, first_bits> files;
  answers known;
  for_each_entry(before, [&](const baseline_entry& e) {
    const std::uint32_t n = e.unreadable.empty() ? known.number(answer_of(e)) : not_readable;
    files.insert_or_assign(path_hash{e.path}, known_file{n, false});
  });
  store_difference sum;
  const auto tell = [&](const file_change& c) {
    sum.add(c);
    if (c.outcome != file_outcome::same) sink(c);
  };
  for_each_entry(after, [&](const baseline_entry& e) {
    const auto found = files.find(path_hash{e.path});
    const bool was = found != files.end() && found->second.answer != not_readable;
    if (found != files.end()) found->second.seen = true;
    if (!e.unreadable.empty()) {
      if (was)
        return tell(
            {.path = e.path, .outcome = file_outcome::gone, .before = known.at(found->second.answer)});
      ++sum.files;
      ++sum.unreadable;
      return;
    }
    if (!was) return tell({.path = e.path, .outcome = file_outcome::appeared, .after = answer_of(e)});
    const policy_answer& old = known.at(found->second.answer);
    tell({.path = e.path, .outcome = outcome_of(old, answer_of(e)), .before = old, .after = answer_of(e)});
  });
  // Paths are not kept: those that are gone are read again.
  for_each_entry(before, [&](const baseline_entry& e) {
    const auto found = files.find(path_hash{e.path});
    if (found == files.end() || std::exchange(found->second.seen, true)) return;
    if (found->second.answer == not_readable) return;
    tell({.path = e.path, .outcome = file_outcome::gone, .before = answer_of(e)});
  });
  return sum;
}

}  // namespace uploadgate
