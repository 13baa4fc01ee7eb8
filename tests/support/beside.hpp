// One reading for two policies, held against a reading for each alone.
#pragma once

#include <uploadgate/facts.hpp>
#include <uploadgate/limits.hpp>

#include "formats/grammar.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace uploadgate::test {

// each_setting calls number(std::uint64_t&) and choice(handling&) for every setting that policies may differ
// in and still share a reading: all but formats::manner.
template <class Number, class Choice>
void each_setting(structure_limits& s, Number number, Choice choice) {
  image_limits& i = s.image;
  for (auto* n :
       {&i.max_pixels, &i.max_frames, &i.max_total_pixels, &i.max_metadata, &i.max_unpacked_metadata})
    number(*n);
  choice(i.payload_text);
  archive_limits& a = s.archive;
  for (auto* n :
       {&a.max_entries, &a.max_unpacked, &a.max_ratio, &a.ratio_floor, &a.max_entry_name, &a.max_depth})
    number(*n);
  for (auto* h : {&a.links, &a.encrypted, &a.executables}) choice(*h);
  document_rules& d = s.document;
  for (auto* h : {&d.macros, &d.javascript, &d.automatic_actions, &d.launch, &d.external_references,
                  &d.hyperlinks, &d.embedded_files, &d.rich_media, &d.dynamic_forms, &d.activex, &d.formulas,
                  &d.encrypted, &d.inconsistent_references, &d.program_text})
    choice(*h);
}

inline constexpr std::array handlings{handling::reject, handling::warn, handling::allow};

// settings_by gives settings in which each field is chosen by `next` (any number); limits are taken from
// `numbers` and around them, or stay as they are in `like`.
template <class Next>
structure_limits settings_by(Next next, std::span<const std::uint64_t> numbers,
                             const structure_limits& like) {
  structure_limits s = like;
  each_setting(
      s,
      [&](std::uint64_t& n) {
        const std::uint64_t which = next();
        if (which % 2 == 0 || numbers.empty()) return;
        const std::uint64_t near = numbers[next() % numbers.size()];
        n = which % 8 == 1 ? near + 1 : which % 8 == 3 && near > 0 ? near - 1 : near;
      },
      [&](handling& h) {
        const std::uint64_t which = next() % 4;
        h = which < handlings.size() ? handlings[which] : handling::allow;
      });
  return s;
}

// each_change calls visit(settings) for `like` with one field changed, in every way that `numbers` tell.
template <class Visit>
void each_change(const structure_limits& like, std::span<const std::uint64_t> numbers, Visit visit) {
  structure_limits s = like;
  const auto with = [&](auto& field, auto value) {
    const auto was = std::exchange(field, value);
    if (was != value) visit(std::as_const(s));
    field = was;
  };
  each_setting(
      s,
      [&](std::uint64_t& n) {
        for (const std::uint64_t near : numbers) {
          if (near > 0) with(n, near - 1);
          with(n, near);
          with(n, near + 1);
        }
        with(n, std::numeric_limits<std::uint64_t>::max());
      },
      [&](handling& h) {
        for (const handling to : handlings) with(h, to);
      });
}

namespace detail {

inline void deliver(formats::parse& parse, bytes_view content, std::span<const std::size_t> cuts) {
  std::size_t at = 0;
  bool ended = false;
  const auto feed = [&](std::size_t to) {
    if (!ended && to > at) ended = !parse.feed(content.subspan(at, to - at)).ok();
    at = std::max(at, to);
  };
  for (const std::size_t cut : cuts) feed(std::min(cut, content.size()));
  feed(content.size());
  if (!ended) (void)parse.finish();
}

inline std::string told(const result& r, const facts& f, const facts& warned) {
  std::string t = "accepted";
  if (!r.ok()) {
    t = std::string{reason(r.why().code)} + " (" + r.why().detail + ")";
    t += r.why().offset ? " at " + std::to_string(*r.why().offset) : " nowhere";
  }
  for (const auto& [name, n] :
       {std::pair{"width", f.width}, std::pair{"height", f.height}, std::pair{"frames", f.frames},
        std::pair{"entries", f.entries}, std::pair{"unpacked", f.unpacked_size}}) {
    if (n) t += std::string{", "} + name + " " + std::to_string(*n);
  }
  t += ", " + f.media_type + " " + f.extension + " " + std::string{name(f.examined)} + " " + f.examined_note;
  for (const std::string& w : warned.warnings) t += "\n  warns: " + w;
  return t + "\n  and " + std::to_string(warned.warnings_dropped) + " more";
}

}  // namespace detail

// difference is what the one reading says otherwise than each alone; empty where all is the same. The content
// is cut at the ascending places.
inline std::string difference(formats::grammar_function grammar, const formats::format* row,
                              const std::array<structure_limits, 2>& settings, bytes_view content,
                              std::span<const std::size_t> cuts = {}) {
  formats::parse both{grammar, formats::party_limits{settings[0], settings[1]}, row};
  detail::deliver(both, content, cuts);
  for (std::size_t i = 0; i < settings.size(); ++i) {
    formats::parse alone{grammar, settings[i], row};
    detail::deliver(alone, content, cuts);
    const std::string one = detail::told(alone.said(0), alone.found(), alone.found());
    const std::string shared = detail::told(both.said(i), both.found_by(i), both.warned(i));
    if (one != shared) return "party " + std::to_string(i) + "\nalone:  " + one + "\nshared: " + shared;
  }
  return {};
}

// telling_numbers are those that limits of this content are about: what it has, and some small ones.
inline std::vector<std::uint64_t> telling_numbers(formats::grammar_function grammar,
                                                  const formats::format* row, bytes_view content) {
  structure_limits lenient;
  lenient.image.payload_text = handling::allow;
  lenient.archive.encrypted = handling::allow;
  lenient.archive.max_depth = 8;
  formats::parse parse{grammar, lenient, row};
  detail::deliver(parse, content, {});
  const facts& f = parse.found();
  std::vector<std::uint64_t> numbers{1, 4, 9, 20, 60, 200, 1000, content.size() / 2, content.size()};
  for (const auto& n : {f.width, f.height, f.frames, f.entries, f.unpacked_size}) {
    if (n) numbers.push_back(*n);
  }
  if (f.width && f.height) numbers.push_back(*f.width * *f.height);
  return numbers;
}

}  // namespace uploadgate::test
