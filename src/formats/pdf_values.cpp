#include "pdf_values.hpp"

#include "pdf_rules.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace uploadgate::formats::pdf {
namespace {

std::uint32_t capped(std::uint64_t n) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(n, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

void values::restart(role runs) {
  depth_ = 0;
  top_values_ = 0;
  pending_ = 0;
  runs_ = runs;
  scalar_ = {};
  head_.clear();
  stack_[1] = {};
}

bool values::malformed(std::string_view why, std::uint64_t offset) {
  wrong_ = {errc::bad_structure, std::string{why}, offset};
  return false;
}

result values::token(kind k, const lexer& at) { return answer(read(k, at)); }

bool values::read(kind k, const lexer& at) {
  switch (k) {
    case kind::integer:
      return integer(at);
    case kind::word:
      if (at.text() == "R" && pending_ == 2) {
        pending_ = 0;
        return put({.what = kind::integer,
                    .is_reference = true,
                    .number = held_[0].number,
                    .generation = held_[1].number,
                    .offset = held_[0].offset});
      }
      if (at.text() != "true" && at.text() != "false" && at.text() != "null") {
        return malformed("a word that is no value: " + std::string{at.text().substr(0, 20)}, at.offset());
      }
      break;
    case kind::bad:
    case kind::comment:
    case kind::more:
      return malformed("a byte that can stand in no value", at.offset());
    default:
      break;
  }
  if (pending_ > 0 && !flush()) return false;
  switch (k) {
    case kind::name:
      if (depth_ > 0 && stack_[depth_].dictionary && !stack_[depth_].wants_value) {
        return key(stack_[depth_], find_name(at.text()), at.offset());
      }
      return put({.what = k, .id = find_name(at.text()), .text = at.text(), .offset = at.offset()});
    case kind::dict_open:
    case kind::array_open:
      return push(k == kind::dict_open, at.offset());
    case kind::dict_close:
    case kind::array_close:
      return close(k == kind::dict_close, at.offset());
    default:
      return put({.what = k,
                  .cut = at.long_text(),
                  .text = at.text(),
                  .number = at.number(),
                  .offset = at.offset()});
  }
}

// An integer may be the first or the second number of a reference, so it waits for what follows.
bool values::integer(const lexer& at) {
  if (pending_ == 2) {
    const held first = held_[0];
    held_[0] = held_[1];
    pending_ = 1;
    if (!put(first)) return false;
  }
  held_[pending_++] = {.number = at.negative() ? 0 : at.number(), .offset = at.offset()};
  return true;
}

bool values::flush() {
  const std::size_t n = pending_;
  pending_ = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (!put(held_[i])) return false;
  }
  return true;
}

result values::finish() {
  if (!flush()) return answer(false);
  if (depth_ > 0) return {errc::bad_structure, "an object ends inside a dictionary or an array"};
  return {};
}

bool values::put(const held& integer) {
  return put({.what = kind::integer, .number = integer.number, .offset = integer.offset});
}

// A value that is no container, or a reference.
bool values::put(const value& v) {
  if (depth_ == 0) {
    if (++top_values_ > 1) return malformed("an object holds more than one value", v.offset);
    scalar_ = v;
    return well(judge_.top_value(v, runs_));
  }
  frame& f = stack_[depth_];
  if (f.dictionary && !f.wants_value) return malformed("a dictionary's key is not a name", v.offset);
  f.wants_value = false;
  if (!f.hears(v.kind_bit())) return true;
  if (depth_ <= 3) note_head(v);
  if (!f.dictionary) return well(judge_.element(f, v));
  f.hosts = f.hosts || ((f.key == name::T || f.key == name::FT) && !v.is_reference);
  return well(judge_.entry(f, v));
}

// A key that stood before.
bool values::key_again(frame& f, std::uint64_t offset) {
  f.heard |= repeated;
  const bool comparable = f.key == name::Type || f.key == name::Subtype || f.key == name::S;
  return comparable || well(judge_.duplicate(f, offset));
}

// What opens under a key for which that matters.
bool values::open_telling(frame& f, bool dictionary, std::uint64_t offset, frame& next) {
  f.hosts = f.hosts || f.key == name::T || f.key == name::FT;
  if ((f.heard & repeated) != 0 && !well(judge_.duplicate(f, offset))) return false;
  if (!well(judge_.opens(f, dictionary, offset, next))) return false;
  if (depth_ > 1) return true;
  head_.encrypt = head_.encrypt || f.key == name::Encrypt;
  head_.external = head_.external || f.key == name::F;
  return true;
}

bool values::push(bool dictionary, std::uint64_t offset) {
  if (depth_ == limit_) {
    wrong_ = {errc::nested_too_deep, "over " + std::to_string(limit_), offset};
    return false;
  }
  frame& next = stack_[depth_ + 1];
  next = {};
  next.dictionary = dictionary;
  if (depth_ == 0) {
    if (++top_values_ > 1) return malformed("an object holds more than one value", offset);
    head_.is_dictionary = dictionary;
    next.runs = runs_;
  } else {
    frame& f = stack_[depth_];
    if (f.dictionary) {
      if (!f.wants_value) return malformed("a dictionary's key is not a name", offset);
      f.wants_value = false;
      const name_rules& rules = rules_of(f.key);
      if (f.minds(rules)) {
        if (!open_telling(f, dictionary, offset, next)) return false;
      } else {
        f.tell(next, rules);
      }
    } else {
      next.under = f.under;
      next.free = f.free;
      next.runs = f.runs;
    }
  }
  if (!dictionary) next.begin_array();
  ++depth_;
  return true;
}

bool values::close(bool dictionary, std::uint64_t offset) {
  if (depth_ == 0 || stack_[depth_].dictionary != dictionary) {
    return malformed("a bracket closes what was not opened", offset);
  }
  const frame& f = stack_[depth_--];
  if (!dictionary) return true;
  if (f.wants_value) return malformed("a dictionary's key has no value", offset);
  if (depth_ == 0) {
    head_.type = f.type;
    head_.parent = (f.seen & bit(name::Parent)) != 0;
  }
  return !f.matters(depth_ == 0) || well(judge_.closes(f, head_, depth_ == 0, offset));
}

// Keeps what the object's stream, its trailer or its page tree needs (7.3.8.2, 7.5.5, 7.5.7, 7.5.8).
void values::note_head(const value& v) {
  const frame& f = stack_[depth_];
  const bool number = v.what == kind::integer && !v.is_reference;
  if (depth_ == 1) {
    if (!f.dictionary) return;
    switch (f.key) {
      case name::Length:
        if (v.is_reference) {
          head_.length_at = reference{v.number, v.generation};
        } else if (number) {
          head_.length = v.number;
        }
        break;
      case name::Filter:
        if (v.is_reference) {
          head_.strange_filter = true;
        } else if (v.what == kind::name) {
          head_.filter[0] = v.id;
          head_.filters = 1;
        }
        break;
      case name::DecodeParms:
        head_.strange_parameters = v.is_reference;
        break;
      case name::N:
        if (number) head_.count = v.number;
        break;
      case name::First:
        if (number) head_.first = v.number;
        break;
      case name::Size:
        if (number) head_.size = v.number;
        break;
      case name::Prev:
        if (number) head_.previous = v.number;
        break;
      case name::XRefStm:
        if (number) head_.hybrid = v.number;
        break;
      case name::Count:
        if (number) head_.pages = v.number;
        break;
      case name::F:
        head_.external = v.what == kind::string || v.is_reference;
        break;
      case name::Root:
        head_.root = v.is_reference;
        break;
      case name::Encrypt:
        head_.encrypt = v.is_reference;
        break;
      case name::Linearized:
        head_.linearized = true;
        break;
      default:
        break;
    }
    return;
  }
  if (!f.dictionary && depth_ == 2) {
    if (f.under == name::Filter) {
      if (head_.filters < head::max_filters) {
        head_.filter[head_.filters] = v.is_reference ? name::other : v.id;
      }
      ++head_.filters;
    } else if (f.under == name::W && number) {
      if (head_.widths < 3) head_.width[head_.widths] = capped(v.number);
      ++head_.widths;
    } else if (f.under == name::Index && number) {
      if (head_.indices < head::max_index) {
        head_.index[head_.indices] = capped(v.number);
      }
      ++head_.indices;
    }
    return;
  }
  if (!f.dictionary || f.under != name::DecodeParms || !number) return;
  switch (f.key) {
    case name::Predictor:
      head_.predictor = v.number;
      break;
    case name::Columns:
      head_.columns = v.number;
      break;
    case name::Colors:
      head_.colors = v.number;
      break;
    case name::BitsPerComponent:
      head_.bits = v.number;
      break;
    default:
      break;
  }
}

}  // namespace uploadgate::formats::pdf
