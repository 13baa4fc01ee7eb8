// OPC (ECMA-376 part 2): content types, relationships, and the elements of OOXML that matter.
#include "package_rules.hpp"
#include "registry.hpp"
#include "xlsb_part.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace uploadgate::formats {
namespace {

class content_types final : public part_events {
 public:
  content_types(rule_sink& sink, content_type_facts& facts) : part_events{sink}, facts_{&facts} {}

  result start(const xml_name& name, const xml_attributes& attributes) override {
    if (name.local != "Override" && name.local != "Default") return {};
    const std::string type = lower_case(attributes.find("ContentType"));
    const std::string part = lower_case(attributes.find("PartName"));
    const bool records = part.empty() ? attributes.find("Extension") == "bin" : is_xlsb_part(part);
    if (is_xlsb_type(type) && !records) {
      return sink_->note(handling::reject, errc::bad_value, "the name of a part of records: " + part);
    }
    if (const family* f = family_of_content(type); f && f->kind == family_kind::opc) {
      facts_->two_mains = facts_->two_mains || (facts_->main && facts_->main != f);
      facts_->main = f;
      facts_->binary = facts_->binary || !type.ends_with("+xml");
    }
    if (type == "application/vnd.ms-office.vbaproject" || type.find("macrosheet+xml") != std::string::npos ||
        type == "application/vnd.ms-excel.macrosheet" || type == "application/vnd.ms-excel.intlmacrosheet") {
      return sink_->note(&document_rules::macros, errc::macros, type);
    }
    if (type.starts_with("application/vnd.ms-office.activex")) {
      return sink_->note(&document_rules::activex, errc::activex, type);
    }
    return {};
  }

 private:
  content_type_facts* facts_;
};

class relationships final : public part_events {
 public:
  relationships(rule_sink& sink, bool& office) : part_events{sink}, office_{&office} {}

  result start(const xml_name& name, const xml_attributes& attributes) override {
    if (name.local != "Relationship") return {};
    const std::string whole = lower_case(attributes.find("Type"));
    const std::string type = whole.substr(whole.rfind('/') + 1);
    const std::string_view to = attributes.find("Target");
    if (lower_case(attributes.find("TargetMode")) == "external") return external(type, to);
    if (type == "officedocument") *office_ = true;
    if (type == "vbaproject" || type == "wordvbadata" || type == "xlmacrosheet" ||
        type == "xlintlmacrosheet" || whole.find("ui/extensibility") != std::string::npos) {
      return sink_->note(&document_rules::macros, errc::macros, type);
    }
    if (type == "control" || type == "activexcontrolbinary") {
      return sink_->note(&document_rules::activex, errc::activex, type);
    }
    if (type == "oleobject" || type == "afchunk") {
      return sink_->note(&document_rules::embedded_files, errc::embedded_file, type + " " + std::string{to});
    }
    if (type == "package" && !is_judged_package(lower_case(to))) {
      return sink_->note(&document_rules::embedded_files, errc::embedded_file, type + " " + std::string{to});
    }
    // Without TargetMode a target is a part of the package; readers differ on one that is a URL.
    return judge_link(*sink_, type, classify_target(to) == target::remote ? to : std::string_view{});
  }

 private:
  result external(const std::string& type, std::string_view to) {
    if (type == "hyperlink") {
      if (result r = judge_click(*sink_, to); !r.ok()) return r;
      return sink_->note(&document_rules::hyperlinks, errc::external_reference, "hyperlink");
    }
    // A chart's data on the author's own drive: Office asks for it only when a person edits the chart.
    const bool of_chart = sink_->part.find("charts/_rels/") != std::string::npos;
    if (type == "oleobject" && of_chart && classify_target(to) != target::remote) {
      return sink_->note(handling::warn, errc::external_reference, "a chart's data " + std::string{to});
    }
    if (type == "oleobject" || type == "frame" || type == "subdocument" || type == "afchunk" ||
        type == "package" || type == "control") {
      return sink_->note(&document_rules::external_references, errc::external_reference,
                         type + " " + std::string{to});
    }
    return judge_link(*sink_, type, to);
  }

  bool* office_;
};

// A field of Word: its instruction comes in runs, and may hold other fields (ECMA-376 part 1, 17.16).
struct field {
  std::string instruction;
  bool result_part = false;
  bool computed = false;  // begins with what another field gives
};

class any_part final : public part_events {
 public:
  using part_events::part_events;

  result start(const xml_name& name, const xml_attributes& attributes) override {
    if (name.local == "encryption-data") {
      return sink_->note(&document_rules::encrypted, errc::encrypted, sink_->part);
    }
    if (name.space.find("opendocument") != std::string_view::npos ||
        name.space.find("openoffice") != std::string_view::npos) {
      return judge_odf_element(*sink_, name, attributes);
    }
    if (name.space.ends_with("/xhtml") || name.space.ends_with("/svg") || name.space.ends_with("/opf") ||
        name.space.find("xmlenc") != std::string_view::npos) {
      return book(name, attributes);
    }
    if (name.local == "submission" && name.space.ends_with("/xforms")) {
      return judge_link(*sink_, "a form", attributes.find("action"));
    }
    if (name.space.find("wordprocessingml") != std::string_view::npos) return word(name, attributes);
    if (name.space.find("spreadsheetml") != std::string_view::npos) return sheet(name, attributes);
    if (name.space.find("microsoft") != std::string_view::npos) return microsoft(name, attributes);
    // A book's HTML need not name its namespace.
    const format* chosen = sink_->ctx().chosen;
    if (name.space.empty() && chosen && chosen->name == "epub") return book(name, attributes);
    return action(name, attributes);
  }

  result end(const char* expanded) override {
    if (!style_ && !collecting_) return {};
    const xml_name name = xml_attributes::split(expanded);
    if (style_ && name.local == "style") {
      result r = judge_style(*sink_, *style_, {}, true);
      style_.reset();
      return r;
    }
    if (!collecting_) return {};
    collecting_ = false;
    if (is_formula(name.local)) {
      return overflow_ ? too_long() : judge_formula(*sink_, text_);
    }
    if (fields_.empty() || fields_.back().result_part) return {};
    std::string& instruction = fields_.back().instruction;
    const std::size_t room = longest_text - instruction.size();
    overflow_ = overflow_ || text_.size() > room;
    instruction += text_.substr(0, room);
    // Zotero and Mendeley keep their citations in fields of any length.
    return overflow_ && !is_addin(instruction) ? too_long() : result{};
  }

  result text(std::string_view t) override {
    if (style_) return judge_style(*sink_, *style_, t, false);
    if (!collecting_) return {};
    const std::size_t room = longest_text - text_.size();
    overflow_ = overflow_ || t.size() > room;
    text_ += t.substr(0, room);
    return {};
  }

 private:
  // Excel takes formulas of 8192 characters.
  static constexpr std::size_t longest_text = 32 * KiB;
  static constexpr std::size_t deepest_field = 64;

  // Of cells, names, rules, validation, tables, and of sparklines and charts in other namespaces.
  static bool is_formula(std::string_view local) {
    static constexpr std::array<std::string_view, 7> formulas{
        "f", "definedName", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula"};
    return std::ranges::find(formulas, local) != formulas.end();
  }

  static bool is_addin(std::string_view instruction) {
    const std::size_t begin = instruction.find_first_not_of(" \t\r\n");
    return begin != std::string_view::npos && lower_case(instruction.substr(begin, 6)) == "addin ";
  }

  result book(const xml_name& name, const xml_attributes& attributes) {
    if (name.local == "style" && !name.space.ends_with("/opf")) style_.emplace();
    return judge_epub_element(*sink_, name, attributes);
  }

  result too_long() {
    return sink_->note(handling::reject, errc::bad_length, "a formula or field of over 32 KiB");
  }

  void collect() {
    collecting_ = true;
    overflow_ = false;
    text_.clear();
  }

  result close_instruction() {
    field& f = fields_.back();
    if (f.result_part) return {};
    f.result_part = true;
    if (f.computed) {
      return sink_->note(&document_rules::launch, errc::dynamic_data_exchange,
                         "a field whose kind is computed");
    }
    return judge_field(*sink_, f.instruction);
  }

  result word(const xml_name& name, const xml_attributes& attributes) {
    if (name.local == "connectString") return judge_connection(*sink_, attributes.find("val"));
    if (name.local == "fldSimple") return judge_field(*sink_, attributes.find("instr"));
    if (name.local == "instrText" || name.local == "delInstrText") {
      collect();
      return {};
    }
    if (name.local == "fldChar") {
      const std::string_view type = attributes.find("fldCharType");
      if (type == "begin") {
        if (fields_.size() >= deepest_field) return {errc::nested_too_deep, "fields"};
        if (!fields_.empty() && !fields_.back().result_part &&
            fields_.back().instruction.find_first_not_of(" \t\r\n\"") == std::string::npos) {
          fields_.back().computed = true;
        }
        fields_.emplace_back();
      } else if (!fields_.empty()) {
        result r = close_instruction();
        if (type == "end") fields_.pop_back();
        return r;
      }
    }
    return {};
  }

  result sheet(const xml_name& name, const xml_attributes& attributes) {
    if (is_formula(name.local)) collect();
    if (name.local == "definedName") {
      if (result r = judge_defined_name(*sink_, attributes.find("name")); !r.ok()) return r;
    }
    if (name.local == "connection") {
      if (result r = judge_link(*sink_, "a connection", attributes.find("odcFile")); !r.ok()) return r;
      return judge_link(*sink_, "a connection", attributes.find("sourceFile"));
    }
    if (name.local == "olapPr") return judge_connection(*sink_, attributes.find("localConnection"));
    if (name.local == "dbPr") return judge_connection(*sink_, attributes.find("connection"));
    if (name.local == "textPr") return judge_link(*sink_, "a text query", attributes.find("sourceFile"));
    if (name.local == "ddeLink" || name.local == "ddeItem") {
      return sink_->note(&document_rules::launch, errc::dynamic_data_exchange,
                         std::string{attributes.find("ddeService")});
    }
    if (name.local == "oleLink")
      return sink_->note(&document_rules::external_references, errc::external_reference, "oleLink");
    if (name.local == "webPr") return judge_link(*sink_, "a web query", attributes.find("url"));
    return {};
  }

  // VML, controls, macro sheets, sparklines and web add-ins.
  result microsoft(const xml_name& name, const xml_attributes& attributes) {
    if (name.local == "f" && name.space.ends_with("/excel/2006/main")) collect();
    if (name.local == "macrosheet")
      return sink_->note(&document_rules::macros, errc::macros, "a macro sheet");
    if (name.local == "ocx") return sink_->note(&document_rules::activex, errc::activex, "a control");
    if (name.local == "OLEObject" && attributes.find("Type") == "Link") {
      return sink_->note(&document_rules::external_references, errc::external_reference, "a linked object");
    }
    if (name.space.ends_with(":vml")) {
      if (result r = judge_click(*sink_, attributes.find("href")); !r.ok()) return r;
      return judge_link(*sink_, name.local, attributes.find("src"));
    }
    if (name.local == "reference") return judge_link(*sink_, "an add-in", attributes.find("store"));
    if (name.local == "webVideoPr" && !attributes.find("embeddedHtml").empty()) {
      return sink_->note(&document_rules::external_references, errc::external_reference,
                         "a page for a video");
    }
    return {};
  }

  // DrawingML: what a click or the mouse alone starts, and what a chart shows.
  result action(const xml_name& name, const xml_attributes& attributes) {
    if (name.local == "f" && name.space.ends_with("/chart")) collect();
    if (name.local != "hlinkClick" && name.local != "hlinkHover" && name.local != "hlinkMouseOver") return {};
    const std::string action = lower_case(attributes.find("action"));
    if (action.find("ppaction://program") != std::string::npos) {
      return sink_->note(&document_rules::launch, errc::launch_action, action);
    }
    if (action.starts_with("ppaction://macro"))
      return sink_->note(&document_rules::macros, errc::macros, action);
    return {};
  }

  std::vector<field> fields_;
  std::optional<css_scanner> style_;  // of a book
  std::string text_;
  bool collecting_ = false;
  bool overflow_ = false;
};

}  // namespace

result judge_field(rule_sink& sink, std::string_view instruction) {
  const std::string text = lower_case(instruction);
  const std::size_t begin = text.find_first_not_of(" \t\r\n\"");
  if (begin == std::string::npos) return {};
  const std::size_t end = std::min(text.find_first_of(" \t\r\n\"\\", begin), text.size());
  const std::string_view kind = std::string_view{text}.substr(begin, end - begin);
  if (kind == "dde" || kind == "ddeauto")
    return sink.note(&document_rules::launch, errc::dynamic_data_exchange, text);
  if (kind == "hyperlink") {
    const std::size_t link = std::min(text.find_first_not_of(" \t\r\n\"", end), text.size());
    return judge_click(sink, std::string_view{text}.substr(link));
  }
  if (kind == "link" || kind == "database")
    return sink.note(&document_rules::external_references, errc::external_reference, text);
  if (kind == "includetext" || kind == "includepicture" || kind == "include" || kind == "import" ||
      kind == "rd") {
    // Switches may stand before what is included.
    for (std::string_view rest = std::string_view{text}.substr(end);;) {
      const std::size_t word = rest.find_first_not_of(" \t\r\n\"");
      if (word == std::string_view::npos) return {};
      rest = rest.substr(word);
      const std::size_t length = std::min(rest.find_first_of(" \t\r\n\""), rest.size());
      if (result r = judge_link(sink, kind, rest.substr(0, length)); !r.ok()) return r;
      rest = rest.substr(length);
    }
  }
  return {};
}

std::unique_ptr<xml_events> scan_content_types(rule_sink& sink, content_type_facts& facts) {
  return std::make_unique<content_types>(sink, facts);
}
std::unique_ptr<xml_events> scan_relationships(rule_sink& sink, bool& office) {
  return std::make_unique<relationships>(sink, office);
}
std::unique_ptr<xml_events> scan_part(rule_sink& sink) { return std::make_unique<any_part>(sink); }

}  // namespace uploadgate::formats
