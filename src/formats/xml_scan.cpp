#include "xml_scan.hpp"

#include <expat.h>

#include <exception>
#include <limits>
#include <new>
#include <string>

namespace uploadgate::formats {
namespace {

constexpr char separator = '\x01';

}  // namespace

xml_name xml_attributes::split(std::string_view expanded) {
  std::size_t at = expanded.find(separator);
  if (at == std::string_view::npos) at = expanded.find(':');
  if (at == std::string_view::npos) return {{}, expanded};
  return {expanded.substr(0, at), expanded.substr(at + 1)};
}

std::string_view xml_attributes::find(std::string_view local) const {
  for (const char** p = pairs_; *p; p += 2) {
    if (split(p[0]).local == local) return p[1];
  }
  return {};
}

struct xml_scan::state {
  struct freed {
    void operator()(XML_Parser p) const { XML_ParserFree(p); }
  };
  std::unique_ptr<XML_ParserStruct, freed> parser;
  xml_events* events;
  std::uint64_t max_depth;
  xml_doctype doctype;
  std::uint64_t depth = 0;
  std::uint64_t fed = 0;
  result objection;
  std::exception_ptr thrown;

  void stop(result r) {
    objection = std::move(r);
    XML_StopParser(parser.get(), XML_FALSE);
  }
  // Nothing may be thrown through expat.
  template <class Do>
  void guarded(Do act) noexcept {
    if (!objection.ok() || thrown) return;
    try {
      result r = act();
      if (!r.ok()) stop(std::move(r));
    } catch (...) {
      thrown = std::current_exception();
      XML_StopParser(parser.get(), XML_FALSE);
    }
  }
  static state& of(void* user) { return *static_cast<state*>(user); }

  static void on_start(void* user, const char* name, const char** pairs) {
    state& s = of(user);
    s.guarded([&]() -> result {
      if (++s.depth > s.max_depth) return {errc::nested_too_deep, "XML elements"};
      if (XML_GetSpecifiedAttributeCount(s.parser.get()) > static_cast<int>(2 * max_attributes)) {
        return {errc::not_well_formed, "an element with too many attributes"};
      }
      return s.events->start(xml_attributes::split(name), xml_attributes{pairs});
    });
  }
  static void on_end(void* user, const char* name) {
    state& s = of(user);
    s.guarded([&] {
      --s.depth;
      return s.events->end(xml_attributes::split(name));
    });
  }
  static void on_text(void* user, const char* text, int size) {
    state& s = of(user);
    s.guarded([&] { return s.events->text({text, static_cast<std::size_t>(size)}); });
  }
  static void on_doctype(void* user, const char*, const char*, const char*, int internal_subset) {
    state& s = of(user);
    s.guarded([&]() -> result {
      if (s.doctype == xml_doctype::external && internal_subset == 0) return {};
      return errc::doctype;
    });
  }
  static void on_entity(void* user, const char*, int, const char*, int, const char*, const char*, const char*,
                        const char*) {
    state& s = of(user);
    s.guarded([]() -> result { return errc::doctype; });
  }
};

xml_scan::xml_scan(xml_events& events, std::uint64_t max_depth, xml_doctype doctype, bool namespaces)
    : state_{std::make_unique<state>()} {
  XML_Parser p = namespaces ? XML_ParserCreateNS(nullptr, separator) : XML_ParserCreate(nullptr);
  if (!p) throw std::bad_alloc();
  state_->parser.reset(p);
  state_->events = &events;
  state_->max_depth = max_depth;
  state_->doctype = doctype;
  XML_SetUserData(p, state_.get());
  XML_SetElementHandler(p, state::on_start, state::on_end);
  XML_SetCharacterDataHandler(p, state::on_text);
  XML_SetStartDoctypeDeclHandler(p, state::on_doctype);
  XML_SetEntityDeclHandler(p, state::on_entity);
}
xml_scan::~xml_scan() = default;
xml_scan::xml_scan(xml_scan&&) noexcept = default;
xml_scan& xml_scan::operator=(xml_scan&&) noexcept = default;

result xml_scan::answer(bool parsed, std::uint64_t offset) {
  state& s = *state_;
  if (s.thrown) std::rethrow_exception(s.thrown);
  if (!s.objection.ok()) {
    objection why = s.objection.why();
    why.offset = offset;
    return why;
  }
  if (!parsed) {
    const XML_Error code = XML_GetErrorCode(s.parser.get());
    if (code == XML_ERROR_NO_MEMORY) throw std::bad_alloc();
    return {errc::not_well_formed, XML_ErrorString(code), offset};
  }
  const XML_Index at = XML_GetCurrentByteIndex(s.parser.get());
  if (at >= 0 && s.fed - static_cast<std::uint64_t>(at) > max_token) {
    return {errc::not_well_formed, "a tag of over 2 MiB", offset};
  }
  return {};
}

result xml_scan::feed(bytes_view piece, std::uint64_t offset) {
  state& s = *state_;
  s.fed += piece.size();
  const auto* text = reinterpret_cast<const char*>(piece.data());
  const XML_Status status = XML_Parse(s.parser.get(), text, static_cast<int>(piece.size()), XML_FALSE);
  return answer(status == XML_STATUS_OK, offset);
}

result xml_scan::finish(std::uint64_t offset) {
  const XML_Status status = XML_Parse(state_->parser.get(), "", 0, XML_TRUE);
  return answer(status == XML_STATUS_OK, offset);
}

}  // namespace uploadgate::formats
