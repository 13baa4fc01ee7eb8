// The data of a part: the search for the delimiter across chunks.
#include "http/characters.hpp"
#include "http/multipart_state.hpp"

#include <algorithm>

namespace uploadgate {

using kind = enum multipart_event::kind;

// A body is cut where the first byte at fault stands, so that the bytes given do not depend on the chunks.
std::string_view multipart_parser::state::checked(std::string_view bytes, std::uint64_t offset) {
  const auto cut = [&](std::size_t n, errc code) {
    bytes = bytes.substr(0, n);
    refusal = objection{make_error_code(code), {}, offset + n};
  };
  const multipart_part& part = headers.part();
  if (part.filename && part.filename->empty() && !bytes.empty()) cut(0, errc::form_filename_empty);
  if (headers.announced() && bytes.size() > *headers.announced() - part_size)
    cut(static_cast<std::size_t>(*headers.announced() - part_size), errc::form_part_length);
  if (headers.ascii_only()) {
    worked += bytes.size();
    if (const std::size_t i = http::first_with(bytes, http::ch::high); i != std::string_view::npos)
      cut(i, errc::form_charset);
  }
  if (headers.utf8_only()) {
    worked += bytes.size();
    if (const std::size_t i = text.feed(bytes); i != std::string_view::npos) cut(i, errc::form_text_encoding);
  }
  return bytes;
}

multipart_event multipart_parser::state::give(std::string_view bytes, std::uint64_t offset) {
  if (check_bytes) bytes = checked(bytes, offset);
  part_size += bytes.size();
  if (!bytes.empty()) return {kind::data, as_bytes(bytes)};
  return refusal ? tell_refusal() : multipart_event{};
}

// The part's bytes before this chunk, as many as a line takes that began like the delimiter, and its line
// break.
void multipart_parser::state::keep_tail(std::string_view bytes) {
  const std::size_t enough = delimiter.size() + 1;
  if (bytes.size() >= enough) {
    tail = bytes.substr(bytes.size() - enough);
  } else {
    tail += bytes;
    tail.erase(0, tail.size() - std::min(tail.size(), enough));
  }
}

// POCO gives up a line that began like the delimiter with its line break, and so misses the delimiter.
std::size_t multipart_parser::state::half_delimiter(std::string_view bytes) {
  if (bytes.size() <= delimiter.size() && !tail.empty()) {
    keep_tail(bytes);
    bytes = tail;
  }
  const std::size_t begun = delimiter.begun(bytes);
  const bool is_line = begun >= 2 && begun < bytes.size() && bytes[bytes.size() - begun - 1] == '\n';
  return is_line ? begun : 0;
}

multipart_event multipart_parser::state::end_part(std::uint64_t end) {
  in_part = false;
  if (headers.announced().value_or(part_size) != part_size) return fail(errc::form_part_length, end);
  if (headers.utf8_only() && !text.whole()) return fail(errc::form_text_encoding, end);
  if (partial > 0) return fail(errc::form_delimiter_partial, end - partial);
  return {kind::part_end, {}};
}

multipart_event multipart_parser::state::found_inside(std::uint64_t offset) {
  if (!refusal) refusal = objection{make_error_code(errc::form_delimiter_in_data), {}, offset};
  return tell_refusal();
}

multipart_event multipart_parser::state::read_data() {
  if (pos == chunk.size()) return {};
  return held > 0 || matched > 0 ? resume_data() : search_data(0);
}

// The chunk before ended within what could be a delimiter.
multipart_event multipart_parser::state::resume_data() {
  const std::string_view data = rest();
  std::size_t i = 0;
  if (held > 0) {
    const std::string_view wanted = std::string_view{separator}.substr(held);
    const std::size_t most = std::min(wanted.size(), data.size());
    while (i < most && data[i] == wanted[i]) ++i;
    worked += i;
    pos += i;
    held += i;
    if (held == separator.size()) {
      where = at::delimiter;
      partial = half_delimiter({});
      held = 0;
      return {};
    }
    if (i == data.size()) return {};
    // No delimiter: what was held is data. Its end may begin a delimiter without a line break before it.
    const std::uint64_t offset = offset_of(pos) - held;
    const std::string_view bytes = std::string_view{separator}.substr(0, held);
    matched = held > 2 ? held - 2 : 0;
    held = 0;
    tail = bytes;
    return give(bytes, offset);
  }
  while (i < data.size() && matched > i) {
    matched = delimiter.step(matched, data[i]);
    ++i;
    if (matched == delimiter.size()) {
      const std::uint64_t begin = offset_of(pos) + i - matched;
      const multipart_event e = give(data.substr(0, i - 1), offset_of(pos));
      pos += i;
      if (e.kind == kind::need_input) return found_inside(begin);
      if (e.kind == kind::data && !refusal)
        refusal = objection{make_error_code(errc::form_delimiter_in_data), {}, begin};
      return e;
    }
  }
  worked += i;
  if (i < data.size() || matched <= i) return search_data(i - std::min(i, matched));
  keep_tail(data);
  const multipart_event e = give(data, offset_of(pos));
  pos = chunk.size();
  return e;
}

multipart_event multipart_parser::state::search_data(std::size_t from) {
  const std::string_view data = rest();
  const std::uint64_t offset = offset_of(pos);
  const auto after_break = [&](std::size_t i) {
    return i >= 2 && data[i - 2] == '\r' && data[i - 1] == '\n';
  };
  const std::size_t found = from + delimiter.find(data.substr(from), worked);
  matched = 0;
  if (found < data.size()) {
    worked += found + delimiter.size();
    pos += found + delimiter.size();
    if (after_break(found)) {
      const std::string_view bytes{data.data(), found - 2};
      where = at::delimiter;
      partial = half_delimiter(bytes);
      return give(bytes, offset);
    }
    // All but the delimiter's last byte is given, as it would be if it came byte by byte.
    const multipart_event e = give(data.substr(0, found + delimiter.size() - 1), offset);
    if (e.kind == kind::data && !refusal)
      refusal = objection{make_error_code(errc::form_delimiter_in_data), {}, offset + found};
    return e;
  }
  worked += data.size();
  pos = chunk.size();
  const std::size_t begun = delimiter.begun(data.substr(from));
  if (begun > 0 ? after_break(data.size() - begun) : after_break(data.size())) {
    held = begun + 2;
  } else if (begun == 0 && data.back() == '\r') {
    held = 1;
  } else {
    matched = begun;
  }
  const std::string_view bytes = data.substr(0, data.size() - held);
  keep_tail(bytes);
  return give(bytes, offset);
}

}  // namespace uploadgate
