// Expat, streaming, held to what an upload may make it do: no entities, no document type but a plain one,
// bounded depth, bounded tokens.
#pragma once

#include <uploadgate/limits.hpp>
#include <uploadgate/verdict.hpp>

#include "grammar.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct XML_ParserStruct;

namespace uploadgate::formats {

// A name with its namespace resolved; no namespace is empty. Where namespaces are not read, it is the prefix.
struct xml_name {
  std::string_view space;
  std::string_view local;
};

// The attributes of one element. Views live until the event returns.
class xml_attributes {
 public:
  explicit xml_attributes(const char** pairs) : pairs_{pairs} {}
  // Calls visit(name, value) for each, up to the first objection, and gives it; the name is for split().
  template <class Visit>
  result each(Visit visit) const {
    for (const char** p = pairs_; *p; p += 2) {
      if (result r = visit(std::string_view{p[0]}, p[1]); !r.ok()) return r;
    }
    return {};
  }
  static xml_name split(std::string_view name) {
    std::size_t i = name.rfind('\n');
    if (i == std::string_view::npos) i = name.find(':');
    if (i == std::string_view::npos) return {{}, name};
    return {name.substr(0, i), name.substr(i + 1)};
  }
  // The value of an attribute without a namespace; empty where there is none.
  [[nodiscard]] std::string_view value(std::string_view local) const {
    for (const char** p = pairs_; *p; p += 2) {
      if (**p == local.front() && local == *p) return p[1];
    }
    return {};
  }
  // The value of the first attribute of that local name, whatever its namespace.
  [[nodiscard]] std::string_view find(std::string_view local) const {
    for (const char** p = pairs_; *p; p += 2) {
      if (split(*p).local == local) return p[1];
    }
    return {};
  }

 private:
  const char** pairs_;
};

// What a reader of XML wants to know. An objection ends the reading.
class xml_events {
 public:
  xml_events() = default;
  xml_events(const xml_events&) = delete;
  xml_events& operator=(const xml_events&) = delete;
  virtual ~xml_events() = default;
  virtual result start(const xml_name& name, const xml_attributes& attributes) = 0;
  // The name is for xml_attributes::split().
  virtual result end(const char* /*name*/) { return {}; }
  virtual result text(std::string_view) { return {}; }
  virtual result comment(std::string_view) { return {}; }
  // Where a CDATA section begins and ends; its characters are text().
  virtual result literal(bool /*begins*/) { return {}; }
  virtual result instruction(std::string_view /*target*/, std::string_view /*data*/) { return {}; }
  // <!DOCTYPE name PUBLIC "public_id" "system_id">, perhaps with a `subset` of its own in it, which may only
  // declare namespaces: entities, and attributes that elements would have without saying so, are refused.
  struct document_type {
    std::string_view name;
    std::string_view public_id;
    std::string_view system_id;
    bool subset;
  };
  virtual result doctype(const document_type&) { return errc::doctype; }
  // An entity that nothing in the document declares, where something outside of it may.
  virtual result entity(std::string_view name);
};

struct xml_bounds {
  std::uint64_t max_depth;
  // Expat keeps a tag, a comment or an instruction until it is whole. Drawings carry photographs in an
  // attribute, so the bound is wide; text between tags has none, since it passes in pieces.
  std::uint64_t max_token = 8 * MiB;
  std::size_t max_attributes = 1024;
};

class xml_parser {
 public:
  // Blocks of this size are to be fed, but for the last, so that expat sees the same however a file came.
  static constexpr std::size_t block = 4096;

  // Without `namespaces` names stay as they are written.
  xml_parser(xml_events& events, const xml_bounds& bounds, bool namespaces = true);
  xml_parser(const xml_parser&) = delete;
  xml_parser& operator=(const xml_parser&) = delete;
  ~xml_parser();

  // Reads the next block. `last` says that the document ends with it; it may be empty.
  result feed(bytes_view bytes, bool last);
  // Whether the objection that ended the reading is about the XML itself, and not an event's.
  [[nodiscard]] bool faulty() const { return faulty_; }
  // Where the event that is being told stands.
  [[nodiscard]] std::uint64_t offset() const;
  // Whether text() is to be told: costs time, so it is off but inside elements that need it.
  void tell_text(bool on);

 private:
  struct calls;
  void object(result r);
  result failure();

  std::unique_ptr<XML_ParserStruct, void (*)(XML_ParserStruct*)> parser_;
  xml_events& events_;
  xml_bounds bounds_;
  std::uint64_t depth_ = 0;
  bool faulty_ = false;
  std::uint64_t fed_ = 0;
  std::optional<objection> rejected_;
  std::string encoding_;  // one that was declared and is not known
};

// read_xml drives `Rules`, an xml_events made of context& that has `void attach(xml_parser&)` and
// `result finish()`.
template <class Rules>
grammar read_xml(reader& in, context& ctx) {
  Rules rules{ctx};
  xml_parser parser{rules, {.max_depth = ctx.manner.max_depth}};
  rules.attach(parser);
  for (bool last = false; !last;) {
    const bytes_view bytes = co_await in.peek(xml_parser::block);
    last = bytes.size() < xml_parser::block;
    result r = parser.feed(bytes, last);
    if (!r.ok()) co_return r;
    in.consume(bytes.size());
  }
  result r = rules.finish();
  co_return r;
}

}  // namespace uploadgate::formats
