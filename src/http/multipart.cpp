#include <uploadgate/http/multipart.hpp>

#include "http/form_type.hpp"
#include "http/multipart_state.hpp"

#include <algorithm>
#include <utility>

namespace uploadgate {

using kind = enum multipart_event::kind;

namespace {

std::string delimiter_of(std::string_view content_type) {
  std::string_view boundary;
  const result r = parse_boundary(content_type, boundary);
  return "--" + std::string{r.ok() ? boundary : std::string_view{}};
}

}  // namespace

multipart_parser::state::state(std::string_view content_type, const multipart_limits& l,
                               std::optional<std::uint64_t> length)
    : limits{l},
      delimiter{delimiter_of(content_type)},
      separator{"\r\n" + std::string{delimiter.text()}},
      headers{limits},
      announced{length} {
  http::form_type type;
  if (result r = http::read_form_type(content_type, type); !r.ok()) {
    refusal = std::move(r).why();
  } else if (announced.value_or(0) > limits.max_body) {
    refusal = objection{make_error_code(errc::form_too_large), "Content-Length", 0};
  }
  headers.ascii_form(type.ascii_only);
}

void multipart_parser::state::push(bytes_view bytes) noexcept {
  if (where != at::failed && !refusal && pos != chunk.size())  // bytes would be lost
    refusal = objection{make_error_code(errc::form_truncated), {}, offset_of(pos)};
  chunk_offset += pos;
  pos = 0;
  const std::uint64_t end = std::min(limits.max_body, announced.value_or(limits.max_body));
  const std::uint64_t room = end - std::min(end, chunk_offset);
  clipped = bytes.size() > room;
  chunk = as_text(bytes).substr(0, clipped ? static_cast<std::size_t>(room) : bytes.size());
}

multipart_event multipart_parser::state::fail(objection reason) {
  where = at::failed;
  refusal.reset();
  why = std::move(reason);
  return {kind::rejected, {}};
}

multipart_event multipart_parser::state::fail(errc code, std::uint64_t offset, std::string_view detail) {
  return fail({make_error_code(code), std::string{detail}, offset});
}

multipart_event multipart_parser::state::tell_refusal() { return fail(*std::exchange(refusal, {})); }

multipart_event multipart_parser::state::need_input() {
  if (!clipped) return {};
  const bool longer = announced && *announced <= limits.max_body;
  return longer ? fail(errc::form_length_mismatch, *announced, "more bytes than announced")
                : fail(errc::form_too_large, limits.max_body);
}

multipart_event multipart_parser::state::next() {
  return refusal && where != at::failed ? tell_refusal() : read_events();
}

// One variable, so that it is the caller's: to copy an event that was just written stalls the processor.
multipart_event multipart_parser::state::read_events() {
  at before = where;
  std::size_t was = pos;
  multipart_event e = read_on();
  while (e.kind == kind::need_input && pos != chunk.size() && (where != before || pos != was)) {
    before = where;
    was = pos;
    e = read_on();
  }
  if (e.kind == kind::need_input) e = need_input();
  return e;
}

multipart_event multipart_parser::state::read_on() {
  switch (where) {
    case at::preamble:
      return read_preamble();
    case at::delimiter:
    case at::delimiter_cr:
    case at::delimiter_dash:
      return read_delimiter();
    case at::headers:
      return read_headers();
    case at::data:
      return read_data();
    case at::closed:
    case at::closed_cr:
    case at::ended:
    case at::ended_cr:
    case at::over:
      return read_end();
    case at::failed:
      break;
  }
  return {kind::rejected, {}};
}

multipart_event multipart_parser::state::read_preamble() {
  // One CRLF is let pass where the switch says so; it cannot be taken for the delimiter.
  while (pos < chunk.size()) {
    const char c = chunk[pos];
    const bool may_skip = limits.leading_crlf && preamble_matched == 0 && preamble_skipped < 2;
    if (may_skip && (preamble_skipped == 1 || c == '\r') && c == separator[preamble_skipped]) {
      ++preamble_skipped;
    } else if (preamble_skipped != 1 && c == delimiter.text()[preamble_matched]) {
      ++preamble_matched;
    } else {
      return fail(errc::form_preamble, offset_of(pos));
    }
    ++pos;
    ++worked;
    if (preamble_matched == delimiter.size()) {
      where = at::delimiter;
      break;
    }
  }
  return {};
}

bool multipart_parser::state::begin_part() {
  where = at::headers;
  headers_begin = offset_of(pos);
  headers.start(headers_begin);
  return ++parts <= limits.max_parts;
}

multipart_event multipart_parser::state::begin_data() {
  where = at::data;
  in_part = true;
  held = matched = 0;
  part_size = 0;
  check_bytes = headers.check_bytes();
  text = {};
  tail.clear();
  return {kind::part, {}};
}

multipart_event multipart_parser::state::read_delimiter() {
  if (where == at::delimiter && rest().starts_with("\r\n")) {
    if (in_part) return end_part(offset_of(pos) - separator.size());  // the two bytes are read again
    worked += 2;
    pos += 2;
    if (!begin_part()) return fail(errc::form_too_many_parts, headers_begin);
    return read_headers();
  }
  while (pos < chunk.size()) {
    const char c = chunk[pos];
    ++worked;
    if (where == at::delimiter && (c == '\r' || c == '-')) {
      where = c == '-' ? at::delimiter_dash : at::delimiter_cr;
      ++pos;
      continue;
    }
    if (where == at::delimiter_cr && c != '\n') return fail(errc::form_bare_cr, offset_of(pos) - 1);
    if (where == at::delimiter) {
      if (c == '\n') return fail(errc::form_bare_lf, offset_of(pos));
      if (c == ' ' || c == '\t') return fail(errc::form_delimiter_padding, offset_of(pos));
      return fail(errc::form_delimiter_prefix, offset_of(pos));
    }
    if (where == at::delimiter_dash && c != '-') return fail(errc::form_delimiter_prefix, offset_of(pos));
    // Told here, where the delimiter is known to be one; the byte is read again.
    if (in_part) return end_part(offset_of(pos) - 1 - separator.size());
    const bool closing = where == at::delimiter_dash;
    ++pos;
    if (closing) {
      where = at::closed;
      return {kind::form_end, {}};
    }
    if (!begin_part()) return fail(errc::form_too_many_parts, headers_begin);
    break;
  }
  return {};
}

multipart_event multipart_parser::state::header_line(std::string_view line, std::uint64_t offset,
                                                     bool& done) {
  worked += line.size();
  if (!line.ends_with('\r')) return fail(errc::form_bare_lf, offset + line.size());
  line.remove_suffix(1);
  done = line.empty();
  result r = done ? headers.end(offset) : headers.line(line, offset, delimiter);
  return r.ok() ? multipart_event{} : fail(std::move(r).why());
}

multipart_event multipart_parser::state::read_headers() {
  if (offset_of(pos) == headers_begin) {
    const std::size_t n = headers.plain(rest().substr(0, static_cast<std::size_t>(limits.max_header_bytes)));
    worked += n;
    pos += n;
    if (n > 0) return begin_data();
  }
  while (pos < chunk.size()) {
    const std::string_view available = rest();
    const std::uint64_t used = offset_of(pos) - headers_begin;
    const std::uint64_t room = limits.max_header_bytes - std::min(limits.max_header_bytes, used);
    const std::string_view window =
        available.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(room, available.size())));
    const std::size_t lf = window.find('\n');
    if (lf == std::string_view::npos) {
      if (available.size() > window.size() || room == 0)
        return fail(errc::form_headers_too_large, headers_begin + limits.max_header_bytes);
      partial_line.append(window);
      worked += window.size();
      pos = chunk.size();
      return {};
    }
    bool done = false;
    const std::uint64_t begin = offset_of(pos) - partial_line.size();
    multipart_event e;
    if (partial_line.empty()) {
      e = header_line(window.substr(0, lf), begin, done);
    } else {
      partial_line.append(window.substr(0, lf));
      e = header_line(partial_line, begin, done);
      partial_line.clear();
    }
    if (e.kind == kind::rejected) return e;
    pos += lf + 1;
    if (done) return begin_data();
  }
  return {};
}

multipart_event multipart_parser::state::read_end() {
  if (pos == chunk.size()) return {};
  const char c = chunk[pos];
  if (where == at::closed && c == '\r') {
    where = at::closed_cr;
  } else if (where == at::closed_cr && c == '\n') {
    where = at::ended;
  } else if (where == at::ended && c == '\r') {
    where = at::ended_cr;
  } else if (where == at::ended_cr && c == '\n') {
    where = at::over;
  } else {
    return fail(errc::form_epilogue, offset_of(pos));
  }
  ++pos;
  return {};
}

result multipart_parser::state::finish() {
  if (where != at::failed) {
    const std::uint64_t end = offset_of(pos);
    const bool whole = where == at::closed || where == at::ended || where == at::over;
    if (refusal) {
      tell_refusal();
    } else if (pos != chunk.size() || clipped) {
      fail(errc::form_truncated, end, "finished before all was read");
    } else if (where == at::closed_cr || where == at::ended_cr) {
      fail(errc::form_epilogue, end);
    } else if (!whole) {
      fail(errc::form_truncated, end);
    } else if (announced && *announced != end) {
      fail(errc::form_length_mismatch, end, "fewer bytes than announced");
    }
  }
  return where == at::failed ? result{why} : result{};
}

multipart_parser::multipart_parser(std::string_view content_type, const multipart_limits& limits,
                                   std::optional<std::uint64_t> content_length)
    : state_{std::make_unique<state>(content_type, limits, content_length)} {}
multipart_parser::multipart_parser(multipart_parser&&) noexcept = default;
multipart_parser& multipart_parser::operator=(multipart_parser&&) noexcept = default;
multipart_parser::~multipart_parser() = default;

void multipart_parser::push(bytes_view chunk) noexcept { state_->push(chunk); }
multipart_event multipart_parser::next() { return state_->next(); }
result multipart_parser::finish() { return state_->finish(); }
const multipart_part& multipart_parser::part() const noexcept { return state_->headers.part(); }
const objection& multipart_parser::why() const noexcept { return state_->why; }
std::uint64_t multipart_parser::offset() const noexcept { return state_->offset_of(state_->pos); }
std::uint64_t multipart_parser::work() const noexcept { return state_->worked; }

}  // namespace uploadgate
