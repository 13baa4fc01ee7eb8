// What documents in packages may not hold: the rules of OPC, ODF and EPUB, as scans of their parts.
#pragma once

#include "css.hpp"
#include "grammar.hpp"
#include "package_family.hpp"
#include "xml_parser.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate::formats {

// Where the rules of a package say what they found: at once, or at the end, when it is known to be a
// document.
class rule_sink {
 public:
  // With `doctypes`, parts may name a document type that lies elsewhere.
  rule_sink(context& ctx, bool immediate, bool doctypes = false)
      : ctx_{&ctx}, immediate_{immediate}, doctypes_{doctypes} {}

  result note(const choice& how, errc code, std::string detail);
  // Gives what was kept, in the order in which it was found.
  result settle();

  [[nodiscard]] context& ctx() { return *ctx_; }
  [[nodiscard]] bool doctypes() const { return doctypes_; }
  // The offset that the next objection gets.
  std::uint64_t offset = 0;
  // The entry that is being read.
  std::string part;

 private:
  // One of each reason is enough for a verdict.
  static constexpr std::size_t most_kept = 16;
  struct finding {
    choice how;
    errc code;
    std::string detail;
    std::uint64_t offset;
  };
  context* ctx_;
  bool immediate_;
  bool doctypes_;
  std::vector<finding> kept_;
};

// Where a link of a document leads.
enum class target : std::uint8_t {
  inside,  // nowhere, or into the package
  local,   // a file beside the document, or on the reader's own drive
  remote,  // another machine, or a protocol handler
};
target classify_target(std::string_view link);

// Judges a link that is followed without a click: remote ones by external_references, local ones with a
// warning.
result judge_link(rule_sink& sink, std::string_view what, std::string_view link);

// What [Content_Types].xml says.
struct content_type_facts {
  const family* main = nullptr;
  bool two_mains = false;
  bool binary = false;  // a workbook in the binary format
};

// Judges an entry by its name alone.
result judge_part_name(rule_sink& sink, std::string_view lower_name);

// What looks at the XML of a part. A document type is not fetched, and what it may declare is skipped.
class part_events : public xml_events {
 public:
  explicit part_events(rule_sink& sink) : sink_{&sink} {}
  result doctype(const document_type& type) override {
    return sink_->doctypes() && !type.subset ? result{} : errc::doctype;
  }
  result entity(std::string_view) override { return {}; }

 protected:
  rule_sink* sink_;
};

std::unique_ptr<xml_events> scan_content_types(rule_sink& sink, content_type_facts& facts);
// Sets `office` where the package's main relationship is seen.
std::unique_ptr<xml_events> scan_relationships(rule_sink& sink, bool& office);
// Any other part: the elements of OOXML, ODF, XHTML and OPF that matter, told apart by their namespaces.
std::unique_ptr<xml_events> scan_part(rule_sink& sink);

// The elements of one vocabulary; scan_part asks each.
result judge_odf_element(rule_sink& sink, const xml_name& name, const xml_attributes& attributes);
result judge_epub_element(rule_sink& sink, const xml_name& name, const xml_attributes& attributes);
// The next piece of a style sheet, and, where it is `whole`, its end: what it fetches from elsewhere, or
// runs.
result judge_style(rule_sink& sink, css_scanner& css, std::string_view text, bool whole);
// What a click opens: scripts, and protocols whose handlers have run programs.
result judge_click(rule_sink& sink, std::string_view link);
// A formula of OOXML or ODF: functions that fetch, start or call something, and DDE.
result judge_formula(rule_sink& sink, std::string_view formula);
// A name of a workbook: those that run when it opens or closes.
result judge_defined_name(rule_sink& sink, std::string_view name);
// How a database is reached.
result judge_connection(rule_sink& sink, std::string_view connection);
// Whether an embedded part is a package, which is judged by these same rules.
bool is_judged_package(std::string_view lower_name);
result judge_field(rule_sink& sink, std::string_view instruction);

std::string lower_case(std::string_view text);

}  // namespace uploadgate::formats
