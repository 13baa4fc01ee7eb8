// ODF 1.3 and EPUB 3.3: the elements that matter.
#include "package_rules.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

bool is_script_link(std::string_view link) {
  const std::string text = lower_case(link.substr(0, 64));
  return text.starts_with("vnd.sun.star.script:") || text.starts_with("macro:") ||
         text.starts_with("vnd.sun.star.expand:") || text.starts_with("service:");
}

bool is_javascript_link(std::string_view link) {
  std::string compact;
  for (const char c : link.substr(0, 64)) {
    if (static_cast<unsigned char>(c) > ' ') compact += c;
  }
  compact = lower_case(compact);
  return compact.starts_with("javascript:") || compact.starts_with("vbscript:");
}

}  // namespace

result judge_odf_element(rule_sink& sink, const xml_name& name, const xml_attributes& attributes) {
  const std::string_view link = attributes.find("href");
  if (name.local == "event-listener") {
    if (name.space.find(":script:") != std::string_view::npos) {
      return sink.note(&document_rules::macros, errc::macros, "an event listener");
    }
    const std::string action = lower_case(attributes.find("action"));
    if (action == "execute" || action == "verb" || action == "sound") {
      if (action != "sound") return sink.note(&document_rules::launch, errc::launch_action, action);
    }
    if (action == "execute-macro") return sink.note(&document_rules::macros, errc::macros, action);
  }
  if (name.local == "script" && name.space.find(":office:") != std::string_view::npos) {
    return sink.note(&document_rules::macros, errc::macros, "a script");
  }
  if (name.local == "dde-source" || name.local == "dde-connection-decl" || name.local == "dde-link") {
    return sink.note(&document_rules::launch, errc::dynamic_data_exchange,
                     std::string{attributes.find("dde-application")});
  }
  if (name.local == "object-ole") {
    return sink.note(&document_rules::embedded_files, errc::embedded_file, "an OLE object");
  }
  // LibreOffice's own player shows sound and films of the package (ODF 1.3 part 3, 10.4.8).
  const bool player = attributes.find("mime-type") == "application/vnd.sun.star.media" &&
                      classify_target(link) == target::inside;
  if (name.local == "plugin" && player) return {};
  if (name.local == "applet" || name.local == "plugin") {
    return sink.note(&document_rules::embedded_files, errc::embedded_file,
                     std::string{name.local} + " " + std::string{link});
  }
  if (name.local == "execute-macro") return sink.note(&document_rules::macros, errc::macros, "a macro field");
  if (name.local == "table-cell") {
    const std::string_view formula = attributes.find("formula");
    if (!formula.empty()) return judge_formula(sink, formula);
  }
  if (link.empty()) return {};
  if (is_script_link(link)) return sink.note(&document_rules::macros, errc::macros, std::string{link});
  if (is_javascript_link(link))
    return sink.note(&document_rules::javascript, errc::javascript, std::string{link});
  // Links, image maps, buttons and what a click in a show opens.
  const bool click = name.local == "a" || name.local.starts_with("area-") || name.local == "button" ||
                     name.local == "event-listener";
  if (click) {
    if (classify_target(link) == target::inside) return {};
    return sink.note(&document_rules::hyperlinks, errc::external_reference, "hyperlink");
  }
  return judge_link(sink, name.local, link);
}

result judge_style(rule_sink& sink, css_scanner& css, std::string_view text, bool whole) {
  const auto judge = [&](css_scanner::finding found) -> result {
    if (found == css_scanner::finding::none) return {};
    if (found == css_scanner::finding::script || css.where() == reference::script)
      return sink.note(&document_rules::javascript, errc::javascript, "a style that runs code");
    if (!css.remote()) return {};
    return sink.note(&document_rules::external_references, errc::external_reference, "a style");
  };
  while (!text.empty()) {
    if (result r = judge(css.read(text)); !r.ok()) return r;
  }
  return whole ? judge(css.finish()) : result{};
}

result judge_epub_element(rule_sink& sink, const xml_name& name, const xml_attributes& attributes) {
  if (name.local == "EncryptionMethod") {
    // Fonts made unreadable by a public key: IDPF's and Adobe's ways (EPUB OCF 3.3, section 4.4).
    const std::string_view algorithm = attributes.find("Algorithm");
    if (algorithm == "http://www.idpf.org/2008/embedding" || algorithm == "http://ns.adobe.com/pdf/enc#RC") {
      return {};
    }
    return sink.note(&document_rules::encrypted, errc::encrypted, std::string{algorithm});
  }
  if (name.local == "script") {
    const std::string type = lower_case(attributes.find("type"));
    if (type.ends_with("json") || type.starts_with("math/")) return {};
    return sink.note(&document_rules::javascript, errc::javascript, sink.part);
  }
  if (name.local == "iframe" || name.local == "object" || name.local == "embed" || name.local == "applet") {
    const std::string_view from = attributes.find(name.local == "object" ? "data" : "src");
    if (result r = judge_link(sink, name.local, from); !r.ok()) return r;
  }
  if (!attributes.find("srcdoc").empty())
    return sink.note(&document_rules::javascript, errc::javascript, "srcdoc");
  const bool frame = name.local == "iframe" || name.local == "object" || name.local == "embed";
  if (frame &&
      lower_case(attributes.find(name.local == "object" ? "data" : "src")).starts_with("data:text/")) {
    return sink.note(&document_rules::javascript, errc::javascript, "a page in a frame");
  }
  if (name.local == "base") return judge_link(sink, "base", attributes.find("href"));
  if (name.local == "meta" && lower_case(attributes.find("http-equiv")) == "refresh") {
    return sink.note(&document_rules::external_references, errc::external_reference, "a page that leads on");
  }
  for (const std::string_view loaded : {"poster", "srcset"}) {
    const std::string_view from = attributes.find(loaded);
    if (classify_target(from) != target::remote) continue;
    if (result r = judge_link(sink, loaded, from); !r.ok()) return r;
  }
  result answer = attributes.each([&](std::string_view expanded, std::string_view value) -> result {
    const xml_name attribute = xml_attributes::split(expanded);
    if (attribute.local == "style") {
      css_scanner css;
      if (result r = judge_style(sink, css, value, true); !r.ok()) return r;
    }
    if (attribute.local.size() > 2 && attribute.local.starts_with("on") && attribute.space.empty() &&
        !name.space.ends_with("/opf")) {
      return sink.note(&document_rules::javascript, errc::event_handler, std::string{attribute.local});
    }
    if (is_javascript_link(value) && (attribute.local == "href" || attribute.local == "src" ||
                                      attribute.local == "action" || attribute.local == "to")) {
      return sink.note(&document_rules::javascript, errc::javascript, std::string{attribute.local});
    }
    return {};
  });
  if (!answer.ok()) return answer;
  if (name.local == "a") return {};
  const bool loads = name.local == "link" || name.local == "image" || name.local == "use";
  const std::string_view from = attributes.find(loads ? "href" : "src");
  // Relative links lead to other parts of the publication.
  if (name.space.ends_with("/opf") || classify_target(from) != target::remote) return {};
  return judge_link(sink, name.local, from);
}

}  // namespace uploadgate::formats
