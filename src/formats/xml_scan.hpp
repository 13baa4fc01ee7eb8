// XML by expat for the parts of packages: events, no entities, bounded depth and memory.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/verdict.hpp>

#include <cstdint>
#include <memory>
#include <string_view>

namespace uploadgate::formats {

// A name of XML: its namespace and its local part.
struct xml_name {
  std::string_view space;
  std::string_view local;
};

// The attributes of one start tag, in their order.
class xml_attributes {
 public:
  explicit xml_attributes(const char** pairs) : pairs_{pairs} {}
  // The value of the first attribute with this local name; empty where there is none.
  [[nodiscard]] std::string_view find(std::string_view local) const;
  template <class Visit>
  void each(Visit visit) const {
    for (const char** p = pairs_; *p; p += 2) visit(split(p[0]), std::string_view{p[1]});
  }
  static xml_name split(std::string_view expanded);

 private:
  const char** pairs_;
};

// Who looks at the events. An objection ends the scan.
struct xml_events {
  xml_events() = default;
  xml_events(const xml_events&) = delete;
  xml_events& operator=(const xml_events&) = delete;
  virtual ~xml_events() = default;
  virtual result start(const xml_name&, const xml_attributes&) { return {}; }
  virtual result end(const xml_name&) { return {}; }
  virtual result text(std::string_view) { return {}; }
};

enum class xml_doctype : std::uint8_t {
  refused,
  external,  // one without an internal subset passes, and is not fetched (XHTML, NCX, old ODF)
};

class xml_scan {
 public:
  // The most bytes of one tag; more is refused, as expat must hold a tag whole.
  static constexpr std::uint64_t max_token = 2 * MiB;
  // The most attributes of one tag.
  static constexpr std::size_t max_attributes = 4096;

  // Without namespaces a name's `space` is its prefix.
  xml_scan(xml_events& events, std::uint64_t max_depth, xml_doctype doctype, bool namespaces = true);
  ~xml_scan();
  xml_scan(xml_scan&&) noexcept;
  xml_scan& operator=(xml_scan&&) noexcept;

  // Reads the next bytes. Objections have the offset given.
  result feed(bytes_view piece, std::uint64_t offset);
  result finish(std::uint64_t offset);

 private:
  struct state;
  result answer(bool parsed, std::uint64_t offset);
  std::unique_ptr<state> state_;
};

}  // namespace uploadgate::formats
