#include "markup_rules.hpp"

#include "document_type.hpp"
#include "svg_size.hpp"
#include "word_table.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace uploadgate::formats {
namespace {

constexpr std::string_view svg_space = "http://www.w3.org/2000/svg";
constexpr std::string_view html_space = "http://www.w3.org/1999/xhtml";
constexpr std::string_view xlink_space = "http://www.w3.org/1999/xlink";
constexpr std::string_view xml_space = "http://www.w3.org/XML/1998/namespace";
constexpr std::string_view xml_events_space = "http://www.w3.org/2001/xml-events";
constexpr std::string_view include_space = "http://www.w3.org/2001/XInclude";
// Illustrator writes a foreignObject that only Illustrator reads; a browser skips one that requires an
// extension (SVG 1.1, section 5.8).
constexpr std::string_view adobe_extensions = "http://ns.adobe.com/";

template <std::size_t N>
bool is_one_of(std::string_view t, const std::array<std::string_view, N>& words) {
  return std::ranges::any_of(words, [&](std::string_view w) { return equal_without_case(t, w); });
}

constexpr std::array<std::string_view, 3> script_elements{"script", "handler", "listener"};
// What brings another document, or commands the page, in HTML and in SVG 2.
constexpr std::array<std::string_view, 14> embedding_elements{
    "iframe", "embed",  "object", "applet", "frame", "frameset", "audio",
    "video",  "portal", "canvas", "base",   "meta",  "link",     "fencedframe"};
constexpr std::array<std::string_view, 6> page_embedding_elements{"iframe", "embed", "object",
                                                                  "applet", "frame", "portal"};
constexpr std::array<std::string_view, 9> reference_attributes{
    "href", "src", "action", "formaction", "data", "poster", "background", "srcset", "ping"};
// The tags by which a browser takes a file for HTML that nobody told it the type of (MIME Sniffing Standard,
// section 7.1).
constexpr std::array<std::string_view, 15> page_elements{"html",  "head", "script", "iframe", "h1",
                                                         "div",   "font", "table",  "a",      "style",
                                                         "title", "b",    "body",   "br",     "p"};
// What most elements and attributes of drawings are; none of the rules is about them. A transform may hold
// parentheses, and never a reference.
constexpr word_table harmless_elements{std::array<std::string_view, 19>{
    "g", "svg", "symbol", "pattern", "marker", "defs", "use", "path", "rect", "stop", "circle", "text",
    "line", "polyline", "polygon", "tspan", "linearGradient", "radialGradient", "ellipse"}};
constexpr std::size_t groups = 6;  // the first of them
constexpr std::size_t use_element = groups + 1;
constexpr word_table harmless_attributes{std::array<std::string_view, 22>{"d",
                                                                          "id",
                                                                          "x",
                                                                          "y",
                                                                          "width",
                                                                          "height",
                                                                          "transform",
                                                                          "points",
                                                                          "class",
                                                                          "cx",
                                                                          "cy",
                                                                          "r",
                                                                          "rx",
                                                                          "ry",
                                                                          "x1",
                                                                          "y1",
                                                                          "x2",
                                                                          "y2",
                                                                          "gradientTransform",
                                                                          "patternTransform",
                                                                          "offset",
                                                                          "viewBox"}};

constexpr std::array<std::string_view, 5> animation_elements{"animate", "set", "animateMotion",
                                                             "animateTransform", "animateColor"};

// The names of events are letters; Inkscape's "only_selected" is none, and its "onbbox" is no event of any
// browser. New events are made, so that no other name is let pass.
bool event_attribute(std::string_view local) {
  return local.size() > 2 && equal_without_case(local.substr(0, 2), "on") && local != "onbbox" &&
         std::ranges::all_of(local, [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
}

// A book in chapters: an include of XML from the document's own folder or one below.
bool includes_neighbour(const xml_attributes& attributes) {
  const std::string_view href = attributes.value("href");
  return href.ends_with(".xml") && !href.starts_with('/') && attributes.value("parse") != "text" &&
         href.find_first_of(":\\?#%") == std::string_view::npos && href.find("..") == std::string_view::npos;
}

bool markup_in(std::string_view t) { return t.find_first_of("<>") != std::string_view::npos; }

std::string quoted(std::string_view t) { return std::string{t.substr(0, 64)}; }

}  // namespace

result markup_rules::start(const xml_name& name, const xml_attributes& attributes) {
  if (depth_ == 0)
    page_ = kind_ == kind::document && name.space.empty() && is_one_of(name.local, page_elements);
  const bool html = name.space == html_space || (page_ && name.space.empty());
  const bool svg = name.space == svg_space || (kind_ == kind::drawing && name.space.empty());
  const vocabulary of = svg ? vocabulary::svg : html ? vocabulary::html : vocabulary::other;
  const element e{of, name.local, of != vocabulary::other && equal_without_case(name.local, "a"),
                  svg && kind_ == kind::drawing ? harmless_elements.find(name.local) : 0};
  if (depth_++ == 0) {
    if (result r = root(name, e, attributes); !r.ok()) return r;
  }
  if (kind_ != kind::sniffed && name.space == include_space &&
      !(kind_ == kind::document && includes_neighbour(attributes))) {
    return handle(ctx_, &document_rules::external_references, errc::external_reference, "XInclude",
                  parser_->offset());
  }
  if (kind_ == kind::drawing) count(e, attributes);
  result r = kind_ == kind::drawing ? drawing_element(name, e, attributes) : document_element(e);
  if (!r.ok()) return r;
  if (kind_ == kind::drawing) {
    return attributes.each([&](std::string_view attribute, const char* value) -> result {
      if (harmless_attributes.has(attribute)) return {};
      return drawing_attribute(e, xml_attributes::split(attribute), value);
    });
  }
  if (e.of == vocabulary::other) return {};
  return attributes.each([&](std::string_view attribute, const char* value) {
    return document_attribute(e, xml_attributes::split(attribute), value);
  });
}

result markup_rules::root(const xml_name& name, const element& e, const xml_attributes& attributes) {
  if (kind_ == kind::drawing) {
    if (e.of != vocabulary::svg || name.local != "svg") {
      return {errc::bad_signature, "the root element is " + quoted(name.local)};
    }
    if (name.space.empty()) ctx_.warn("the drawing has no namespace");
    const svg_size size = svg_size_of(attributes);
    if (size.width == 0 || size.height == 0) return {};
    return count_frame(ctx_, size.width, size.height, parser_->offset());
  }
  if (e.of == vocabulary::html && equal_without_case(name.local, "html"))
    return {errc::html, "the root element is html"};
  return {};
}

// What a drawing of few elements makes its reader draw, as <use> of groups of <use> do.
void markup_rules::count(const element& e, const xml_attributes& attributes) {
  if (e.of != vocabulary::svg) return;
  const bool use = e.plain == use_element;
  if (!use && (e.plain == 0 || e.plain > groups)) return uses_.start(depth_, false, {}, {});
  std::string_view used;
  if (use) used = attributes.value("href");
  if (use && used.empty()) used = attributes.value("http://www.w3.org/1999/xlink\nhref");
  uses_.start(depth_, true, attributes.value("id"), used.starts_with('#') ? used.substr(1) : used);
}

result markup_rules::drawing_element(const xml_name& name, const element& e,
                                     const xml_attributes& attributes) {
  const std::string_view local = name.local;
  if (e.plain != 0) return {};
  // Of any namespace: a page that includes the drawing as HTML does not ask which.
  if (equal_without_case(local, "script")) return errc::script;
  if (name.space == xml_events_space && local == "listener") return {errc::script, quoted(local)};
  if (e.of == vocabulary::other) return {};
  if (e.of == vocabulary::html) return {errc::foreign_object, "HTML: " + quoted(local)};
  if (is_one_of(local, script_elements)) return {errc::script, quoted(local)};
  if (is_one_of(local, embedding_elements)) return {errc::foreign_object, quoted(local)};
  if (equal_without_case(local, "foreignObject")) {
    if (!attributes.value("requiredExtensions").starts_with(adobe_extensions)) return errc::foreign_object;
  }
  if (equal_without_case(local, "style") && style_at_ == 0) {
    style_at_ = depth_;
    parser_->tell_text(true);
  }
  if (is_one_of(local, animation_elements)) {
    const std::string_view target = attributes.value("attributeName");
    std::string_view plain = target.substr(std::min(target.size(), target.rfind(':') + 1));
    plain = plain.substr(std::min(plain.size(), plain.find_first_not_of(" \t\r\n")));
    plain = plain.substr(0, plain.find_last_not_of(" \t\r\n") + 1);
    if (equal_without_case(plain, "href") || event_attribute(plain)) {
      return {errc::script, "an animation sets " + quoted(target)};
    }
  }
  return {};
}

result markup_rules::document_element(const element& e) {
  if (e.of == vocabulary::other) return {};
  if (is_one_of(e.local, script_elements)) return {errc::script, quoted(e.local)};
  if (is_one_of(e.local, page_embedding_elements)) return {errc::html, quoted(e.local)};
  return {};
}

result markup_rules::drawing_attribute(const element& e, const xml_name& name, std::string_view value) {
  if (name.space.empty()) {
    if (event_attribute(name.local)) return {errc::event_handler, quoted(name.local)};
    if (e.of == vocabulary::other) {
      return is_one_of(name.local, reference_attributes) && classify(value) == reference::script
                 ? result{errc::javascript, quoted(name.local)}
                 : result{};
    }
    if (is_one_of(name.local, reference_attributes)) return refer(classify(value), e, name.local);
    if (value.find('(') == std::string_view::npos && value.find('\\') == std::string_view::npos) return {};
    css_scanner css;
    return style(css, value, true);
  }
  if (name.space == xlink_space && name.local == "href") {
    // A file of the drawing's author's own system; no browser reads colour profiles.
    if (e.local == "color-profile" && value.find("//") == std::string_view::npos) return {};
    return refer(classify(value), e, "xlink:href");
  }
  if (name.space == xml_space && name.local == "base") {
    return classify(value) == reference::internal
               ? result{}
               : refer(classify(value), {e.of, e.local, false, 0}, "xml:base");
  }
  if (name.space == xml_events_space) return {errc::event_handler, quoted(name.local)};
  return {};
}

result markup_rules::document_attribute(const element& e, const xml_name& name, std::string_view value) {
  if (name.space.empty() && event_attribute(name.local)) return {errc::event_handler, quoted(name.local)};
  if (name.space.empty() && equal_without_case(name.local, "srcdoc")) return {errc::script, "srcdoc"};
  const bool refers = (name.space.empty() && is_one_of(name.local, reference_attributes)) ||
                      (name.space == xlink_space && name.local == "href");
  const bool animates = e.of == vocabulary::svg && name.space.empty() && name.local == "attributeName" &&
                        (value.ends_with("href") || event_attribute(value));
  if (animates) return {errc::script, "an animation sets " + quoted(value)};
  if (!refers) return {};
  const reference to = classify(value);
  if (to == reference::script) return {errc::javascript, quoted(name.local)};
  return to == reference::active ? result{errc::script, quoted(name.local)} : result{};
}

result markup_rules::refer(reference to, const element& e, std::string_view what) {
  const auto told = [&] { return quoted(what) + " of " + quoted(e.local); };
  switch (to) {
    case reference::internal:
    case reference::raster:
    case reference::font:
    case reference::inert:
      return {};
    case reference::script:
      return {errc::javascript, told()};
    case reference::active:
      return {errc::script, "data: in " + told()};
    case reference::drawing:
      return handle(ctx_, &document_rules::embedded_files, errc::embedded_file, "a drawing in " + told(),
                    parser_->offset());
    case reference::hyperlink:
      if (e.link)
        return handle(ctx_, &document_rules::hyperlinks, errc::external_reference, "a hyperlink",
                      parser_->offset());
      break;
    case reference::external:
      break;
  }
  if (e.of == vocabulary::other) return {};  // no reader follows it
  return handle(ctx_, &document_rules::external_references, errc::external_reference, told(),
                parser_->offset());
}

result markup_rules::style(css_scanner& css, std::string_view text, bool whole) {
  while (!text.empty()) {
    const css_scanner::finding found = css.read(text);
    if (result r = judge(found, css); !r.ok()) return r;
  }
  return whole ? judge(css.finish(), css) : result{};
}

result markup_rules::judge(css_scanner::finding found, const css_scanner& css) {
  switch (found) {
    case css_scanner::finding::none:
      return {};
    case css_scanner::finding::script:
      return {errc::script, "a style that runs code"};
    case css_scanner::finding::import:
      if (css.neighbour()) {
        ctx_.warn("it imports a style sheet that stands beside it");
        return {};
      }
      return handle(ctx_, &document_rules::external_references, errc::external_reference, "@import",
                    parser_->offset());
    case css_scanner::finding::reference:
      return refer(css.where(), {vocabulary::svg, "a style", false, 0}, "url()");
  }
  return {};
}

result markup_rules::end(const char* /*name*/) {
  result r;
  if (depth_ == style_at_) {
    parser_->tell_text(false);
    style_at_ = 0;
    r = judge(css_.finish(), css_);
  }
  if (!uses_.end(depth_) && r.ok()) {
    r = {errc::unpacked_too_large,
         "its uses draw over " + std::to_string(svg_uses::most_drawn) + " elements"};
  }
  --depth_;
  return r;
}

result markup_rules::text(std::string_view t) {
  if (literal_) {
    if (result r = judge_hidden(hidden_.feed(as_bytes(t))); !r.ok()) return r;
  }
  return style_at_ > 0 ? style(css_, t, false) : result{};
}

// A server runs a drawing's PHP wherever it stands; and a page that includes the drawing as HTML ends a
// comment earlier than XML does (HTML Standard, 13.2.5.43), and knows CDATA in few places only.
result markup_rules::judge_hidden(const std::optional<payload_text::hit>& hit) {
  if (!hit) return {};
  return handle(ctx_, &image_limits::payload_text, errc::payload_text,
                std::string{hit->what} + " in a comment or CDATA", parser_->offset());
}

result markup_rules::comment(std::string_view t) {
  if (kind_ != kind::drawing) return {};
  hidden_.begin(0);
  if (t.starts_with('#')) hidden_.feed(as_bytes(std::string_view{"<!--"}));
  hidden_.feed(as_bytes(t));
  return judge_hidden(hidden_.finish());
}

result markup_rules::literal(bool begins) {
  if (kind_ != kind::drawing) return {};
  literal_ = begins;
  if (begins) hidden_.begin(0);
  if (style_at_ == 0) parser_->tell_text(begins);
  return begins ? result{} : judge_hidden(hidden_.finish());
}

result markup_rules::instruction(std::string_view target, std::string_view data) {
  if (equal_without_case(target, "xml-stylesheet")) {
    const bool runs = data.find("css") == std::string_view::npos;
    if (runs || kind_ == kind::sniffed) return {errc::script, "xml-stylesheet"};
    return handle(ctx_, &document_rules::external_references, errc::external_reference, "xml-stylesheet",
                  parser_->offset());
  }
  if (kind_ == kind::sniffed) return {};
  if (equal_without_case(target, "php")) return {errc::payload_text, "a PHP instruction"};
  // HTML ends an instruction at the first '>', so what follows that would be markup there.
  if (kind_ == kind::drawing && markup_in(data)) return {errc::script, "markup in an instruction"};
  return {};
}

result markup_rules::doctype(const document_type& type) {
  if (kind_ == kind::sniffed) return {};
  // Drawings of twenty years name SVG's own DTD. A reader that fetches it asks the W3C and nobody else.
  const bool svg = kind_ == kind::drawing && type.name == "svg";
  const bool w3c = type.system_id.empty() || type.system_id.starts_with("http://www.w3.org/") ||
                   type.system_id.starts_with("https://www.w3.org/");
  if (svg && w3c && (type.public_id.empty() || type.public_id.starts_with("-//W3C//DTD SVG"))) return {};
  if (kind_ == kind::document && harmless_dtd(type.system_id)) {
    ctx_.warn("it names a document type");
    return {};
  }
  return handle(ctx_, &document_rules::external_references, errc::doctype, quoted(type.name),
                parser_->offset());
}

}  // namespace uploadgate::formats
