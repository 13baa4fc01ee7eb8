// What a PDF may contain (document_rules), judged at each entry of each dictionary, wherever it stands.
#pragma once

#include <uploadgate/verdict.hpp>

#include "grammar.hpp"
#include "pdf_values.hpp"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace uploadgate::formats::pdf {

// Before what is said about values in an object stream.
inline constexpr std::string_view in_object_stream = "in an object stream: ";

class judge {
 public:
  explicit judge(context& ctx) : ctx_{ctx} {}

  // Says which object comes next, and gives what earlier references make of it.
  role begin_object(std::uint64_t number);
  // For values within a decoded stream: objections name the stream's offset instead of their own, because
  // where a decoded byte comes from depends on the decoder.
  void within_stream(std::optional<std::uint64_t> offset) { fixed_offset_ = offset; }

  result entry(frame& f, const value& v);
  result element(const frame& f, const value& v);
  result opens(const frame& f, bool dictionary, std::uint64_t offset, frame& next);
  result closes(const frame& f, const head& top, bool topmost, std::uint64_t offset);
  result top_value(const value& v, role runs);
  result duplicate(const frame& f, std::uint64_t offset) const;
  result object(const choice& how, errc code, std::string_view detail, std::uint64_t offset);

  // Pages: what the root of the page tree counts, else how many page objects were seen.
  [[nodiscard]] std::optional<std::uint64_t> pages() const;

 private:
  // References from OpenAction and AA to objects that may still come.
  static constexpr std::size_t max_wanted = 32;
  static constexpr std::size_t marks = 8192;

  result action(const frame& f, name what, std::uint64_t offset);
  result holds(content what, std::string_view detail, std::uint64_t offset);
  result kind_of_object(name what, std::uint64_t offset);
  result address(const value& v);
  result runs_by_reference(const value& v);
  void mark(std::uint64_t number);
  [[nodiscard]] bool marked(std::uint64_t number) const;

  context& ctx_;
  std::optional<std::uint64_t> fixed_offset_;
  std::uint64_t number_ = 0;
  std::size_t wanted_ = 0;
  std::array<std::uint64_t, max_wanted> wanted_numbers_{};
  // Objects that were seen to be actions other than going to a page: a Bloom filter, so that it may hold any
  // number of them; it errs to the side of objecting.
  std::bitset<marks> active_{};
  std::uint64_t page_objects_ = 0;
  std::optional<std::uint64_t> root_count_;
};

}  // namespace uploadgate::formats::pdf
