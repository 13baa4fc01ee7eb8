#include "xml_parser.hpp"

#include "reference.hpp"
#include "utf8.hpp"

#define XML_DTD  // expat.h hides its limits on entities behind what the library was built with
#include <expat.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <new>

namespace uploadgate::formats {
namespace {

// Never a character of a namespace name: expat refuses one that holds it.
constexpr char separator = '\n';

std::string_view text_of(const char* t) { return t ? std::string_view{t} : std::string_view{}; }

// Encodings of one byte a character that agree with ASCII. Which letters lie above 0x7F is of no concern to
// any rule here, so all of those become letters, and no table is needed.
bool ascii_based(std::string_view name) {
  constexpr std::array<std::string_view, 5> numbered{"windows-125", "cp125", "iso-8859-", "iso8859-",
                                                     "iso_8859-"};
  constexpr std::array<std::string_view, 7> others{"koi8-r", "koi8-u", "macintosh", "x-mac-roman",
                                                   "latin1", "latin2", "ibm866"};
  for (const std::string_view prefix : numbered) {
    if (name.size() < prefix.size() || !equal_without_case(name.substr(0, prefix.size()), prefix)) continue;
    const std::string_view number = name.substr(prefix.size());
    return !number.empty() && number.size() <= 2 &&
           std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
  }
  return std::ranges::any_of(others, [&](std::string_view o) { return equal_without_case(name, o); });
}

}  // namespace

struct xml_parser::calls {
  // Nothing may be thrown through expat, which is C.
  template <class Event>
  static void guarded(void* user, Event event) {
    auto& self = *static_cast<xml_parser*>(user);
    if (self.rejected_) return;
    try {
      result r = event(self);
      if (!r.ok()) self.object(std::move(r));
    } catch (...) {
      self.object(errc::out_of_memory);
    }
  }

  static void start(void* user, const XML_Char* name, const XML_Char** attributes) {
    guarded(user, [&](xml_parser& self) -> result {
      if (++self.depth_ > self.bounds_.max_depth) {
        return {errc::nested_too_deep, "over " + std::to_string(self.bounds_.max_depth) + " elements"};
      }
      const auto attribute_words =
          static_cast<std::size_t>(XML_GetSpecifiedAttributeCount(self.parser_.get()));
      if (attribute_words > 2 * self.bounds_.max_attributes) {
        self.faulty_ = true;
        return {errc::too_many_attributes, "over " + std::to_string(self.bounds_.max_attributes)};
      }
      return self.events_.start(xml_attributes::split(name), xml_attributes{attributes});
    });
  }
  static void end(void* user, const XML_Char* name) {
    guarded(user, [&](xml_parser& self) {
      --self.depth_;
      return self.events_.end(name);
    });
  }
  static void text(void* user, const XML_Char* t, int n) {
    guarded(user, [&](xml_parser& self) { return self.events_.text({t, static_cast<std::size_t>(n)}); });
  }
  static void comment(void* user, const XML_Char* data) {
    guarded(user, [&](xml_parser& self) { return self.events_.comment(data); });
  }
  static void literal_begins(void* user) {
    guarded(user, [](xml_parser& self) { return self.events_.literal(true); });
  }
  static void literal_ends(void* user) {
    guarded(user, [](xml_parser& self) { return self.events_.literal(false); });
  }
  static void instruction(void* user, const XML_Char* target, const XML_Char* data) {
    guarded(user, [&](xml_parser& self) { return self.events_.instruction(target, data); });
  }
  static void doctype(void* user, const XML_Char* name, const XML_Char* system_id, const XML_Char* public_id,
                      int subset) {
    guarded(user, [&](xml_parser& self) {
      return self.events_.doctype({.name = name,
                                   .public_id = text_of(public_id),
                                   .system_id = text_of(system_id),
                                   .subset = subset != 0});
    });
  }
  static void declared_entity(void* user, const XML_Char* name, int, const XML_Char*, int, const XML_Char*,
                              const XML_Char*, const XML_Char*, const XML_Char*) {
    guarded(user, [&](xml_parser&) -> result {
      return {errc::doctype, "it declares the entity " + std::string{text_of(name).substr(0, 64)}};
    });
  }
  static void declared_attribute(void* user, const XML_Char*, const XML_Char* name, const XML_Char*,
                                 const XML_Char*, int) {
    guarded(user, [&](xml_parser&) -> result {
      const std::string_view attribute = text_of(name);
      if (attribute == "xmlns" || attribute.starts_with("xmlns:")) return {};
      return {errc::doctype, "it declares the attribute " + std::string{attribute.substr(0, 64)}};
    });
  }
  static void declared_element(void* user, const XML_Char*, XML_Content* model) {
    auto& self = *static_cast<xml_parser*>(user);
    XML_FreeContentModel(self.parser_.get(), model);
    guarded(user, [](xml_parser&) -> result { return {errc::doctype, "it declares an element"}; });
  }
  static void declared_notation(void* user, const XML_Char*, const XML_Char*, const XML_Char*,
                                const XML_Char*) {
    guarded(user, [](xml_parser&) -> result { return {errc::doctype, "it declares a notation"}; });
  }
  static void entity(void* user, const XML_Char* name, int) {
    guarded(user, [&](xml_parser& self) { return self.events_.entity(text_of(name)); });
  }
  // UTF-8 under a name that expat does not know.
  static int utf8_character(void*, const char* bytes) {
    utf8proc_int32_t point = 0;
    const auto* b = reinterpret_cast<const utf8proc_uint8_t*>(bytes);
    return utf8proc_iterate(b, utf8_length(b[0]), &point) > 0 ? point : -1;
  }
  static int encoding(void* user, const XML_Char* name, XML_Encoding* info) {
    info->data = nullptr;
    info->convert = nullptr;
    info->release = nullptr;
    if (equal_without_case(text_of(name), "utf8")) {
      for (int i = 0; i < 256; ++i) {
        const int n = utf8_length(static_cast<std::uint8_t>(i));
        info->map[i] = i < 0x80 ? i : n > 1 ? -n : -1;
      }
      info->convert = utf8_character;
      return XML_STATUS_OK;
    }
    if (!ascii_based(name)) {
      guarded(user, [&](xml_parser& self) -> result {
        self.encoding_ = text_of(name).substr(0, 64);
        return {};
      });
      return XML_STATUS_ERROR;
    }
    for (int i = 0; i < 256; ++i) info->map[i] = i < 0x80 ? i : 0x4E00 + i;
    return XML_STATUS_OK;
  }
};

result xml_events::entity(std::string_view name) {
  return {errc::doctype, "an entity that nothing declares: " + std::string{name.substr(0, 64)}};
}

xml_parser::xml_parser(xml_events& events, const xml_bounds& bounds, bool namespaces)
    : parser_{namespaces ? XML_ParserCreateNS(nullptr, separator) : XML_ParserCreate(nullptr),
              XML_ParserFree},
      events_{events},
      bounds_{bounds} {
  XML_Parser p = parser_.get();
  if (!p) throw std::bad_alloc{};
  XML_SetUserData(p, this);
  XML_SetElementHandler(p, calls::start, calls::end);
  XML_SetProcessingInstructionHandler(p, calls::instruction);
  XML_SetCommentHandler(p, calls::comment);
  XML_SetCdataSectionHandler(p, calls::literal_begins, calls::literal_ends);
  XML_SetStartDoctypeDeclHandler(p, calls::doctype);
  XML_SetEntityDeclHandler(p, calls::declared_entity);
  XML_SetAttlistDeclHandler(p, calls::declared_attribute);
  XML_SetElementDeclHandler(p, calls::declared_element);
  XML_SetNotationDeclHandler(p, calls::declared_notation);
  XML_SetSkippedEntityHandler(p, calls::entity);
  XML_SetUnknownEncodingHandler(p, calls::encoding, this);
  XML_SetParamEntityParsing(p, XML_PARAM_ENTITY_PARSING_NEVER);
  // Declarations are refused before they can be used; this is the second lock.
  XML_SetBillionLaughsAttackProtectionMaximumAmplification(p, 2.0F);
  XML_SetBillionLaughsAttackProtectionActivationThreshold(p, 64 * KiB);
}

xml_parser::~xml_parser() = default;

std::uint64_t xml_parser::offset() const {
  return static_cast<std::uint64_t>(std::max<XML_Index>(0, XML_GetCurrentByteIndex(parser_.get())));
}

void xml_parser::tell_text(bool on) {
  XML_SetCharacterDataHandler(parser_.get(), on ? calls::text : nullptr);
}

void xml_parser::object(result r) {
  objection why = std::move(r).why();
  if (!why.offset) why.offset = offset();
  rejected_ = std::move(why);
  XML_StopParser(parser_.get(), XML_FALSE);
}

result xml_parser::feed(bytes_view bytes, bool last) {
  fed_ += bytes.size();
  const auto* data = reinterpret_cast<const char*>(bytes.data());
  const XML_Status s = XML_Parse(parser_.get(), data, static_cast<int>(bytes.size()), last);
  if (rejected_) return *rejected_;
  faulty_ = true;
  if (s == XML_STATUS_ERROR) return failure();
  if (const std::uint64_t at = offset(); fed_ - std::min(fed_, at) > bounds_.max_token) {
    return {errc::token_too_large, "a tag or comment of over " + std::to_string(bounds_.max_token) + " bytes",
            at};
  }
  faulty_ = false;
  return {};
}

result xml_parser::failure() {
  const XML_Error e = XML_GetErrorCode(parser_.get());
  const std::uint64_t at = offset();
  switch (e) {
    case XML_ERROR_NO_MEMORY:
      throw std::bad_alloc{};
    case XML_ERROR_NO_ELEMENTS:
    case XML_ERROR_UNCLOSED_TOKEN:
    case XML_ERROR_UNCLOSED_CDATA_SECTION:
    case XML_ERROR_PARTIAL_CHAR:
      return {errc::truncated, XML_ErrorString(e), fed_};
    case XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
      return {errc::trailing_data, XML_ErrorString(e), at};
    case XML_ERROR_UNKNOWN_ENCODING:
      return {errc::unsupported_feature, "the encoding " + encoding_, at};
    case XML_ERROR_UNDEFINED_ENTITY:
    case XML_ERROR_ENTITY_DECLARED_IN_PE:
    case XML_ERROR_RECURSIVE_ENTITY_REF:
    case XML_ERROR_AMPLIFICATION_LIMIT_BREACH:
      return {errc::doctype, XML_ErrorString(e), at};
    // A fault of namespaces only: parsers without namespaces, and some browsers, read on.
    case XML_ERROR_UNBOUND_PREFIX:
    case XML_ERROR_UNDECLARING_PREFIX:
    case XML_ERROR_RESERVED_PREFIX_XML:
    case XML_ERROR_RESERVED_PREFIX_XMLNS:
    case XML_ERROR_RESERVED_NAMESPACE_URI:
      return {errc::bad_structure, XML_ErrorString(e), at};
    default:
      return {errc::not_well_formed, XML_ErrorString(e), at};
  }
}

}  // namespace uploadgate::formats
