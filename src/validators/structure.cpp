#include <uploadgate/validators/structure.hpp>

#include "formats/other_reading.hpp"
#include "formats/registry.hpp"
#include "formats/settings_read.hpp"
#include "formats/text_check.hpp"
#include "media_type.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace uploadgate {
namespace {

// Hands the facts that a grammar found to those of the inspection.
void give(facts& to, const facts& found) {
  const auto number = [](std::optional<std::uint64_t>& a, const std::optional<std::uint64_t>& b) {
    if (b) a = b;
  };
  number(to.width, found.width);
  number(to.height, found.height);
  number(to.frames, found.frames);
  number(to.entries, found.entries);
  number(to.unpacked_size, found.unpacked_size);
  if (!found.parts.empty()) to.parts = found.parts;
}

// One file being read by a grammar, for the rule that decides and the candidate's beside it: the first of
// them that is asked reads, the other is told what came of it.
class file_reading {
 public:
  // The parties, as a parse numbers them.
  static constexpr std::size_t enforced = 0;
  static constexpr std::size_t beside = 1;

  file_reading(const formats::format& row, const formats::party_limits& limits)
      : row_{&row}, limits_{limits}, parse_{row.read, limits, &row} {
    const auto subject = formats::other_reading::subject_of(row);
    if (!subject) return;
    const auto setting_of = [&](const structure_limits& l) {
      const bool media = *subject == formats::other_reading::subject::media;
      return std::pair{l.image.payload_text, media ? handling::reject : l.document.embedded_files};
    };
    const auto [text, files] = setting_of(*limits[enforced]);
    other_.emplace(text, *subject, files);
    if (!limits[beside] || setting_of(*limits[beside]) == setting_of(*limits[enforced])) return;
    const auto [its_text, its_files] = setting_of(*limits[beside]);
    other_beside_ = std::make_unique<formats::other_reading>(its_text, *subject, its_files);
  }

  // As which party it answers for a rule with these settings; nothing where it does not read for them.
  [[nodiscard]] std::optional<std::size_t> answers(const formats::format& row,
                                                   const structure_limits& limits) const {
    if (row_ != &row) return {};
    const auto same = std::ranges::find(limits_, std::optional{limits});
    return same == limits_.end() ? std::nullopt : std::optional<std::size_t>{same - limits_.begin()};
  }

  [[nodiscard]] const facts& found(std::size_t party) const { return parse_.found_by(party); }
  [[nodiscard]] const facts& warned(std::size_t party) const { return parse_.warned(party); }
  [[nodiscard]] std::string_view warning(std::size_t party) const {
    return other_ ? other(party)->warning() : std::string_view{};
  }

  // The bytes from `at` on. Whoever reads has read a whole chunk before another rule is asked about it.
  result feed(bytes_view chunk, std::uint64_t at, std::size_t party) {
    if (read_ <= at) {
      read_ += chunk.size();
      keep([&] { read(chunk); });
    }
    return told(party);
  }
  result finish(std::size_t party, const completed_file* file) {
    if (!std::exchange(finished_, true)) keep([&] { read_end(file); });
    return told(party);
  }

 private:
  // Both readings go on until the first of them objects; the grammar's objection comes first.
  void read(bytes_view chunk) {
    const std::size_t known = other_ ? other_->feed(chunk) : chunk.size();
    const std::size_t known_beside = other_beside_ ? other_beside_->feed(chunk) : known;
    const std::size_t first = std::min(known, known_beside);
    parse_feed(chunk.first(first));
    if (known == first) settle(enforced);
    if (known_beside == first) settle(beside);
    if (known == known_beside) return;
    parse_feed(chunk.first(std::max(known, known_beside)).subspan(first));
    settle(known > first ? enforced : beside);
  }
  void parse_feed(bytes_view bytes) {
    if (!bytes.empty()) (void)parse_.feed(bytes);
  }
  void read_end(const completed_file* file) {
    (void)parse_.finish(file);
    if (other_) other_->finish();
    if (other_beside_) other_beside_->finish();
    settle(enforced);
    settle(beside);
  }
  // Keeps what a party says, once it objects.
  void settle(std::size_t party) {
    if (!limits_[party] || !answers_[party].ok()) return;
    answers_[party] = parse_.said(party);
    if (!answers_[party].ok() || !other_ || other(party)->objection().ok()) return;
    answers_[party] = other(party)->objection();
    parse_.leave(party, answers_[party].why());
  }
  [[nodiscard]] const formats::other_reading* other(std::size_t party) const {
    return party == beside && other_beside_ ? other_beside_.get() : &*other_;
  }
  template <class Step>
  void keep(Step step) {
    try {
      step();
    } catch (...) {
      failure_ = std::current_exception();
    }
  }
  [[nodiscard]] result told(std::size_t party) const {
    if (answers_[party].ok() && failure_) std::rethrow_exception(failure_);
    return answers_[party];
  }

  const formats::format* row_;
  formats::party_limits limits_;
  formats::parse parse_;
  std::optional<formats::other_reading> other_;
  std::unique_ptr<formats::other_reading> other_beside_;  // where the candidate's is not the same
  std::uint64_t read_ = 0;
  bool finished_ = false;
  std::array<result, formats::most_parties> answers_{};
  std::exception_ptr failure_;
};

structure_limits limits_of(const structure& rule) {
  return {.depth = rule.depth,
          .image = rule.image,
          .archive = rule.archive,
          .document = rule.document,
          .list_parts = rule.list_parts};
}

}  // namespace

struct detail::structure_state::data {
  explicit data(const structure& rule) : limits{limits_of(rule)} {}

  structure_limits limits;
  const formats::format* chosen = nullptr;
  std::optional<file_reading> own;
  file_reading* file = nullptr;  // its own, or that of the enforced rule beside it
  std::size_t party = file_reading::enforced;
  std::uint64_t fed = 0;
  std::vector<std::byte> first;  // while the type is told by the first bytes
  bool no_grammar = false;       // the first bytes were looked at, and nothing here reads them

  void read_by(const formats::format& row, const structure_state& of) {
    chosen = &row;
    const structure_limits read = formats::settings_for(row, limits);
    if (file_reading* const other =
            of.enforced_ && of.enforced_->data_ ? of.enforced_->data_->file : nullptr) {
      if (const auto as = other->answers(row, read)) {
        file = other;
        party = *as;
        return;
      }
    }
    formats::party_limits all{read};
    if (of.candidate_) {
      const structure_limits its = formats::settings_for(row, limits_of(*of.candidate_));
      const bool shares = formats::manner::of(its) == formats::manner::of(read);
      if (shares && its != read) all[file_reading::beside] = its;
    }
    file = &own.emplace(row, all);
  }
  result feed(bytes_view chunk) {
    result r = file->feed(chunk, fed, party);
    fed += chunk.size();
    return r;
  }
};

detail::structure_state::structure_state() = default;
detail::structure_state::structure_state(const structure_state&) {}
// NOLINTNEXTLINE(bugprone-unhandled-self-assignment): nothing is copied
detail::structure_state& detail::structure_state::operator=(const structure_state&) { return *this; }
detail::structure_state::~structure_state() = default;

result structure::begin(const upload& u) {
  state.data_ = std::make_unique<detail::structure_state::data>(*this);
  detail::structure_state::data& d = *state.data_;
  const std::string extension = last_segment(u.filename);
  d.chosen = formats::find_extension(extension);
  if (!extension.empty() && (!d.chosen || !d.chosen->read)) {
    if (allow_partial) return {};
    return {errc::not_examined, "there is no grammar for ." + extension};
  }
  if (d.chosen) {
    if (check_content_type && !agrees(u.content_type, *d.chosen)) {
      return {errc::content_type_mismatch, essence(u.content_type) + " is not ." + extension};
    }
    d.read_by(*d.chosen, state);
    return {};
  }
  const std::string claimed = essence(u.content_type);
  d.chosen = formats::find_media_type(claimed);
  if (d.chosen && d.chosen->read) d.read_by(*d.chosen, state);
  return {};
}

// Without a name and a claim the first bytes choose.
result structure::choose(bool complete, facts& f) {
  detail::structure_state::data& d = *state.data_;
  bool undecided = false;
  const bool enough = complete || d.first.size() >= formats::signature_window;
  const formats::format* found = formats::find_signature(d.first, undecided);
  if (undecided && !enough) return {};
  if (!found && !enough) return {};
  if (!found && formats::looks_like_text(d.first, complete)) found = formats::find_extension("txt");
  if (!found || !found->read) {
    d.no_grammar = true;
    f.examined_note = "there is no grammar for the content";
    return allow_partial ? result{} : result{errc::not_examined, f.examined_note, 0};
  }
  d.read_by(*found, state);
  result r = d.feed(d.first);
  d.first = {};
  return r;
}

result structure::feed(bytes_view chunk, facts& f) {
  detail::structure_state::data& d = *state.data_;
  if (d.file) {
    result r = d.feed(chunk);
    give(f, d.file->found(d.party));
    return r;
  }
  if (d.chosen || d.no_grammar) return {};
  const std::size_t wanted = std::min(chunk.size(), formats::signature_window - d.first.size());
  d.first.insert(d.first.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(wanted));
  if (result r = choose(false, f); !r.ok() || !d.file) return r;
  chunk = chunk.subspan(wanted);
  return chunk.empty() ? result{} : feed(chunk, f);
}

result structure::finish(facts& f, const completed_file* file) {
  detail::structure_state::data& d = *state.data_;
  if (!d.file && !d.chosen) {
    if (result r = choose(true, f); !r.ok()) return r;
  }
  if (!d.file) {
    f.examined = examined::none;
    return allow_partial ? result{} : result{errc::not_examined, "there is no grammar for the content"};
  }
  result r = d.file->finish(d.party, file);
  const facts& found = d.file->found(d.party);
  give(f, found);
  f.media_type = found.media_type.empty() ? std::string{d.chosen->media_types.front()} : found.media_type;
  f.extension = found.extension.empty() ? std::string{d.chosen->extensions.front()} : found.extension;
  const facts& warned = d.file->warned(d.party);
  for (const std::string& w : warned.warnings) f.warn(w);
  f.warnings_dropped += warned.warnings_dropped;
  if (const std::string_view w = d.file->warning(d.party); !w.empty()) f.warn(std::string{w});
  if (!r.ok()) return r;
  f.examined = found.examined;
  f.examined_note = found.examined_note;
  if (found.examined != examined::whole && !allow_partial) return {errc::not_examined, found.examined_note};
  return {};
}

}  // namespace uploadgate
