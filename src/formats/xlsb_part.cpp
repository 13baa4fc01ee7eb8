#include "xlsb_part.hpp"

#include "endian.hpp"
#include "package_rules.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace uploadgate::formats {
namespace {

// [MS-XLSB] 2.3.2.
enum : std::uint32_t {
  formula_text = 8,
  formula_number = 9,
  formula_boolean = 10,
  formula_error = 11,
  defined_name = 39,
  supporting_book = 360,
  array_formula = 426,
  shared_formula = 427,
  connections_begin = 429,
};

// 2.5.151, the kinds of a supporting book.
constexpr std::uint16_t dde_book = 1;
constexpr std::uint16_t ole_book = 2;

// 2.5.97.10, functions by number, as a formula names them.
struct function {
  std::uint16_t number;
  std::string_view call;
};
constexpr std::array<function, 5> telling_functions{
    {{110, "exec("}, {149, "register("}, {150, "call("}, {267, "register.id("}, {379, "rtd("}}};

std::string narrow(bytes_view utf16) {
  std::string text;
  for (std::size_t i = 0; i + 2 <= utf16.size(); i += 2) {
    const std::uint16_t c = le16(utf16, i);
    text += c >= 0x20 && c < 0x7F ? static_cast<char>(c) : '?';
  }
  return text;
}

// 2.5.168, a string with its length; moves `at` behind it.
std::optional<std::string> read_string(bytes_view record, std::size_t& at) {
  if (record.size() < at + 4) return {};
  const std::uint64_t size = std::uint64_t{le32(record, at)} * 2;
  if (size > record.size() - at - 4) return {};
  const auto length = static_cast<std::size_t>(size);
  std::string text = narrow(record.subspan(at + 4, length));
  at += 4 + length;
  return text;
}

// How many bytes stand behind the first of a token (2.5.97.17 and the following); nothing where the token is
// not known.
std::optional<std::size_t> token_size(bytes_view tokens) {
  const std::uint8_t token = u8(tokens, 0);
  // By the token without its class, from 0x20 on.
  static constexpr std::array<std::uint8_t, 0x20> classed{14, 2, 3, 4, 6, 12, 6, 6, 6, 2, 6, 12, 6, 12, 0, 0,
                                                          0,  0, 0, 0, 0, 0,  0, 0, 0, 6, 8, 14, 8, 14, 0, 0};
  if (token >= 0x80) return {};
  if (token >= 0x20) {
    const std::uint8_t size = classed[token & 0x1FU];
    return size > 0 ? std::optional<std::size_t>{size} : std::nullopt;
  }
  if (token >= 0x03 && token <= 0x16) return 0;  // operators, parentheses, a missing argument
  switch (token) {
    case 0x01:
      return 4;
    case 0x17:
      if (tokens.size() < 3) return {};
      return 2 + std::size_t{2} * le16(tokens, 1);
    case 0x18: {
      if (tokens.size() < 2) return {};
      const std::uint8_t extended = u8(tokens, 1);
      if (extended == 0x19) return 13;
      return extended <= 0x1D ? std::optional<std::size_t>{5} : std::nullopt;
    }
    case 0x19: {
      if (tokens.size() < 4) return {};
      const bool choose = (u8(tokens, 1) & 0x04U) != 0;
      return 3 + (choose ? std::size_t{2} * (le16(tokens, 2) + 1U) : 0);
    }
    case 0x1C:
    case 0x1D:
      return 1;
    case 0x1E:
      return 2;
    case 0x1F:
      return 8;
    default:
      return {};
  }
}

// A formula as tokens, with its length in front.
result judge_tokens(rule_sink& sink, bytes_view formula) {
  const auto unknown = [&] {
    return sink.note(handling::reject, errc::bad_structure,
                     sink.part + ": a formula that cannot be followed");
  };
  if (formula.size() < 4 || le32(formula, 0) > formula.size() - 4) return unknown();
  bytes_view tokens = formula.subspan(4, le32(formula, 0));
  while (!tokens.empty()) {
    const std::optional<std::size_t> size = token_size(tokens);
    if (!size || *size >= tokens.size()) return unknown();
    const unsigned plain = u8(tokens, 0) & 0x1FU;
    if (u8(tokens, 0) >= 0x20 && (plain == 0x01 || plain == 0x02)) {
      const std::uint16_t number = le16(tokens, plain == 0x01 ? 1 : 2) & 0x7FFF;
      const auto* const f = std::ranges::find(telling_functions, number, &function::number);
      if (f != telling_functions.end()) {
        if (result r = judge_formula(sink, f->call); !r.ok()) return r;
      }
    }
    tokens = tokens.subspan(1 + *size);
  }
  return {};
}

// 2.4.706: flags and a scope; the name; what it stands for. Functions that came after 2007 are names too.
result judge_name(rule_sink& sink, bytes_view record) {
  std::size_t at = 9;
  const std::optional<std::string> name = read_string(record, at);
  if (!name) return sink.note(handling::reject, errc::bad_structure, sink.part + ": a name");
  if (result r = judge_defined_name(sink, *name); !r.ok()) return r;
  constexpr std::string_view later = "_xlfn.";
  const std::string lower = lower_case(*name);
  if (lower.starts_with(later)) {
    if (result r = judge_formula(sink, lower.substr(later.size()) + "("); !r.ok()) return r;
  }
  return judge_tokens(sink, record.subspan(at));
}

// Where the tokens of a record stand (2.4.681 to 2.4.684, 2.4.4, 2.4.826); nothing where it is too short.
std::optional<std::size_t> tokens_at(std::uint32_t type, bytes_view record) {
  constexpr std::size_t cell = 8;
  constexpr std::size_t flags = 2;
  std::size_t at = cell;
  switch (type) {
    case formula_text:
      if (!read_string(record, at)) return {};
      at += flags;
      break;
    case formula_number:
      at += 8 + flags;
      break;
    case array_formula:
      at = 17;
      break;
    case shared_formula:
      at = 16;
      break;
    default:
      at += 1 + flags;
      break;
  }
  return at <= record.size() ? std::optional{at} : std::nullopt;
}

bool acts(std::uint32_t type) {
  return type == supporting_book || type == defined_name || type == array_formula || type == shared_formula ||
         (type >= formula_text && type <= formula_error);
}

}  // namespace

bool is_xlsb_part(std::string_view lower_name) {
  if (!lower_name.ends_with(".bin")) return false;
  constexpr std::array<std::string_view, 7> others{
      "printersettings", "vbaproject", "activex", "customproperty", "embeddings/", "ctrlprops/", "model/"};
  return std::ranges::none_of(
      others, [&](std::string_view o) { return lower_name.find(o) != std::string_view::npos; });
}

bool is_xlsb_type(std::string_view lower_type) {
  return lower_type.starts_with("application/vnd.ms-excel.") && !lower_type.ends_with("+xml") &&
         !lower_type.ends_with(".12") && !lower_type.ends_with("attachedtoolbars");
}

// One digit of 7 bits (2.1.4); true where the number is whole.
bool xlsb_part::take_number(std::byte b, std::size_t longest) {
  number_ |= (std::to_integer<std::uint32_t>(b) & 0x7FU) << (7 * digits_);
  ++digits_;
  return (std::to_integer<unsigned>(b) & 0x80U) == 0 || digits_ == longest;
}

result xlsb_part::feed(bytes_view bytes) {
  while (!bytes.empty()) {
    if (at_ == place::content) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
      if (connections_ || acts(type_)) {
        const std::size_t room = std::min(n, most_kept - std::min(most_kept, kept_.size()));
        kept_.insert(kept_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(room));
      }
      bytes = bytes.subspan(n);
      left_ -= static_cast<std::uint32_t>(n);
    } else {
      const std::byte b = bytes.front();
      bytes = bytes.subspan(1);
      if (!take_number(b, at_ == place::type ? longest_type : longest_size)) continue;
      if (at_ == place::type) {
        type_ = number_;
        at_ = place::size;
      } else {
        size_ = left_ = number_;
        at_ = place::content;
      }
      number_ = 0;
      digits_ = 0;
      if (at_ == place::size) continue;
    }
    if (left_ > 0) continue;
    at_ = place::type;
    result r = judge();
    kept_.clear();
    if (!r.ok()) return r;
  }
  return {};
}

result xlsb_part::finish() {
  if (at_ == place::type && digits_ == 0) return {};
  return sink_->note(handling::reject, errc::bad_structure, sink_->part + ": it ends within a record");
}

result xlsb_part::judge() {
  connections_ = connections_ || type_ == connections_begin;
  if (!connections_ && !acts(type_)) return {};
  if (size_ > most_kept) {
    return sink_->note(handling::reject, errc::bad_length, sink_->part + ": a record of over 64 KiB");
  }
  const bytes_view record = kept_;
  if (connections_) {  // its texts stand at even and at odd places
    if (result r = judge_connection(*sink_, narrow(record)); !r.ok()) return r;
    return judge_connection(*sink_, narrow(record.subspan(std::min<std::size_t>(1, record.size()))));
  }
  if (type_ == defined_name) return judge_name(*sink_, record);
  if (type_ == supporting_book) {
    const std::uint16_t kind = record.size() >= 2 ? le16(record, 0) : dde_book;
    if (kind == dde_book) return sink_->note(&document_rules::launch, errc::dynamic_data_exchange, "a link");
    if (kind == ole_book)
      return sink_->note(&document_rules::external_references, errc::external_reference, "oleLink");
    return {};
  }
  const std::optional<std::size_t> at = tokens_at(type_, record);
  return judge_tokens(*sink_, at ? record.subspan(*at) : bytes_view{});
}

}  // namespace uploadgate::formats
