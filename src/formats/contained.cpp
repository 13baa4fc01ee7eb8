#include "contained.hpp"

#include "grammars.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace uploadgate::formats {
namespace {

bool is_archive(const format& row) { return row.archive || row.read == zip; }

}  // namespace

result contained::inside(result r) const {
  if (r.ok()) return r;
  objection why = std::move(r).why();
  std::string detail = "in the " + std::string{chosen_->name} + " inside";
  if (why.offset) detail += ", at byte " + std::to_string(*why.offset);
  if (!why.detail.empty()) detail += ": " + why.detail;
  return objection{why.code, std::move(detail), why.offset};
}

result contained::begin(const format& row) {
  chosen_ = &row;
  const bool paired = place_ == place::stream && (row.read == tar || !is_archive(row));
  const std::uint64_t nesting = outer_->nesting + (paired ? 0 : 1);
  if (nesting > outer_->limits.archive.max_depth) {
    return {errc::nested_too_deep, std::string{row.name} + " at depth " + std::to_string(nesting), 0};
  }
  limits_ = outer_->limits;
  std::uint64_t& left = limits_->archive.max_unpacked;
  left -= std::min(left, unpacked_before_);
  // The families of ZIP share a signature: that grammar finds out by itself which one it is.
  const format* chosen = row.read == zip ? nullptr : &row;
  inner_.emplace(row.read, *limits_, chosen, nesting, std::uint64_t{0});
  return {};
}

// The type is known by the first bytes alone: a name inside an archive proves nothing.
result contained::decide(bool ended) {
  bool undecided = false;
  const bytes_view first{first_.data(), held_};
  const format* row = wanted_ ? wanted_ : find_signature(first, undecided);
  if (undecided && !ended && held_ < first_.size()) return {};
  decided_ = true;
  if (!row || !row->read || (!is_archive(*row) && !wanted_)) return {};
  if (result r = begin(*row); !r.ok()) return r;
  return first.empty() ? result{} : inside(inner_->feed(first));
}

result contained::feed(bytes_view bytes) {
  if (!decided_) {
    const std::size_t n = std::min(bytes.size(), first_.size() - held_);
    std::copy_n(bytes.begin(), n, first_.begin() + static_cast<std::ptrdiff_t>(held_));
    held_ += n;
    bytes = bytes.subspan(n);
    if (result r = decide(false); !r.ok()) return r;
  }
  return inner_ && !bytes.empty() ? inside(inner_->feed(bytes)) : result{};
}

result contained::finish() {
  if (!decided_) {
    if (result r = decide(true); !r.ok()) return r;
  }
  if (!inner_) return {};
  if (result r = inside(inner_->finish()); !r.ok()) return r;
  const facts& found = inner_->found();
  for (const std::string& w : found.warnings) outer_->found.warn(w);
  outer_->found.warnings_dropped += found.warnings_dropped;
  if (found.examined != examined::whole) {
    outer_->examined_only(examined::prefix,
                          "the " + std::string{chosen_->name} + " inside: " + found.examined_note);
  }
  return {};
}

}  // namespace uploadgate::formats
