#include "pdf_xref.hpp"

#include "pdf_mix.hpp"

#include <algorithm>

namespace uploadgate::formats::pdf {
namespace {

std::uint64_t hash(std::uint64_t number, std::uint64_t generation, std::uint64_t offset) {
  return mix(mix(mix(number) + generation) + offset);
}

}  // namespace

bool cross_references::stands(std::uint64_t offset) const {
  const auto end = section_.begin() + static_cast<std::ptrdiff_t>(sections_);
  return std::find_if(section_.begin(), end,
                      [&](std::uint64_t s) { return s == offset || s == offset + lead_; }) != end;
}

void cross_references::object(std::uint64_t number, std::uint64_t generation, std::uint64_t offset) {
  last_ = {number, generation, offset};
  for (std::size_t i = 0; i < shifts; ++i) {
    const std::uint64_t h = hash(number, generation, offset - shift(i));
    standing_[i] += h;
    in_tables_[i] += h;
    unlisted_[i] += h;
  }
}

void cross_references::section_stream() {
  for (std::size_t i = 0; i < shifts; ++i) {
    const std::uint64_t h = hash(last_.number, last_.generation, last_.offset - shift(i));
    standing_[i] -= h;
    in_tables_[i] -= h;
    unlisted_[i] -= h;
  }
  if (sections_ > 0 && foretellings_ < max_foretold) foretold_[foretellings_++] = last_;
  section(last_.offset);
}

void cross_references::object_stream() {
  for (std::size_t i = 0; i < shifts; ++i) {
    in_tables_[i] -= hash(last_.number, last_.generation, last_.offset - shift(i));
  }
}

// Cairo gives unused numbers the offset of an object up to two numbers behind them, where a reader finds
// another number: of entries that near with one offset only the last can be true.
void cross_references::entry(std::uint64_t number, std::uint64_t generation, std::uint64_t offset) {
  for (place& before : held_) {
    if (before.offset == offset) before.offset = 0;
  }
  sum(held_[0]);
  held_[0] = held_[1];
  held_[1] = {number, generation, offset};
}

void cross_references::sum(const place& entry) {
  if (entry.offset == 0 || stands(entry.offset)) return;
  listed_ += hash(entry.number, entry.generation, entry.offset);
}

void cross_references::section_ends() {
  for (place& entry : held_) {
    sum(entry);
    entry = {};
  }
  for (std::size_t i = 0; i < shifts; ++i) {
    if (listed_ == standing_[i] || (listed_ == in_tables_[i] && unlisted_[i] == 0)) {
      unlisted_[i] = 0;
    } else {
      unlisted_[i] -= listed_;
    }
  }
  listed_ = 0;
}

void cross_references::section(std::uint64_t offset) {
  if (sections_ < max_sections) {
    section_[sections_++] = offset;
  } else {
    overflowed_ = true;
  }
  const auto end = claim_.begin() + static_cast<std::ptrdiff_t>(claims_);
  const auto keep = std::remove_if(claim_.begin(), end, [&](const claimed& c) {
    return c.offset == offset || c.offset + lead_ == offset;
  });
  claims_ = static_cast<std::size_t>(keep - claim_.begin());
}

void cross_references::claim(std::uint64_t offset, std::uint64_t at) {
  if (stands(offset)) return;
  if (claims_ < max_claims) {
    claim_[claims_++] = {offset, at};
  } else {
    overflowed_ = true;
  }
}

std::optional<std::uint64_t> cross_references::last_section() const {
  if (sections_ == 0 || overflowed_) return {};
  return section_[sections_ - 1];
}

// Any of the foretold streams may have been listed, or not.
bool cross_references::settles(std::size_t i) const {
  for (std::size_t chosen = 0; chosen < std::size_t{1} << foretellings_; ++chosen) {
    std::uint64_t left = unlisted_[i];
    for (std::size_t k = 0; k < foretellings_; ++k) {
      const place& p = foretold_[k];
      if ((chosen >> k & 1) != 0) left += hash(p.number, p.generation, p.offset - shift(i));
    }
    if (left == 0) return true;
  }
  return false;
}

bool cross_references::agrees() const {
  for (std::size_t i = 0; i < shifts; ++i) {
    if (settles(i)) return true;
  }
  return false;
}

std::optional<std::uint64_t> cross_references::false_claim() const {
  if (claims_ == 0 || overflowed_) return {};
  return claim_[0].at;
}

}  // namespace uploadgate::formats::pdf
