#include "pdf_document.hpp"

#include "payload_text.hpp"
#include "pdf_token_marks.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace uploadgate::formats::pdf {
namespace {

// Comments have no use but the header's and the writer's notes; what is longer hides something.
constexpr std::uint64_t max_comment = lexer::max_text;

constexpr std::string_view end_of_file = "%%EOF";

}  // namespace

document::document(context& ctx)
    : ctx_{ctx},
      judge_{ctx},
      values_{judge_, ctx.manner.max_depth},
      objects_{judge_, values_},
      references_{xref_} {}

void document::object(result r) {
  if (outcome_.ok() && !r.ok()) outcome_ = std::move(r);
}

std::size_t document::feed(std::string_view window) {
  std::string_view in = window;
  token_marks marks{window};
  while (!failed() && !at_stream()) {
    if (state_ == state::object && values_.open()) {
      object(values_.run(marks, in, lexer_));
      if (failed()) break;
    }
    if (lexer_.between_tokens() && usual_tokens(in)) continue;
    if (failed()) break;
    const kind k = lexer_.next(in);
    if (k == kind::more) break;
    token(k);
  }
  return window.size() - in.size();
}

// What stands around the values of most objects, as token() would take it; whether a value has begun.
bool document::usual_tokens(std::string_view& in) {
  switch (state_) {
    case state::object:
      if (!values_.complete() || !lexer_.next_word(in, "endobj")) break;
      object_token(kind::word);
      if (failed()) return false;
      [[fallthrough]];
    case state::body:
      if (!lexer_.next_integer(in)) return false;
      body(kind::integer);
      [[fallthrough]];
    case state::generation:
      if (!lexer_.next_integer(in)) return false;
      object_token(kind::integer);
      [[fallthrough]];
    case state::keyword:
      if (!lexer_.next_word(in, "obj")) return false;
      begin_object();
      break;
    default:
      return false;
  }
  if (values_.begun() || !lexer_.next_dictionary(in)) return false;
  object(values_.token(kind::dict_open, lexer_));
  return true;
}

void document::token(kind k) {
  if (k == kind::comment) return comment();
  switch (state_) {
    case state::body:
      return body(k);
    case state::generation:
    case state::keyword:
    case state::object:
    case state::endstream:
    case state::endobj:
      return object_token(k);
    case state::table:
    case state::table_count:
    case state::entry_offset:
    case state::entry_generation:
    case state::entry_kind:
      return table_token(k);
    case state::trailer:
      return trailer_token(k);
    case state::start_offset:
    case state::end_mark:
      return start_token(k);
    case state::stream:
      return;
  }
}

void document::comment() {
  const std::string_view text = lexer_.text();
  if (text.starts_with(end_of_file) && (state_ == state::end_mark || (state_ == state::body && any_start_))) {
    if (lexer_.length() == end_of_file.size()) {
      ended_ = any_end_ = true;
      behind_end_.reset();
      state_ = state::body;
      return;
    }
    if (object_behind_end(text)) return;
  }
  if (ended_ && !behind_end_) behind_end_ = lexer_.offset();
  if (lexer_.control_byte()) return object(errc::unclaimed_data, "a comment holds control bytes");
  if (lexer_.length() > max_comment) return object(errc::unclaimed_data, "a comment is too long");
  if (!ctx_.minds(&image_limits::payload_text)) return;
  payload_text payload;
  payload.begin(lexer_.offset());
  payload.feed(as_bytes(text));
  if (const auto& hit = payload.finish()) {
    object(handle(ctx_, &image_limits::payload_text, errc::payload_text,
                  "a comment with " + std::string{hit->what}, hit->offset));
  }
}

// Between objects: only objects, cross-reference tables and startxref may stand (7.5.1).
void document::body(kind k) {
  object_at_ = lexer_.offset();
  if (k == kind::integer && !lexer_.negative()) {
    number_ = lexer_.number();
    state_ = state::generation;
  } else if (is(k, "xref")) {
    xref_.section(object_at_);
    ctx_.part("cross-reference table and trailer", object_at_);
    state_ = state::table;
    ended_ = false;
    behind_end_.reset();
  } else if (is(k, "startxref")) {
    state_ = state::start_offset;
    ctx_.part("startxref and %%EOF", object_at_);
    ended_ = false;
    behind_end_.reset();
  } else if (ended_) {
    object({errc::trailing_data, "behind %%EOF", behind_end_.value_or(object_at_)});
  } else {
    object(errc::unclaimed_data, "between objects");
  }
}

void document::begin_object() {
  ended_ = false;
  behind_end_.reset();
  reference_stream_ = false;
  xref_.object(number_, generation_, object_at_);
  ctx_.part("objects", object_at_);
  values_.restart(judge_.begin_object(number_));
  state_ = state::object;
}

// Acrobat writes an update right behind a file that ends without a line end, as Word's do: "%%EOF7 0 obj".
// Readers find the object by its offset.
bool document::object_behind_end(std::string_view comment) {
  const char* const end = comment.data() + comment.size();
  const auto number = std::from_chars(comment.data() + end_of_file.size(), end, number_);
  if (number.ec != std::errc{} || number.ptr == end || *number.ptr != ' ') return false;
  const auto generation = std::from_chars(number.ptr + 1, end, generation_);
  if (generation.ec != std::errc{} || std::string_view{generation.ptr, end} != " obj") return false;
  if (lexer_.length() != comment.size()) return false;
  object_at_ = lexer_.offset() + end_of_file.size();
  any_end_ = true;
  begin_object();
  return true;
}

void document::object_token(kind k) {
  switch (state_) {
    case state::generation:
    case state::keyword:
      if (state_ == state::generation && k == kind::integer) {
        generation_ = lexer_.number();
        state_ = state::keyword;
        return;
      }
      if (state_ == state::keyword && is(k, "obj")) {
        return begin_object();
      }
      return object({ended_ ? errc::trailing_data : errc::unclaimed_data, "a number that begins no object",
                     behind_end_.value_or(object_at_)});
    case state::object:
      if (is(k, "endobj") || is(k, "stream")) {
        object(values_.finish());
        if (failed()) return;
        if (lexer_.text() == "endobj") return end_object();
        if (!values_.complete() || !values_.top().is_dictionary) {
          return object(errc::bad_structure, "a stream without a dictionary");
        }
        state_ = state::stream;
        return;
      }
      return object(values_.token(k, lexer_));
    case state::endstream:
      if (!is(k, "endstream"))
        return object(errc::bad_length, "stream data does not end where its length says");
      state_ = state::endobj;
      return;
    default:
      if (!is(k, "endobj")) return object(errc::bad_length, "no endobj stands behind endstream");
      return end_object();
  }
}

void document::end_object() {
  state_ = state::body;
  if (reference_stream_) {
    end_trailer();
  } else if (values_.scalar().what == kind::integer && !values_.scalar().is_reference) {
    remember_integer();
  }
}

// 7.5.4. Entries are 20 bytes; writers with 19 exist, so tokens are read.
void document::table_token(kind k) {
  const bool unused = state_ == state::entry_offset && lexer_.negative();  // some writers say it so
  const bool number = k == kind::integer && (unused || !lexer_.negative());
  switch (state_) {
    case state::table:
      if (is(k, "trailer")) {
        xref_.section_ends();
        values_.restart(role::none);
        object_at_ = lexer_.offset();
        state_ = state::trailer;
        return;
      }
      entry_number_ = lexer_.number();
      state_ = state::table_count;
      break;
    case state::table_count:
      entries_left_ = lexer_.number();
      state_ = entries_left_ > 0 ? state::entry_offset : state::table;
      break;
    case state::entry_offset:
      entry_offset_ = unused ? 0 : lexer_.number();
      state_ = state::entry_generation;
      break;
    case state::entry_generation:
      entry_generation_ = lexer_.number();
      state_ = state::entry_kind;
      break;
    default:
      if (!is(k, "n") && !is(k, "f")) break;
      if (lexer_.text() == "n") xref_.entry(entry_number_, entry_generation_, entry_offset_);
      ++entry_number_;
      state_ = --entries_left_ > 0 ? state::entry_offset : state::table;
      return;
  }
  if (!number) object(errc::bad_structure, "cross-reference table");
}

void document::trailer_token(kind k) {
  object(values_.token(k, lexer_));
  if (failed() || !values_.complete()) return;
  if (!values_.top().is_dictionary) return object(errc::bad_structure, "a trailer without a dictionary");
  state_ = state::body;
  end_trailer();
}

// What a trailer says, or the dictionary of a cross-reference stream (7.5.5, 7.5.8.2).
void document::end_trailer() {
  const head& t = values_.top();
  any_root_ = any_root_ || t.root;
  if (t.previous && xref_.last_section() == t.previous) {
    object(handle(ctx_, &document_rules::inconsistent_references, errc::reference_mismatch,
                  "a section that is its own Prev", object_at_));
  } else if (t.previous) {
    xref_.claim(*t.previous, object_at_);
  }
  if (t.hybrid) xref_.claim(*t.hybrid, object_at_);
  if (!t.encrypt || encrypted_ || failed()) return;
  encrypted_ = true;
  object(handle(ctx_, &document_rules::encrypted, errc::encrypted, "trailer with Encrypt", object_at_));
  if (!failed())
    ctx_.examined_only(examined::prefix, "encrypted: its strings and object streams cannot be read");
}

void document::start_token(kind k) {
  if (state_ == state::start_offset && k == kind::integer) {
    // The first part of a linearised file says 0 (annex F.3.5).
    if (lexer_.number() != 0) xref_.claim(lexer_.number(), lexer_.offset());
    any_start_ = true;
    state_ = state::end_mark;
    return;
  }
  object(state_ == state::end_mark ? errc::missing_part : errc::bad_structure, "startxref");
}

result document::finish(std::uint64_t size) {
  const kind k = lexer_.finish();
  if (k != kind::more) token(k);
  if (failed()) return outcome_;
  if (behind_end_) return {errc::trailing_data, "behind %%EOF", *behind_end_};
  if (state_ != state::body || !ended_) {
    if (state_ == state::end_mark || (state_ == state::body && any_start_)) {
      return {errc::missing_part, "%%EOF", size};
    }
    return {errc::truncated, {}, size};
  }
  if (!encrypted_ && !deferred_.ok()) return deferred_;
  if (!any_root_) return {errc::missing_part, "a trailer with Root", size};
  const choice how = &document_rules::inconsistent_references;
  if (const auto at = xref_.false_claim()) {
    result r = handle(ctx_, how, errc::reference_mismatch, "no section stands where it is said to", *at);
    if (!r.ok()) return r;
  }
  if (!entries_known_) {
    result r = handle(ctx_, how, errc::reference_mismatch, "a section that is not followed here", size);
    if (!r.ok()) return r;
  } else if (!xref_.agrees()) {
    result r = handle(ctx_, how, errc::reference_mismatch, "entries are not where objects stand", size);
    if (!r.ok()) return r;
  }
  ctx_.found.frames = judge_.pages();
  if (packed_ > 0) ctx_.found.unpacked_size = unpacked_;
  return {};
}

}  // namespace uploadgate::formats::pdf
