#include "pdf_xref.hpp"

#include "pdf_mix.hpp"

#include <algorithm>

namespace uploadgate::formats::pdf {
namespace {

std::uint64_t hash(std::uint64_t number, std::uint64_t generation, std::uint64_t offset) {
  return mix(mix(mix(number) + generation) + offset);
}

}  // namespace

void cross_references::object(std::uint64_t number, std::uint64_t generation, std::uint64_t offset) {
  ++objects_;
  standing_ += hash(number, generation, offset);
}

void cross_references::entry(std::uint64_t number, std::uint64_t generation, std::uint64_t offset) {
  ++entries_;
  listed_ += hash(number, generation, offset);
}

void cross_references::section(std::uint64_t offset) {
  if (sections_ < max_sections) {
    section_[sections_++] = offset;
  } else {
    overflowed_ = true;
  }
  const auto end = claim_.begin() + static_cast<std::ptrdiff_t>(claims_);
  const auto keep = std::remove_if(claim_.begin(), end, [&](const claimed& c) { return c.offset == offset; });
  claims_ = static_cast<std::size_t>(keep - claim_.begin());
}

void cross_references::claim(std::uint64_t offset, std::uint64_t at) {
  const auto end = section_.begin() + static_cast<std::ptrdiff_t>(sections_);
  if (std::find(section_.begin(), end, offset) != end) return;
  if (claims_ < max_claims) {
    claim_[claims_++] = {offset, at};
  } else {
    overflowed_ = true;
  }
}

bool cross_references::agrees() const { return objects_ == entries_ && standing_ == listed_; }

std::optional<std::uint64_t> cross_references::false_claim() const {
  if (claims_ == 0 || overflowed_) return {};
  return claim_[0].at;
}

}  // namespace uploadgate::formats::pdf
