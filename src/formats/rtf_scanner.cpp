#include "rtf_scanner.hpp"

#include "hex_digit.hpp"
#include "package_rules.hpp"
#include "reference.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace uploadgate::formats {
namespace {

constexpr std::size_t max_word = 32;  // letters of a control word (Conventions of an RTF Reader)
constexpr std::uint64_t max_number = 1'000'000'000'000;
constexpr std::uint64_t most_fonts = 32'767;   // a reader's table ends there (CVE-2023-21716)
constexpr std::uint64_t most_list_levels = 9;  // of a list that is overridden (CVE-2014-1761)
constexpr std::size_t max_text = 8 * KiB;      // of field instructions and targets, with those around them

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(char c) { return c >= '0' && c <= '9'; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// Whether a reader would go over a network, or to a place of its host, to follow it.
bool remote(std::string_view target) {
  return target.find("://") != std::string_view::npos || target.find("\\\\") != std::string_view::npos;
}

std::string first_word(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '"' || c == '\r' || c == '\n'; };
  text.remove_prefix(static_cast<std::size_t>(std::ranges::find_if_not(text, blank) - text.begin()));
  std::string word{
      text.substr(0, static_cast<std::size_t>(std::ranges::find_if(text, blank) - text.begin()))};
  std::ranges::transform(word, word.begin(), upper);
  return word;
}

enum class meaning : std::uint8_t { embedded, activex, automatic, reference };
struct listed {
  std::string_view word;
  meaning means;
};
// Control words that a document without objects and outer sources does not have.
constexpr std::array dangerous{
    listed{"object", meaning::embedded},        listed{"objdata", meaning::embedded},
    listed{"objemb", meaning::embedded},        listed{"objlink", meaning::embedded},
    listed{"objautlink", meaning::embedded},    listed{"oleclsid", meaning::embedded},
    listed{"objhtml", meaning::embedded},       listed{"objocx", meaning::activex},
    listed{"objupdate", meaning::automatic},    listed{"mmconnectstr", meaning::reference},
    listed{"mmdatasource", meaning::reference}, listed{"subdocument", meaning::reference},
};

}  // namespace

void rtf_scanner::append(char c) {
  if (skip_ > 0) {
    --skip_;
  } else if (!open_.empty() && text_.size() < max_text) {
    text_ += c;
  }
}

result rtf_scanner::judge_field(std::string_view text, std::uint64_t at) {
  const std::string word = first_word(text);
  if (word == "DDE" || word == "DDEAUTO")
    return handle(*ctx_, &document_rules::launch, errc::dynamic_data_exchange, word, at);
  if (word == "MACROBUTTON") return handle(*ctx_, &document_rules::macros, errc::macros, word, at);
  if (word == "EMBED" || word == "CONTROL")
    return handle(*ctx_, &document_rules::embedded_files, errc::embedded_file, word, at);
  if (word == "LINK" || word == "IMPORT" || word == "INCLUDE" || word == "INCLUDETEXT" ||
      word == "DATABASE" || word == "RD" || (word == "INCLUDEPICTURE" && remote(text))) {
    return handle(*ctx_, &document_rules::external_references, errc::external_reference, word, at);
  }
  if (word == "HYPERLINK") {
    const std::string_view behind = text.substr(text.find_first_not_of(" \t\r\n\"") + word.size());
    const std::string_view target =
        behind.substr(std::min(behind.size(), behind.find_first_not_of(" \t\r\n\"")));
    rule_sink sink{*ctx_, true};
    sink.offset = at;
    if (result r = judge_click(sink, target); !r.ok()) return r;
    return handle(*ctx_, &document_rules::hyperlinks, errc::external_reference, word, at);
  }
  return {};
}

result rtf_scanner::judge(gathered what, std::string_view text, std::uint64_t at) {
  constexpr std::array pictures{std::string_view{"pibName"}, std::string_view{"fillBlipName"},
                                std::string_view{"lineFillBlipName"}};
  const choice outside = &document_rules::external_references;
  switch (what) {
    case gathered::field:
      return judge_field(text, at);
    case gathered::target:
      if (remote(text))
        return handle(*ctx_, outside, errc::external_reference, "a template or a file to go on with", at);
      break;
    case gathered::shape_name:
      shape_name_ = text;
      // Nobody writes it but those who overrun the reader's array with it (CVE-2010-3333).
      if (equal_without_case(text, "pFragments")) return {errc::bad_value, "the fragments of a shape", at};
      break;
    case gathered::shape_value:
      if (std::ranges::find(pictures, shape_name_) != pictures.end() && remote(text)) {
        return handle(*ctx_, outside, errc::external_reference, "picture", at);
      }
      break;
  }
  return {};
}

result rtf_scanner::group_ends(std::uint64_t at) {
  while (!open_.empty() && open_.back().depth == depth_) {
    const open o = open_.back();
    open_.pop_back();
    const std::string text = text_.substr(std::min(o.begin, text_.size()));
    text_.resize(std::min(o.begin, text_.size()));
    if (result r = judge(o.what, text, at); !r.ok()) return r;
  }
  --depth_;
  skip_ = 0;
  if (depth_ > 0) return {};
  if (result r = look_into_unpacked(at); !r.ok()) return r;
  programs_.finish();
  return look_into_unpacked(at);
}

result rtf_scanner::unpack(unsigned digit, std::uint64_t at) {
  if (!high_digit_) {
    high_digit_ = digit;
    return {};
  }
  unpacked_[unpacked_size_++] = static_cast<std::byte>(*high_digit_ << 4 | digit);
  high_digit_.reset();
  return unpacked_size_ == unpacked_.size() ? look_into_unpacked(at) : result{};
}

result rtf_scanner::look_into_unpacked(std::uint64_t at) {
  if (told_of_program_) return {};
  programs_.feed(bytes_view{unpacked_}.first(unpacked_size_));
  unpacked_size_ = 0;
  if (programs_.objection().ok()) return {};
  told_of_program_ = true;
  return handle(*ctx_, &document_rules::embedded_files, errc::embedded_file,
                programs_.objection().why().detail + " in hexadecimal digits", at);
}

// A control word is complete.
result rtf_scanner::control(std::uint64_t at) {
  high_digit_.reset();
  if (!begun_) {
    // Report writers leave the version out; Word and LibreOffice read it as 1.
    if (word_ != "rtf" || (has_number_ && number_ != 1) || negative_) return {errc::bad_signature, {}, 0};
    begun_ = true;
    return {};
  }
  if (word_ == "bin") {
    if (negative_) return {errc::bad_length, "\\bin", at};
    binary_ = number_;
  } else if ((word_ == "f" && number_ > most_fonts) ||
             (word_ == "listoverridecount" && number_ > most_list_levels)) {
    return {errc::bad_value, '\\' + word_, at};
  } else if (word_ == "u" && has_number_) {
    const std::uint64_t c = negative_ ? 0x10000 - std::min<std::uint64_t>(number_, 0x10000) : number_;
    skip_ = 0;
    append(c < 0x80 ? static_cast<char>(c) : '?');
    skip_ = stand_in_;
  } else if (word_ == "uc" && has_number_) {
    stand_in_ = std::min<std::uint64_t>(number_, 16);
  } else if (word_ == "fldinst") {
    gather(gathered::field);
  } else if (word_ == "template" || word_ == "nextfile" || word_ == "xsltransform") {
    gather(gathered::target);
  } else if (word_ == "sn") {
    gather(gathered::shape_name);
  } else if (word_ == "sv") {
    gather(gathered::shape_value);
  } else {
    const auto* found = std::ranges::find(dangerous, word_, &listed::word);
    if (found == dangerous.end()) return {};
    const auto answer = [&](const choice& how, errc code) {
      return handle(*ctx_, how, code, '\\' + word_, at);
    };
    switch (found->means) {
      case meaning::embedded:
        return answer(&document_rules::embedded_files, errc::embedded_file);
      case meaning::activex:
        return answer(&document_rules::activex, errc::activex);
      case meaning::automatic:
        return answer(&document_rules::automatic_actions, errc::automatic_action);
      case meaning::reference:
        return answer(&document_rules::external_references, errc::external_reference);
    }
  }
  return {};
}

result rtf_scanner::plain(char c, std::uint64_t at) {
  switch (c) {
    case '{':
      high_digit_.reset();
      if (++depth_ > ctx_->manner.max_depth) return {errc::nested_too_deep, "groups", at};
      if (!begun_ && depth_ > 1) return {errc::bad_signature, {}, 0};
      break;
    case '}':
      if (!begun_) return {errc::bad_signature, {}, 0};
      high_digit_.reset();
      return group_ends(at);
    case '\\':
      state_ = state::slash;
      break;
    case '\r':
    case '\n':
      break;
    default:
      if (!begun_) return {errc::bad_signature, {}, 0};
      if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\f' && c != '\v') {
        return {errc::control_character, {}, at};
      }
      append(c);
      if (const int digit = hex_digit(c); digit >= 0) return unpack(static_cast<unsigned>(digit), at);
      if (c != ' ') high_digit_.reset();
  }
  return {};
}

result rtf_scanner::byte(char c, std::uint64_t at) {
  switch (state_) {
    case state::text:
      return plain(c, at);
    case state::slash:
      if (letter(c)) {
        word_.assign(1, c);
        number_ = 0;
        has_number_ = negative_ = false;
        state_ = state::word;
        return {};
      }
      if (!begun_) return {errc::bad_signature, {}, 0};
      state_ = c == '\'' ? state::hex_high : state::text;
      if (c == '\\' || c == '{' || c == '}') append(c);
      return {};
    case state::word:
      if (letter(c)) {
        if (word_.size() == max_word) return {errc::bad_value, "a control word of over 32 letters", at};
        word_ += c;
        return {};
      }
      if (c == '-') {
        negative_ = true;
        state_ = state::sign;
        return {};
      }
      [[fallthrough]];
    case state::sign:
    case state::number: {
      if (digit(c)) {
        number_ = number_ * 10 + static_cast<unsigned>(c - '0');
        if (number_ > max_number) return {errc::bad_value, "a control word's number", at};
        has_number_ = true;
        state_ = state::number;
        return {};
      }
      state_ = state::text;
      if (result r = control(at); !r.ok()) return r;
      if (binary_ > 0) state_ = state::binary;
      if (c == ' ') return {};  // it ends the word, and belongs to it
      if (state_ == state::binary) {
        if (--binary_ == 0) state_ = state::text;
        return {};
      }
      return plain(c, at);
    }
    case state::hex_high:
    case state::hex_low: {
      const int value = hex_digit(c);
      if (value < 0) return {errc::bad_value, "\\' without two hexadecimal digits", at};
      hex_ = hex_ << 4 | static_cast<unsigned>(value);
      if (state_ == state::hex_low) append(static_cast<char>(hex_ & 0xFF));
      state_ = state_ == state::hex_high ? state::hex_low : state::text;
      return {};
    }
    case state::binary:
      break;
  }
  return {};
}

result rtf_scanner::scan(bytes_view bytes, std::uint64_t offset, std::size_t& used) {
  const std::string_view text = as_text(bytes);
  used = 0;
  while (used < text.size() && !ended()) {
    if (state_ == state::binary) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(binary_, text.size() - used));
      used += n;
      binary_ -= n;
      if (binary_ == 0) state_ = state::text;
      continue;
    }
    if (result r = byte(text[used], offset + used); !r.ok()) return r;
    ++used;
  }
  return {};
}

}  // namespace uploadgate::formats
