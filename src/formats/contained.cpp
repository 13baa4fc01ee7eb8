#include "contained.hpp"

#include "grammars.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace uploadgate::formats {
namespace {

bool is_archive(const format& row) { return row.archive || row.read == zip; }

objection moved(objection why, const contained::spot& to) {
  why.offset = to.begin + std::min(why.offset.value_or(0), to.length);
  if (!to.name.empty()) why.detail += " (" + std::string{to.name} + ")";
  return why;
}

}  // namespace

result contained::said(const spot& where) const {
  return said_inside(*outer_, *inner_, [&](objection why) {
    std::string detail = "in the " + std::string{chosen_->name} + " inside";
    if (why.offset) detail += ", at byte " + std::to_string(*why.offset);
    if (!why.detail.empty()) detail += ": " + why.detail;
    return moved({why.code, std::move(detail), why.offset}, where);
  });
}

result contained::begin(const format& row, const spot& where) {
  chosen_ = &row;
  const bool paired = place_ == place::stream && (row.read == tar || !is_archive(row));
  const std::uint64_t nesting = outer_->nesting + (paired ? 0 : 1);
  result r = ask(*outer_, [&](const structure_limits& limits) -> result {
    if (nesting <= limits.archive.max_depth) return {};
    return moved({make_error_code(errc::nested_too_deep),
                  std::string{row.name} + " at depth " + std::to_string(nesting)},
                 where);
  });
  if (!r.ok()) return r;
  const party_limits left = outer_->limits_for_contained([&](structure_limits& l) {
    l.archive.max_unpacked -= std::min(l.archive.max_unpacked, unpacked_before_);
  });
  // The families of ZIP share a signature: that grammar finds out by itself which one it is.
  const format* chosen = row.read == zip ? nullptr : &row;
  inner_.emplace(row.read, left, chosen, nesting, std::uint64_t{0});
  return {};
}

// The type is known by the first bytes alone: a name inside an archive proves nothing.
result contained::decide(bool ended, const spot& where) {
  bool undecided = false;
  const bytes_view first{first_.data(), held_};
  const format* row = wanted_ ? wanted_ : find_signature(first, undecided);
  if (undecided && !ended && held_ < first_.size()) return {};
  decided_ = true;
  if (!row || !row->read || (!is_archive(*row) && !wanted_)) return {};
  if (result r = begin(*row, where); !r.ok()) return r;
  return read(first, where);
}

result contained::read(bytes_view bytes, const spot& where) {
  if (!inner_ || bytes.empty()) return {};
  if (inner_->feed(bytes).ok() && outer_->alone()) return {};
  return said(where);
}

result contained::feed(bytes_view bytes, const spot& where) {
  if (!decided_) {
    const std::size_t n = std::min(bytes.size(), first_.size() - held_);
    std::copy_n(bytes.begin(), n, first_.begin() + static_cast<std::ptrdiff_t>(held_));
    held_ += n;
    bytes = bytes.subspan(n);
    if (result r = decide(false, where); !r.ok()) return r;
  }
  return read(bytes, where);
}

result contained::finish(const spot& where) {
  if (!decided_) {
    if (result r = decide(true, where); !r.ok()) return r;
  }
  if (!inner_) return {};
  (void)inner_->finish();
  if (result r = said(where); !r.ok()) return r;
  warn_outside(*outer_, *inner_);
  const facts& found = inner_->found();
  if (found.examined != examined::whole) {
    outer_->examined_only(examined::prefix,
                          "the " + std::string{chosen_->name} + " inside: " + found.examined_note);
  }
  return {};
}

}  // namespace uploadgate::formats
