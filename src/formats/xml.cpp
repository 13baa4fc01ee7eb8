// Any XML 1.0 document (https://www.w3.org/TR/xml/): well-formed, without a document type, and without what a
// browser, an office or a script host runs in it.
#include "flat_office.hpp"
#include "grammars.hpp"
#include "markup_rules.hpp"
#include "reference.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

namespace uploadgate::formats {
namespace {

// Elements that mean a program to whoever opens the file, in namespaces that nothing else is written in.
struct program_element {
  std::string_view space, local;
};
constexpr std::array program_elements{
    program_element{"urn:schemas-microsoft-com:xslt", "script"},
    program_element{"http://xml.apache.org/xalan", "script"},
    program_element{"http://xml.apache.org/xslt", "script"},
    program_element{"http://java.sun.com/JSP/Page", "scriptlet"},
    program_element{"http://java.sun.com/JSP/Page", "expression"},
    program_element{"http://java.sun.com/JSP/Page", "declaration"},
    program_element{"http://schemas.microsoft.com/developer/msbuild/2003", "Code"},
    program_element{"http://schemas.microsoft.com/developer/msbuild/2003", "Exec"},
    program_element{"http://schemas.microsoft.com/winfx/2006/xaml/presentation", "ObjectDataProvider"},
    program_element{"http://schemas.microsoft.com/windows/2004/02/mit/task", "Exec"},
    program_element{"http://schemas.microsoft.com/windows/2009/library", "libraryDescription"},
    program_element{"http://schemas.microsoft.com/windows/2009/searchConnector",
                    "searchConnectorDescription"},
    program_element{"http://schemas.microsoft.com/Search/2013/SettingContent", "SearchableContent"},
};

bool is_program(const xml_name& name, const xml_attributes& attributes, bool root) {
  if (std::ranges::any_of(program_elements, [&](const program_element& e) {
        return e.space == name.space && e.local == name.local;
      }))
    return true;
  if (!name.space.empty()) return false;
  // Windows Script Host and Component: Java's own <script> names its language too.
  if (equal_without_case(name.local, "script")) {
    const std::string language = lower_case(attributes.value("language"));
    constexpr std::array<std::string_view, 4> hosts{"jscript", "javascript", "vbscript", "perlscript"};
    return std::ranges::any_of(hosts, [&](std::string_view h) { return language.starts_with(h); });
  }
  return root && (equal_without_case(name.local, "scriptlet") || name.local == "jnlp" ||
                  (name.local == "java" && attributes.value("class") == "java.beans.XMLDecoder"));
}

struct document : markup_rules {
  explicit document(context& ctx) : markup_rules{ctx, kind::document}, sink_{ctx, true} {}

  void attach(xml_parser& parser) {
    parser_ = &parser;
    markup_rules::attach(parser);
  }
  result start(const xml_name& name, const xml_attributes& attributes) override {
    if (result r = markup_rules::start(name, attributes); !r.ok()) return r;
    const bool root = !std::exchange(begun_, true);
    if (is_program(name, attributes, root)) return {errc::script, "XML that is a program"};
    if (root && is_flat_office(name.space)) {
      office_ = scan_flat_office(sink_);
      parser_->tell_text(true);
    }
    if (!office_) return {};
    sink_.offset = parser_->offset();
    return office_->start(name, attributes);
  }
  result end(const char* name) override {
    if (result r = markup_rules::end(name); !r.ok() || !office_) return r;
    return office_->end(name);
  }
  result text(std::string_view t) override { return office_ ? office_->text(t) : result{}; }

 private:
  xml_parser* parser_ = nullptr;
  bool begun_ = false;
  rule_sink sink_;
  std::unique_ptr<xml_events> office_;  // where an office opens the document
};
}  // namespace

grammar xml(reader& in, context& ctx) { return read_xml<document>(in, ctx); }

}  // namespace uploadgate::formats
