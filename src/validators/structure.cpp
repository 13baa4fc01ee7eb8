#include <uploadgate/validators/structure.hpp>

#include "formats/other_reading.hpp"
#include "formats/registry.hpp"
#include "formats/settings_read.hpp"
#include "formats/text_check.hpp"
#include "media_type.hpp"

#include <algorithm>
#include <exception>
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
}

// One file being read by a grammar, for every rule that would read it alike: the first of them that is asked
// reads, the others are told what came of it.
class file_reading {
 public:
  file_reading(const formats::format& row, const structure_limits& limits, handling payload_text)
      : row_{&row}, limits_{limits}, payload_text_{payload_text}, parse_{row.read, limits, &row} {
    if (const auto subject = formats::other_reading::subject_of(row)) {
      const bool media = *subject == formats::other_reading::subject::media;
      other_.emplace(payload_text, *subject, media ? handling::reject : limits.document.embedded_files);
    }
  }

  [[nodiscard]] bool is(const formats::format& row, const structure_limits& limits,
                        handling payload_text) const {
    return row_ == &row && limits_ == limits && (!other_ || payload_text_ == payload_text);
  }
  [[nodiscard]] const facts& found() const { return parse_.found(); }
  [[nodiscard]] std::string_view warning() const { return other_ ? other_->warning() : std::string_view{}; }

  // The bytes from `at` on. Whoever reads has read a whole chunk before another rule is asked about it.
  result feed(bytes_view chunk, std::uint64_t at) {
    return read_ > at ? told() : keep([&] {
      read_ += chunk.size();
      return read(chunk);
    });
  }
  result finish(const completed_file* file) {
    return std::exchange(finished_, true) ? told() : keep([&] { return read_end(file); });
  }

 private:
  // Both read on until the first of them objects; the grammar's objection comes first.
  result read(bytes_view chunk) {
    const std::size_t known = other_ ? other_->feed(chunk) : chunk.size();
    result r = parse_.feed(chunk.first(known));
    return !r.ok() || !other_ ? r : other_->objection();
  }
  result read_end(const completed_file* file) {
    result r = parse_.finish(file);
    if (!r.ok() || !other_) return r;
    other_->finish();
    return other_->objection();
  }
  template <class Step>
  result keep(Step step) {
    try {
      return answer_ = step();
    } catch (...) {
      failure_ = std::current_exception();
      throw;
    }
  }
  result told() const {
    if (failure_) std::rethrow_exception(failure_);
    return answer_;
  }

  const formats::format* row_;
  structure_limits limits_;
  handling payload_text_;
  formats::parse parse_;
  std::optional<formats::other_reading> other_;
  std::uint64_t read_ = 0;
  bool finished_ = false;
  result answer_{};
  std::exception_ptr failure_;
};

}  // namespace

struct detail::structure_state::data {
  structure_limits limits;
  const formats::format* chosen = nullptr;
  std::optional<file_reading> own;
  file_reading* file = nullptr;  // its own, or that of the enforced rule beside it
  std::uint64_t fed = 0;
  std::vector<std::byte> first;  // while the type is told by the first bytes
  bool no_grammar = false;       // the first bytes were looked at, and nothing here reads them

  void read_by(const formats::format& row, const structure_state* enforced) {
    chosen = &row;
    const structure_limits read = formats::settings_for(row, limits);
    file_reading* const other = enforced && enforced->data_ ? enforced->data_->file : nullptr;
    const bool alike = other && other->is(row, read, limits.image.payload_text);
    file = alike ? other : &own.emplace(row, read, limits.image.payload_text);
  }
  result feed(bytes_view chunk) {
    result r = file->feed(chunk, fed);
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
  state.data_ = std::make_unique<detail::structure_state::data>();
  detail::structure_state::data& d = *state.data_;
  d.limits = {.depth = depth, .image = image, .archive = archive, .document = document};
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
    d.read_by(*d.chosen, state.enforced_);
    return {};
  }
  const std::string claimed = essence(u.content_type);
  d.chosen = formats::find_media_type(claimed);
  if (d.chosen && d.chosen->read) d.read_by(*d.chosen, state.enforced_);
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
  d.read_by(*found, state.enforced_);
  result r = d.feed(d.first);
  d.first = {};
  return r;
}

result structure::feed(bytes_view chunk, facts& f) {
  detail::structure_state::data& d = *state.data_;
  if (d.file) {
    result r = d.feed(chunk);
    give(f, d.file->found());
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
  result r = d.file->finish(file);
  const facts& found = d.file->found();
  give(f, found);
  f.media_type = found.media_type.empty() ? std::string{d.chosen->media_types.front()} : found.media_type;
  f.extension = found.extension.empty() ? std::string{d.chosen->extensions.front()} : found.extension;
  for (const std::string& w : found.warnings) f.warn(w);
  f.warnings_dropped += found.warnings_dropped;
  if (const std::string_view w = d.file->warning(); !w.empty()) f.warn(std::string{w});
  if (!r.ok()) return r;
  f.examined = found.examined;
  f.examined_note = found.examined_note;
  if (found.examined != examined::whole && !allow_partial) return {errc::not_examined, found.examined_note};
  return {};
}

}  // namespace uploadgate
