#include <uploadgate/http/form.hpp>

#include "http/characters.hpp"
#include "http/form_policy_state.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

namespace uploadgate {

struct form_inspection::state {
  state(std::shared_ptr<const form_policy::shared> s, std::string_view content_type,
        std::optional<std::uint64_t> length, form_consumer c)
      : rules{std::move(s)},
        parser{content_type, rules->limits, length},
        consumer{std::move(c)},
        counts(rules->fields.size()) {}

  std::shared_ptr<const form_policy::shared> rules;
  multipart_parser parser;
  form_consumer consumer;
  std::vector<std::uint64_t> counts;  // of each field
  std::vector<form_part> parts;
  uploadgate::verdict verdict;
  bool finished = false;
  bool open = false;                  // the last part has begun and not ended
  const form_field* field = nullptr;  // of the open part
  std::optional<inspection> file;     // of the open part
  std::size_t valid_utf8 = 0;         // bytes of the open part's text

  void reject(std::string_view rule, objection why) noexcept {
    verdict = form_inspection::rejected(rule, std::move(why));
    if (open) parts.back().verdict = verdict;
    open = false;
    file.reset();
  }
  void reject(errc code, std::uint64_t offset, std::string_view detail = {}) {
    reject("form", {make_error_code(code), std::string{detail}, offset});
  }
  void reject(errc code) noexcept { reject("form", {make_error_code(code)}); }

  // What the parser, a policy or the consumer throws is a rejection too.
  template <class Work>
  void guarded(Work work) noexcept {
    try {
      try {
        work();
      } catch (const std::bad_alloc&) {
        reject(errc::out_of_memory);
      } catch (const std::exception& e) {
        reject("form", {make_error_code(errc::form_consumer_failed), e.what()});
      } catch (...) {
        reject(errc::form_consumer_failed);
      }
    } catch (...) {  // no memory for the detail
      reject(errc::out_of_memory);
    }
  }

  template <class Step, class... Arguments>
  void tell(const Step& step, const Arguments&... arguments) {
    if (!step || verdict.rejected()) return;
    if (result r = step(parts.back(), arguments...); !r.ok()) reject("form", std::move(r).why());
  }

  void read();
  void begin_part();
  void data(bytes_view bytes);
  void text(std::string_view bytes);
  void judge(const uploadgate::verdict& v);
  void take_answer();
  void end_part();
  void end_form();
};

void form_inspection::state::read() {
  using kind = enum multipart_event::kind;
  while (verdict.pending()) {
    const multipart_event e = parser.next();
    switch (e.kind) {
      case kind::need_input:
        return;
      case kind::part:
        begin_part();
        break;
      case kind::data:
        data(e.data);
        break;
      case kind::part_end:
        end_part();
        break;
      case kind::form_end:
        break;
      case kind::rejected:
        reject("form", parser.why());
        break;
    }
  }
}

void form_inspection::state::begin_part() {
  const multipart_part& p = parser.part();
  form_part part;
  part.name = p.name;
  if (p.filename) part.filename = std::string{*p.filename};
  part.content_type = p.content_type;
  part.offset = parser.offset();
  parts.push_back(std::move(part));
  open = true;
  field = rules->find(p.name);
  valid_utf8 = 0;
  file.reset();
  const bool no_file_chosen = p.filename && p.filename->empty();
  if (!rules->fields.empty()) {
    if (!field) return reject(errc::form_field_unknown, p.offset, p.name);
    if (field->files.has_value() != p.filename.has_value())
      return reject(errc::form_field_kind, p.offset, p.name);
    std::uint64_t& count = counts[static_cast<std::size_t>(field - rules->fields.data())];
    if (!no_file_chosen && ++count > field->max_count)
      return reject(errc::form_field_repeated, p.offset, p.name);
  }
  const policy* judged_by = !field ? &rules->digest_only : field->files ? &*field->files : nullptr;
  if (judged_by && !(field && no_file_chosen)) {
    const upload claim{p.filename.value_or(std::string_view{}), p.content_type, {}, p.name};
    file = judged_by->inspect(claim);
    judge(file->verdict());
  }
  tell(consumer.begin);
}

void form_inspection::state::judge(const uploadgate::verdict& v) {
  if (!v.rejected()) return;
  take_answer();
  uploadgate::verdict own = v;
  std::optional<std::uint64_t> offset = v.offset();
  if (offset) *offset += parts.back().offset;
  const std::string detail = parts.back().name + (v.detail().empty() ? "" : ": ") + v.detail();
  reject(v.rule(), {v.code(), detail, offset});
  parts.back().verdict = std::move(own);
}

void form_inspection::state::take_answer() {
  parts.back().facts = file->facts();
  if (const uploadgate::verdict* v = file->candidate_verdict()) parts.back().candidate = *v;
}

void form_inspection::state::text(std::string_view bytes) {
  std::string& kept = parts.back().text;
  const std::uint64_t room = field->max_text - kept.size();
  const bool fits = bytes.size() <= room;
  kept.append(bytes.substr(0, fits ? bytes.size() : static_cast<std::size_t>(room)));
  if (field->utf8) {
    constexpr std::size_t longest = 4;  // bytes of a character; a shorter rest may still become one
    const std::string_view rest = std::string_view{kept}.substr(valid_utf8);
    const std::size_t bad = http::invalid_utf8(rest);
    valid_utf8 += std::min(bad, rest.size());
    if (kept.size() - valid_utf8 >= longest)
      return reject(errc::form_text_encoding, parts.back().offset + valid_utf8, parts.back().name);
  }
  if (!fits) reject(errc::form_text_too_large, parts.back().offset + field->max_text, parts.back().name);
}

void form_inspection::state::data(bytes_view bytes) {
  parts.back().size += bytes.size();
  if (file) {
    file->feed(bytes);
    judge(file->verdict());
  } else if (field && !field->files) {
    text(as_text(bytes));
  }
  tell(consumer.data, bytes);
}

void form_inspection::state::end_part() {
  form_part& part = parts.back();
  if (file) {
    const std::optional<completed_file> whole =
        consumer.completed && file->verdict().pending() ? consumer.completed(part) : std::nullopt;
    const uploadgate::verdict v = whole ? file->finish(*whole) : file->finish();
    judge(v);
    if (v.rejected()) return;
    take_answer();
    part.sha256 = part.facts.sha256;
    file.reset();
  } else if (field && !field->files && field->utf8 && valid_utf8 != part.text.size()) {
    return reject(errc::form_text_encoding, part.offset + valid_utf8, part.name);
  }
  part.verdict = form_inspection::accepted();
  tell(consumer.end);
  open = false;
}

void form_inspection::state::end_form() {
  if (result r = parser.finish(); !r.ok()) return reject("form", std::move(r).why());
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (rules->fields[i].required && counts[i] == 0)
      return reject(errc::form_field_missing, parser.offset(), rules->fields[i].name);
  verdict = form_inspection::accepted();
}

uploadgate::verdict form_inspection::accepted() {
  uploadgate::verdict v;
  v.state_ = verdict::state::accepted;
  return v;
}

uploadgate::verdict form_inspection::rejected(std::string_view rule, objection why) {
  uploadgate::verdict v;
  v.state_ = verdict::state::rejected;
  v.rule_ = rule;
  v.why_ = std::move(why);
  return v;
}

form_inspection::form_inspection(std::unique_ptr<state> s) noexcept : state_{std::move(s)} {}
form_inspection::form_inspection(form_inspection&&) noexcept = default;
form_inspection& form_inspection::operator=(form_inspection&&) noexcept = default;
form_inspection::~form_inspection() = default;

bool form_inspection::feed(bytes_view chunk) noexcept {
  state& s = *state_;
  if (s.finished) {
    s.reject(errc::fed_after_finish);
    return false;
  }
  if (s.verdict.pending() && !chunk.empty()) {
    s.parser.push(chunk);
    s.guarded([&] { s.read(); });
  }
  return s.verdict.pending();
}

uploadgate::verdict form_inspection::finish() noexcept {
  state& s = *state_;
  if (!s.finished) {
    s.finished = true;
    if (s.verdict.pending()) s.guarded([&] { s.end_form(); });
  }
  return s.verdict;
}

const uploadgate::verdict& form_inspection::verdict() const noexcept { return state_->verdict; }
const std::vector<form_part>& form_inspection::parts() const noexcept { return state_->parts; }

form_inspection form_policy::inspect(std::string_view content_type, std::optional<std::uint64_t> length,
                                     form_consumer consumer) const {
  auto s = std::make_unique<form_inspection::state>(shared_, content_type, length, std::move(consumer));
  s->guarded([&] { s->read(); });
  return form_inspection{std::move(s)};
}

}  // namespace uploadgate
