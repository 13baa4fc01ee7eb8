// What the rules ask of each name: as a key of a dictionary, which of its values they hear, and what it says
// about the dictionary itself; as a value, what it stands for.
#pragma once

#include "pdf_names.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace uploadgate::formats::pdf {

// Kinds of values that are no containers, as a set of bits.
using kinds = std::uint8_t;
inline constexpr kinds a_name = 1;
inline constexpr kinds an_integer = 2;
inline constexpr kinds a_reference = 4;
inline constexpr kinds a_string = 8;
inline constexpr kinds another = 16;  // a real number, or a word
inline constexpr kinds nothing = 0;
inline constexpr kinds anything = 31;
inline constexpr kinds repeated = 32;  // besides: the key stood before, so that any value is heard

// Why a dictionary's action runs without a person's click.
enum class role : std::uint8_t {
  none,
  automatic,  // the action itself: the value of OpenAction, or of an entry of AA, or Next of such a one
  triggers,   // the value of AA: a dictionary of such actions
};
inline constexpr std::size_t roles = 3;

// The values of a key that are kept or judged.
constexpr kinds heard(name key, role runs) {
  if (runs == role::triggers) return heard(key, role::none) | a_reference;
  switch (key) {
    case name::Type:
    case name::Subtype:
    case name::S:
      return a_name;
    case name::OpenAction:
    case name::AA:
    case name::EF:
    case name::JavaScript:
    case name::DecodeParms:
    case name::Root:
    case name::Encrypt:
      return a_reference;
    case name::Next:
      return runs == role::automatic ? a_reference : nothing;
    case name::JS:
    case name::XFA:
    case name::F:
      return a_string | a_reference;
    case name::URI:
    case name::Base:
      return a_string;
    case name::T:
    case name::FT:
      return anything & ~a_reference;
    case name::Length:
      return an_integer | a_reference;
    case name::Filter:
      return a_name | a_reference;
    case name::N:
      return a_name | an_integer | a_reference;
    case name::First:
    case name::Size:
    case name::Prev:
    case name::XRefStm:
    case name::Count:
    case name::Predictor:
    case name::Columns:
    case name::Colors:
    case name::BitsPerComponent:
      return an_integer;
    case name::Linearized:
      return anything;
    default:
      return nothing;
  }
}

// What a name stands for as an action (12.6.4) or as a Type or Subtype (12.5.6.1, 7.11.4, 13), where there is
// a rule for it.
enum class content : std::uint8_t { none, script, program, media, foreign, link, file };

constexpr content action_content(name action) {
  switch (action) {
    case name::JavaScript:
      return content::script;
    case name::Launch:
      return content::program;
    case name::Rendition:
    case name::Movie:
    case name::Sound:
    case name::GoTo3DView:
    case name::RichMediaExecute:
      return content::media;
    case name::SubmitForm:
    case name::ImportData:
      return content::foreign;
    case name::URI:
    case name::GoToR:
    case name::GoToE:
      return content::link;
    default:
      return content::none;
  }
}

constexpr content object_content(name type) {
  switch (type) {
    case name::EmbeddedFile:
    case name::FileAttachment:
      return content::file;
    case name::RichMedia:
    case name::Movie:
    case name::Sound:
    case name::Screen:
    case name::three_d:
    case name::Rendition:
      return content::media;
    default:
      return content::none;
  }
}

// What tells a dictionary that may have an AA (12.6.3) from one of resources or glyphs, where AA may be a
// name that the writer chose. T and FT do too, unless their value is a reference.
constexpr bool hosts_triggers(name key) {
  switch (key) {
    case name::Type:
    case name::Subtype:
    case name::Parent:
    case name::Kids:
    case name::Pages:
    case name::Rect:
    case name::Contents:
    case name::MediaBox:
      return true;
    default:
      return false;
  }
}

// Keys of dictionaries whose keys are names that the writer chose: resources (7.8.3), glyphs, roles, places.
constexpr bool holds_free_names(name key) { return key >= name::Font && key <= name::RoleMap; }

// Keys for which it matters that their value is a container.
constexpr bool opens_telling(name key) {
  switch (key) {
    case name::OpenAction:
    case name::AA:
    case name::Next:
    case name::EF:
    case name::T:
    case name::FT:
    case name::F:
    case name::Encrypt:
      return true;
    default:
      return false;
  }
}

// Keys of arrays whose elements are kept or judged.
constexpr bool hears_elements(name key) {
  switch (key) {
    case name::XFA:
    case name::FontMatrix:
    case name::Filter:
    case name::W:
    case name::Index:
      return true;
    default:
      return false;
  }
}

// All that is known of a name, to be looked up.
struct name_rules {
  std::uint32_t bit = 0;             // of a tracked key
  std::array<kinds, roles> heard{};  // by what the dictionary runs
  bool hosts : 1 = false;
  bool free : 1 = false;
  bool opens : 1 = false;
  bool elements : 1 = false;
  bool content : 1 = false;  // as a value
};
static_assert(sizeof(name_rules) == 8);
inline constexpr std::array<name_rules, 256> rules_of_names = [] {
  std::array<name_rules, 256> all{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto key = static_cast<name>(i);
    all[i] = {.bit = bit(key),
              .heard = {heard(key, role::none), heard(key, role::automatic), heard(key, role::triggers)},
              .hosts = hosts_triggers(key),
              .free = holds_free_names(key),
              .opens = opens_telling(key),
              .elements = hears_elements(key),
              .content = action_content(key) != content::none || object_content(key) != content::none};
  }
  return all;
}();
constexpr const name_rules& rules_of(name key) { return rules_of_names[static_cast<std::size_t>(key)]; }

}  // namespace uploadgate::formats::pdf
