#include "pdf_rules.hpp"

#include "pdf_mix.hpp"
#include "reference.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace uploadgate::formats::pdf {
namespace {

bool is_null(const value& v) { return v.what == kind::word && v.text == "null"; }

bool is_action(name n) {
  return n == name::JavaScript || n == name::URI || (n >= name::GoTo && n <= name::RichMediaExecute);
}

// Goes to a page, or (SetOCGState, 12.6.4.13) shows and hides layers of one.
bool goes_to_page(name n) {
  return n == name::GoTo || n == name::GoToDp || n == name::Thread || n == name::SetOCGState;
}

bool page_command(name n) { return n >= name::FirstPage && n <= name::PrevPage; }

// 12.6.4.8: whether a reader may run it instead of open it: a script, or a page in the address. Readers
// drop white space, controls and a UTF-16 mark.
bool script_address(std::string_view text, bool cut) {
  std::array<char, 64> plain{};
  std::size_t n = 0;
  bool foreign = false;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    foreign = foreign || (u >= 0x7F && u < 0xFE);
    if (u <= 0x20 || u >= 0x7F) continue;
    if (n == plain.size()) break;
    plain[n++] = c;
  }
  const std::string_view address{plain.data(), n};
  const formats::reference what = classify(address);
  if (what == formats::reference::script || what == formats::reference::active) return true;
  if (!cut || n == 0) return cut && !foreign;
  // What would decide is cut off.
  constexpr std::array<std::string_view, 3> schemes{"javascript:", "vbscript:", "data:"};
  return std::ranges::any_of(schemes, [&](std::string_view s) {
    return n < s.size() && equal_without_case(s.substr(0, n), address);
  });
}

}  // namespace

result judge::object(const choice& how, errc code, std::string_view detail, std::uint64_t offset) {
  const std::string_view where = fixed_offset_ ? in_object_stream : std::string_view{};
  return handle(ctx_, how, code, std::string{where} + std::string{detail}, fixed_offset_.value_or(offset));
}

void judge::mark(std::uint64_t number) {
  const std::uint64_t h = mix(number);
  for (const unsigned shift : {0U, 16U, 32U}) active_.set((h >> shift) % marks);
}

bool judge::marked(std::uint64_t number) const {
  const std::uint64_t h = mix(number);
  return active_.test(h % marks) && active_.test((h >> 16) % marks) && active_.test((h >> 32) % marks);
}

role judge::begin_object(std::uint64_t number) {
  number_ = number;
  if (wanted_ > max_wanted) return role::automatic;  // too many to remember: take each for one of them
  const auto end = wanted_numbers_.begin() + static_cast<std::ptrdiff_t>(wanted_);
  return std::find(wanted_numbers_.begin(), end, number) != end ? role::automatic : role::none;
}

// An action that runs by itself stands in another object, which came before or may come later.
result judge::runs_by_reference(const value& v) {
  if (marked(v.number)) {
    return object(&document_rules::automatic_actions, errc::automatic_action,
                  "object " + std::to_string(v.number) + " is an action that does more than go to a page",
                  v.offset);
  }
  const auto end = wanted_numbers_.begin() + static_cast<std::ptrdiff_t>(std::min(wanted_, max_wanted));
  if (std::find(wanted_numbers_.begin(), end, v.number) != end) return {};
  if (wanted_ < max_wanted) wanted_numbers_[wanted_] = v.number;
  if (wanted_ <= max_wanted) ++wanted_;
  return {};
}

// What is forbidden, or allowed, by what it stands for.
result judge::holds(content what, std::string_view detail, std::uint64_t offset) {
  switch (what) {
    case content::none:
      break;
    case content::script:
      return object(&document_rules::javascript, errc::javascript, detail, offset);
    case content::program:
      return object(&document_rules::launch, errc::launch_action, detail, offset);
    case content::media:
      return object(&document_rules::rich_media, errc::rich_media, detail, offset);
    case content::foreign:
      return object(&document_rules::external_references, errc::external_reference, detail, offset);
    case content::link:
      return object(&document_rules::hyperlinks, errc::external_reference, detail, offset);
    case content::file:
      return object(&document_rules::embedded_files, errc::embedded_file, detail, offset);
  }
  return {};
}

result judge::action(const frame& f, name what, std::uint64_t offset) {
  const std::string detail = "action " + std::string{text(what)};
  result r = holds(action_content(what), detail, offset);
  if (!r.ok() || f.runs != role::automatic || goes_to_page(what)) return r;
  if (what == name::Named && (f.named == name::other || page_command(f.named))) return {};
  return object(&document_rules::automatic_actions, errc::automatic_action,
                what == name::other ? "unknown action" : detail, offset);
}

result judge::kind_of_object(name what, std::uint64_t offset) {
  return holds(object_content(what), text(what), offset);
}

result judge::address(const value& v) {
  if (const std::string_view handler = program_handler(v.text); !handler.empty())
    return object(&document_rules::launch, errc::launch_action, "an address of " + std::string{handler} + ":",
                  v.offset);
  if (!script_address(v.text, v.cut)) return {};
  return object(&document_rules::javascript, errc::javascript, "javascript: address", v.offset);
}

result judge::entry(frame& f, const value& v) {
  if ((f.heard & repeated) != 0) {  // the same name again is harmless
    const name before = f.key == name::Type ? f.type : f.key == name::Subtype ? f.subtype : f.action;
    if (v.id != before || v.id == name::other) return duplicate(f, v.offset);
  }
  if (f.free || is_null(v)) return {};
  const bool is_name = v.what == kind::name && !v.is_reference;
  const bool holds = v.is_reference || v.what == kind::string;
  if (f.runs == role::triggers && v.is_reference) return runs_by_reference(v);
  switch (f.key) {
    case name::Type:
      f.type = v.id;
      return is_name ? kind_of_object(v.id, v.offset) : result{};
    case name::Subtype:
      f.subtype = v.id;
      return is_name ? kind_of_object(v.id, v.offset) : result{};
    case name::S:
      if (!is_name) return {};
      f.action = v.id;
      return action(f, v.id, v.offset);
    case name::N:
      f.named = v.id;
      if (v.is_reference) f.named = name::Name;  // whatever it is
      if (is_name && f.runs == role::automatic && f.action == name::Named && !page_command(v.id)) {
        return object(&document_rules::automatic_actions, errc::automatic_action, "named action", v.offset);
      }
      // An unknown command is one too, so remember that it is none of those that only turn pages.
      if (is_name && !page_command(v.id)) f.named = name::Name;
      return {};
    case name::JS:
      return holds ? object(&document_rules::javascript, errc::javascript, "JS", v.offset) : result{};
    case name::JavaScript:
      return v.is_reference
                 ? object(&document_rules::javascript, errc::javascript, "name tree of scripts", v.offset)
                 : result{};
    case name::OpenAction:
      return v.is_reference ? runs_by_reference(v) : result{};
    case name::AA:
      f.refers = v.is_reference;
      return {};
    case name::Next:
      return v.is_reference && f.runs == role::automatic ? runs_by_reference(v) : result{};
    case name::EF:
      return v.is_reference ? object(&document_rules::embedded_files, errc::embedded_file, "EF", v.offset)
                            : result{};
    case name::XFA:
      return holds ? object(&document_rules::dynamic_forms, errc::dynamic_form, "XFA", v.offset) : result{};
    case name::URI:
    case name::Base:
      return v.what == kind::string ? address(v) : result{};
    default:
      return {};
  }
}

result judge::element(const frame& f, const value& v) {
  if (f.under == name::XFA && !is_null(v)) {
    return object(&document_rules::dynamic_forms, errc::dynamic_form, "XFA", v.offset);
  }
  // Six numbers (9.6.4); a viewer that wrote them into a program ran what stood there instead
  // (CVE-2024-4367).
  if (f.under == name::FontMatrix && v.what == kind::string) {
    return object(&document_rules::javascript, errc::javascript, "text in a FontMatrix", v.offset);
  }
  return v.is_reference && f.runs == role::automatic ? runs_by_reference(v) : result{};
}

result judge::opens(const frame& f, bool dictionary, std::uint64_t offset, frame& next) {
  if (f.free) return {};
  next.under = f.key;
  next.free = holds_free_names(f.key) || f.under == name::AP;  // an appearance's states (12.5.5)
  if (dictionary && f.runs == role::triggers) next.runs = role::automatic;
  switch (f.key) {
    case name::OpenAction:
      if (dictionary) next.runs = role::automatic;  // an array is a destination (12.3.2)
      break;
    case name::AA:
      if (dictionary) next.runs = role::triggers;
      break;
    case name::Next:
      if (f.runs == role::automatic) next.runs = role::automatic;
      break;
    case name::EF:
      if (dictionary) return object(&document_rules::embedded_files, errc::embedded_file, "EF", offset);
      break;
    default:
      break;
  }
  return {};
}

result judge::closes(const frame& f, const head& top, bool topmost, std::uint64_t offset) {
  if (f.refers && f.hosts) {
    result r = object(&document_rules::automatic_actions, errc::automatic_action, "AA lies in another object",
                      offset);
    if (!r.ok()) return r;
  }
  if (f.subtype == name::Form && (f.seen & bit(name::Ref)) != 0) {  // 8.10.4
    result r =
        object(&document_rules::external_references, errc::external_reference, "reference XObject", offset);
    if (!r.ok()) return r;
  }
  if (f.runs == role::automatic && f.action == name::Named && f.named == name::Name) {
    result r = object(&document_rules::automatic_actions, errc::automatic_action, "named action", offset);
    if (!r.ok()) return r;
  }
  const bool elsewhere = f.action == name::Thread && (f.seen & bit(name::F)) != 0;  // 12.6.4.7
  if (f.runs == role::automatic && elsewhere) {
    result r = object(&document_rules::automatic_actions, errc::automatic_action, "a thread of another file",
                      offset);
    if (!r.ok()) return r;
  }
  if (f.type == name::Page) ++page_objects_;
  if (!topmost) return {};
  if (f.type == name::Pages && !top.parent && top.pages) root_count_ = top.pages;
  const bool chained = (f.seen & bit(name::Next)) != 0;
  const bool benign =
      (goes_to_page(f.action) && !elsewhere) || (f.action == name::Named && page_command(f.named));
  if (is_action(f.action) && (!benign || chained)) mark(number_);
  return {};
}

// An object that is a bare name may be the S, Type or Subtype of another; one that is a string, its URI.
result judge::top_value(const value& v, role runs) {
  if (v.is_reference) {
    mark(number_);
    return runs == role::none ? result{} : runs_by_reference(v);
  }
  if (v.what == kind::string) return address(v);
  if (v.what != kind::name) return {};
  if (is_action(v.id)) {
    if (result r = action(frame{.runs = runs}, v.id, v.offset); !r.ok()) return r;
  }
  return kind_of_object(v.id, v.offset);
}

result judge::duplicate(const frame& f, std::uint64_t offset) const {
  if (f.free) return {};
  return {errc::duplicate_part, "key " + std::string{text(f.key)} + " stands twice in one dictionary",
          fixed_offset_.value_or(offset)};
}

std::optional<std::uint64_t> judge::pages() const {
  if (root_count_) return root_count_;
  return page_objects_ > 0 ? std::optional{page_objects_} : std::nullopt;
}

}  // namespace uploadgate::formats::pdf
