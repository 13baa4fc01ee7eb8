// What a browser would run or fetch in XML: the rules of SVG, of other XML, and of browser_safe.
#pragma once

#include "css.hpp"
#include "payload_text.hpp"
#include "svg_uses.hpp"
#include "xml_parser.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace uploadgate::formats {

class markup_rules : public xml_events {
 public:
  enum class kind : std::uint8_t {
    drawing,   // SVG: nothing runs, nothing is fetched, nothing foreign is drawn
    document,  // any XML: nothing of it runs in a browser
    sniffed,   // any bytes that could be XML: the same, and a document type is no concern
  };
  markup_rules(context& ctx, kind k) : ctx_{ctx}, kind_{k} {}
  void attach(xml_parser& parser) { parser_ = &parser; }

  result start(const xml_name& name, const xml_attributes& attributes) override;
  result end(const char* name) override;
  result text(std::string_view t) override;
  result comment(std::string_view t) override;
  result literal(bool begins) override;
  result instruction(std::string_view target, std::string_view data) override;
  result doctype(const document_type& type) override;
  result finish() { return {}; }

 private:
  // The vocabulary of an element. A drawing without a namespace counts as SVG: a page that includes it as
  // HTML takes it for that.
  enum class vocabulary : std::uint8_t { svg, html, other };
  struct element {
    vocabulary of;
    std::string_view local;
    bool link;          // what it refers to opens only when a person clicks
    std::size_t plain;  // which of SVG's elements that draw it is, or 0
  };

  result root(const xml_name& name, const element& e, const xml_attributes& attributes);
  void count(const element& e, const xml_attributes& attributes);
  result drawing_element(const xml_name& name, const element& e, const xml_attributes& attributes);
  result document_element(const element& e);
  result drawing_attribute(const element& e, const xml_name& name, std::string_view value);
  result document_attribute(const element& e, const xml_name& name, std::string_view value);
  result refer(formats::reference to, const element& e, std::string_view what);
  result style(css_scanner& css, std::string_view text, bool whole);
  result judge_hidden(const std::optional<payload_text::hit>& hit);
  result judge(css_scanner::finding found, const css_scanner& css);

  context& ctx_;
  kind kind_;
  xml_parser* parser_ = nullptr;
  std::uint64_t depth_ = 0;
  bool page_ = false;           // the document begins as HTML, without a namespace
  std::uint64_t style_at_ = 0;  // depth of the <style> that is open; 0: none
  css_scanner css_;
  bool literal_ = false;  // within a CDATA section
  payload_text hidden_;   // where markup may stand that is none to XML: comments and CDATA sections
  svg_uses uses_;
};

}  // namespace uploadgate::formats
