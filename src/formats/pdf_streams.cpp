// Streams of a document: their length, and the ones that are decoded.
#include "pdf_archives.hpp"
#include "pdf_document.hpp"

#include <algorithm>
#include <string>

namespace uploadgate::formats::pdf {

namespace {

bool dense(const archive_limits& limits, std::uint64_t unpacked, std::uint64_t packed) {
  return unpacked > limits.ratio_floor && unpacked / std::max<std::uint64_t>(limits.max_ratio, 1) > packed;
}

}  // namespace

std::string document::stream_name() const {
  const frame& f = values_.top_frame();
  const name kind = f.subtype != name::other ? f.subtype : f.type;
  return kind == name::other ? "stream" : "stream " + std::string{text(kind)};
}

std::optional<std::uint64_t> document::begin_stream(std::uint64_t offset) {
  const head& d = values_.top();
  const std::uint32_t seen = values_.top_frame().seen;
  stream_at_ = offset;
  decoding_ = decoding::nothing;
  length_from_.reset();
  std::optional<std::uint64_t> length = d.length;
  if (!length && d.length_at) {
    const auto known = std::ranges::find(integer_, d.length_at->object, &length_object::number);
    if (known != integer_.end() && known->offset != 0) {
      length = known->value;
    } else {
      length_from_ = d.length_at->object;
    }
  }
  if (!length && !length_from_) {
    object({errc::missing_part, "a stream without Length", object_at_});
    return {};
  }
  if (d.external) {
    object(judge_.object(&document_rules::external_references, errc::external_reference,
                         "a stream whose data lies in another file", object_at_));
  }
  // Readers follow the cross-references to these streams and do not ask for their Type.
  reference_stream_ = d.type == name::XRef || (seen & bit(name::W)) != 0;
  const bool objects = d.type == name::ObjStm || (seen & bit(name::First)) != 0;
  if (reference_stream_) xref_.section_stream();
  if (objects) xref_.object_stream();
  const bool metadata = d.type == name::Metadata && !reference_stream_ && !objects;
  const bool decodes = reference_stream_ || objects || metadata;
  const auto flates = std::count_if(
      d.filter.begin(), d.filter.begin() + static_cast<std::ptrdiff_t>(std::min(d.filters, d.filter.size())),
      [](name n) { return n == name::FlateDecode || n == name::Fl; });
  if (flates > 1 && !decodes) {
    object({errc::unsupported_feature, "a stream that is packed by Flate twice", offset});
  }
  watched_ = flates > 0 && !decodes;
  flat_.begin();
  if (failed() || !decodes || (encrypted_ && !reference_stream_)) return length;

  length_ = length;
  shared_ = 0;
  const std::uint64_t most = ctx_.most([&](const structure_limits& l) { return may_come_out(l.archive); });
  const bool ready = metadata || (reference_stream_ ? references_.begin(d) : objects_.begin(d, offset));
  if (!ready || !decoder_.begin(d, most)) {
    if (reference_stream_) {
      entries_known_ = false;
    } else if (objects) {
      defer({errc::unsupported_feature, "an object stream that is packed in a way that is not followed here",
             offset});
    }
    return length;
  }
  decoding_ = reference_stream_ ? decoding::references : objects ? decoding::objects : decoding::metadata;
  if (objects) judge_.within_stream(offset);
  metadata_.begin();
  return length;
}

// What may come out of this stream.
std::uint64_t document::may_come_out(const archive_limits& limits) const {
  const std::uint64_t before = ctx_.unpacked_before.value_or(0) + unpacked_;
  const std::uint64_t most = limits.max_unpacked - std::min(limits.max_unpacked, before);
  if (!length_ || *length_ >= most / std::max<std::uint64_t>(limits.max_ratio, 1)) return most;
  return std::min(most, std::max(limits.ratio_floor, *length_ * limits.max_ratio));
}

// The objection of those who allow no more than came out.
result document::too_large(std::uint64_t came_out) const {
  return ask(ctx_, [&](const structure_limits& all) -> result {
    const std::uint64_t most = may_come_out(all.archive);
    if (most > came_out) return {};
    const bool whole = ctx_.unpacked_before.value_or(0) + unpacked_ + most >= all.archive.max_unpacked;
    return {whole ? errc::unpacked_too_large : errc::ratio_exceeded, "a stream of objects", stream_at_};
  });
}

// Shares what comes out between policies that allow different amounts of it.
bool document::share(bytes_view bytes) {
  for (;;) {
    const std::uint64_t room =
        ctx_.least([&](const structure_limits& l) { return may_come_out(l.archive); }) - shared_;
    const bytes_view fitting =
        bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), room)));
    if (!fitting.empty() && !output().take(fitting)) return false;
    shared_ += fitting.size();
    bytes = bytes.subspan(fitting.size());
    if (bytes.empty()) return true;
    object(too_large(shared_));
    if (failed()) return false;
  }
}

decoded& document::output() {
  switch (decoding_) {
    case decoding::objects:
      return objects_;
    case decoding::metadata:
      return metadata_;
    default:
      return references_;
  }
}

void document::opaque_data(bytes_view first) {
  const std::string_view what = archive_name(first);
  if (what.empty()) return;
  object(judge_.object(&document_rules::embedded_files, errc::embedded_file,
                       "a stream that is " + std::string{what}, stream_at_));
}

// An encrypted document shows only in its trailer, which comes last: until then, what does not decode may be
// encrypted, so what is wrong with it is said at the end.
void document::defer(result wrong) {
  if (!wrong.ok() && deferred_.ok()) deferred_ = std::move(wrong);
}

void document::stream_data(bytes_view bytes) {
  if (watched_) return flat_.feed(bytes);
  if (!decodes()) return;
  if (decoder_.feed(bytes, shared_output()) == decoder::status::too_large) {
    object(too_large(decoder_.produced()));
  }
  if (decoding_ == decoding::objects && objects_.about_content()) object(objects_.outcome());
}

void document::end_decoding(std::uint64_t length) {
  const decoder::status s = decoder_.finish(shared_output());
  if (s == decoder::status::too_large) object(too_large(decoder_.produced()));
  if (failed()) return;
  unpacked_ += decoder_.produced();
  packed_ += length;
  judge_.within_stream({});
  result wrong;
  switch (s) {
    case decoder::status::good:
      break;
    case decoder::status::stopped:
      if (decoding_ == decoding::metadata) {
        return object({errc::doctype, "metadata that declares a document type or an entity", stream_at_});
      }
      wrong = objects_.outcome();
      break;
    case decoder::status::corrupt:
      wrong = {errc::corrupt_data, "a stream that cannot be unpacked", stream_at_};
      break;
    case decoder::status::trailing:
      wrong = {errc::unclaimed_data, "bytes behind the end of packed data", stream_at_};
      break;
    case decoder::status::too_large:
      return;
  }
  if (decoding_ == decoding::metadata) return;  // readers do without metadata that does not unpack
  if (decoding_ == decoding::references) {
    entries_known_ = entries_known_ && wrong.ok() && references_.known();
    xref_.section_ends();
    return object(std::move(wrong));
  }
  if (wrong.ok()) wrong = objects_.finish();
  if (!wrong.ok() && objects_.about_content()) return object(std::move(wrong));
  defer(std::move(wrong));
}

// Streams that are not decoded here: pages, pictures, fonts. Pictures may well be of one colour.
void document::judge_density(std::uint64_t length) {
  const std::uint64_t unpacked = flat_.unpacked();
  estimated_ += unpacked;
  const bool picture = values_.top_frame().subtype == name::Image;
  object(ask(ctx_, [&](const structure_limits& all) -> result {
    if (!picture && dense(all.archive, unpacked, length)) {
      return {errc::ratio_exceeded, "a stream of one pattern", stream_at_};
    }
    if (estimated_ <= all.archive.max_unpacked) return {};
    return {errc::unpacked_too_large, "streams of one pattern", stream_at_};
  }));
}

void document::end_stream(std::uint64_t length, std::uint64_t offset) {
  if (watched_) judge_density(length);
  watched_ = false;
  if (decoding_ != decoding::nothing) end_decoding(length);
  // Those cannot be known while they stream: the ratio of a stream whose length comes later.
  if (decoding_ != decoding::nothing && !failed()) {
    object(ask(ctx_, [&](const structure_limits& all) -> result {
      if (!dense(all.archive, decoder_.produced(), length)) return {};
      return {errc::ratio_exceeded, "a stream of objects", stream_at_};
    }));
  }
  // What was decoded has used the values; its dictionary is needed by cross-reference streams only.
  decoding_ = decoding::nothing;
  if (length_from_) {
    found_length_[lengths_++ % max_lengths] = {*length_from_, length, stream_at_};
  }
  lexer_.restart(offset);
  state_ = state::endstream;
}

// An object that is an integer: the length of a stream before it, or behind it.
void document::remember_integer() {
  const value& v = values_.scalar();
  integer_[integers_++ % max_lengths] = {number_, v.number, object_at_};
  for (length_object& l : found_length_) {
    if (l.offset == 0 || l.number != number_) continue;
    // The end-of-line before endstream does not count (7.3.8.1).
    if (v.number > l.value || l.value - v.number > 2) {
      object({errc::bad_length,
              "the stream at " + std::to_string(l.offset) + " is " + std::to_string(l.value) + " bytes long",
              v.offset});
    }
    l = {};
  }
}

}  // namespace uploadgate::formats::pdf
