#include "flat_office.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace uploadgate::formats {
namespace {

constexpr std::string_view word_2003 = "http://schemas.microsoft.com/office/word/2003/wordml";
constexpr std::string_view excel_2003 = "urn:schemas-microsoft-com:office:spreadsheet";
constexpr std::string_view flat_opc = "http://schemas.microsoft.com/office/2006/xmlPackage";
constexpr std::string_view flat_odf = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
// By which the rules of packages know Word's elements; those of 2003 have the same names.
constexpr std::string_view word_of_packages = "wordprocessingml";

class flat final : public xml_events {
 public:
  explicit flat(rule_sink& sink)
      : sink_{&sink}, part_{scan_part(sink)}, relationship_{scan_relationships(sink, office_)} {}

  result start(const xml_name& name, const xml_attributes& attributes) override {
    if (name.local == "Relationship") return relationship_->start(name, attributes);
    if (name.space == flat_opc && name.local == "part") return opc_part(attributes);
    if (name.space == excel_2003) return sheet(name, attributes);
    if (name.space == "urn:schemas-microsoft-com:office:excel" && name.local == "URLString")
      return sink_->note(&document_rules::external_references, errc::external_reference, "a web query");
    if (name.space == word_2003) {
      if (result r = word(name, attributes); !r.ok()) return r;
      return part_->start({word_of_packages, name.local}, attributes);
    }
    // LibreOffice writes Basic's libraries, empty ones too; their modules are what counts.
    if (name.local == "module" && name.space.find("openoffice.org") != std::string_view::npos)
      return sink_->note(&document_rules::macros, errc::macros, "a module");
    if (name.space == flat_odf && name.local == "script" && attributes.find("language") == "ooo:Basic")
      return {};
    return part_->start(name, attributes);
  }
  result end(const char* name) override { return part_->end(name); }
  result text(std::string_view t) override { return part_->text(t); }

 private:
  result opc_part(const xml_attributes& attributes) {
    std::string name = lower_case(attributes.find("name"));
    name.erase(0, name.find_first_not_of('/'));
    const std::string type = lower_case(attributes.find("contentType"));
    if (type == "application/vnd.ms-office.vbaproject" || type.find("macro") != std::string::npos)
      return sink_->note(&document_rules::macros, errc::macros, type);
    if (type.find("activex") != std::string::npos)
      return sink_->note(&document_rules::activex, errc::activex, type);
    // What the bytes of an embedded package are is not known here.
    if (name.find("embeddings/") != std::string::npos)
      return sink_->note(&document_rules::embedded_files, errc::embedded_file, name);
    return judge_part_name(*sink_, name);
  }

  result word(const xml_name& name, const xml_attributes& attributes) {
    const auto says = [&](std::string_view what) { return lower_case(attributes.find(what)) == "yes"; };
    const std::string data = name.local == "binData" ? lower_case(attributes.find("name")) : std::string{};
    if (says("macrosPresent") || data == "editdata.mso")
      return sink_->note(&document_rules::macros, errc::macros, "macros of Word");
    if (says("ocxPresent")) return sink_->note(&document_rules::activex, errc::activex, "a control");
    if (says("embeddedObjPresent") || name.local == "docOleData" || data == "oledata.mso")
      return sink_->note(&document_rules::embedded_files, errc::embedded_file, "objects of Word");
    if (name.local == "attachedTemplate") return judge_link(*sink_, "a template", attributes.find("val"));
    return name.local == "hlink" ? judge_click(*sink_, attributes.find("dest")) : result{};
  }

  result sheet(const xml_name& name, const xml_attributes& attributes) {
    if (name.local == "NamedRange") {
      if (result r = judge_defined_name(*sink_, attributes.find("Name")); !r.ok()) return r;
      return judge_formula(*sink_, attributes.find("RefersTo"));
    }
    if (name.local != "Cell") return {};
    if (result r = judge_click(*sink_, attributes.find("HRef")); !r.ok()) return r;
    return judge_formula(*sink_, attributes.find("Formula"));
  }

  rule_sink* sink_;
  bool office_ = false;
  std::unique_ptr<xml_events> part_;
  std::unique_ptr<xml_events> relationship_;
};

}  // namespace

bool is_flat_office(std::string_view root_space) {
  static constexpr std::array spaces{word_2003, excel_2003, flat_opc, flat_odf};
  return std::ranges::find(spaces, root_space) != spaces.end();
}

std::unique_ptr<xml_events> scan_flat_office(rule_sink& sink) { return std::make_unique<flat>(sink); }

}  // namespace uploadgate::formats
