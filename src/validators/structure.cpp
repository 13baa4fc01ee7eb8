#include <uploadgate/validators/structure.hpp>

#include "formats/other_reading.hpp"
#include "formats/registry.hpp"
#include "formats/text_check.hpp"
#include "media_type.hpp"

#include <algorithm>
#include <optional>

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

}  // namespace

struct detail::structure_state::data {
  structure_limits limits;
  const formats::format* chosen = nullptr;
  std::optional<formats::parse> parse;
  std::optional<formats::other_reading> other;
  std::vector<std::byte> first;  // while the type is told by the first bytes
  bool no_grammar = false;       // the first bytes were looked at, and nothing here reads them

  void read_by(const formats::format& row) {
    chosen = &row;
    parse.emplace(row.read, limits, chosen);
    if (formats::other_reading::looked_at(row)) other.emplace(limits.image.payload_text);
  }
  // Both read on until the first of them objects; the grammar's objection comes first.
  result feed(bytes_view chunk) {
    const std::size_t known = other ? other->feed(chunk) : chunk.size();
    result r = parse->feed(chunk.first(known));
    return !r.ok() || !other ? r : other->objection();
  }
  result finish() {
    result r = parse->finish();
    if (!r.ok() || !other) return r;
    other->finish();
    return other->objection();
  }
};

detail::structure_state::structure_state() = default;
detail::structure_state::structure_state(const structure_state&) {}
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
    d.read_by(*d.chosen);
    return {};
  }
  const std::string claimed = essence(u.content_type);
  d.chosen = formats::find_media_type(claimed);
  if (d.chosen && d.chosen->read) d.read_by(*d.chosen);
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
  d.read_by(*found);
  result r = d.feed(d.first);
  d.first = {};
  return r;
}

result structure::feed(bytes_view chunk, facts& f) {
  detail::structure_state::data& d = *state.data_;
  if (d.parse) {
    result r = d.feed(chunk);
    give(f, d.parse->found());
    return r;
  }
  if (d.chosen || d.no_grammar) return {};
  const std::size_t wanted = std::min(chunk.size(), formats::signature_window - d.first.size());
  d.first.insert(d.first.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(wanted));
  if (result r = choose(false, f); !r.ok() || !d.parse) return r;
  chunk = chunk.subspan(wanted);
  return chunk.empty() ? result{} : feed(chunk, f);
}

result structure::finish(facts& f) {
  detail::structure_state::data& d = *state.data_;
  if (!d.parse && !d.chosen) {
    if (result r = choose(true, f); !r.ok()) return r;
  }
  if (!d.parse) {
    f.examined = examined::none;
    return allow_partial ? result{} : result{errc::not_examined, "there is no grammar for the content"};
  }
  result r = d.finish();
  const facts& found = d.parse->found();
  give(f, found);
  f.media_type = found.media_type.empty() ? std::string{d.chosen->media_types.front()} : found.media_type;
  f.extension = found.extension.empty() ? std::string{d.chosen->extensions.front()} : found.extension;
  for (const std::string& w : found.warnings) f.warn(w);
  f.warnings_dropped += found.warnings_dropped;
  if (d.other && !d.other->warning().empty()) f.warn(d.other->warning());
  if (!r.ok()) return r;
  f.examined = found.examined;
  f.examined_note = found.examined_note;
  if (found.examined != examined::whole && !allow_partial) return {errc::not_examined, found.examined_note};
  return {};
}

}  // namespace uploadgate
