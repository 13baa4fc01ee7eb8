// The families of ZIP: which kind of document or program the entries make together, and the rules of each.
#pragma once

#include "css.hpp"
#include "grammar.hpp"
#include "package_family.hpp"
#include "package_rules.hpp"
#include "xlsb_part.hpp"
#include "xml_parser.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace uploadgate::formats {

// What the header of an entry says.
struct package_entry {
  std::string_view name;
  bool first = false;  // the first of the archive
  bool plain = false;  // stored, and not encrypted
  std::uint64_t offset = 0;
};

// Looks at the entries of one ZIP as they stream past. Three ways: strict where a document was claimed (rules
// object at once), tentative where nothing was claimed (rules object at the end, if it is a document), and
// light where an archive or program was claimed (only the family is found out).
class package {
 public:
  explicit package(context& ctx);

  result begin(const package_entry& entry);
  // recognise: the entry's first bytes, before data().
  result recognise(bytes_view head);
  result data(bytes_view piece, std::uint64_t offset);
  result end(std::uint64_t offset);
  // finish decides the family, holds it against the claim, and sets the facts.
  result finish(std::uint64_t offset);
  // Whether it is an Android package so far, which may have a signing block before its directory.
  [[nodiscard]] bool android() const { return android_manifest_; }
  // Tells of an entry whose name differs from another's in case only: OPC takes them for the same.
  void folded_duplicate(std::uint64_t offset) { folded_duplicate_ = offset; }

 private:
  enum class mode : std::uint8_t { strict, tentative, light };
  enum class part : std::uint8_t { other, mimetype, content_types, relationships, xml, recognised_xml };

  static const family* claim_of(const context& ctx);
  static mode mode_of(const family* claimed);
  static bool may_name_doctypes(const family* claimed);
  [[nodiscard]] bool encrypts_parts() const;
  void scan(part p, std::unique_ptr<xml_events> events);
  result scanned(result r);
  result read_mimetype(std::uint64_t offset);
  result decide(std::uint64_t offset, const family*& found) const;

  context* ctx_;
  const family* claimed_;
  mode mode_;
  rule_sink sink_;
  part part_ = part::other;
  std::string name_;
  bool fed_ = false;
  bool unread_records_ = false;  // of a workbook that nobody knew to be one
  bool stored_ = false;
  std::unique_ptr<xml_events> events_;
  std::unique_ptr<xml_parser> xml_;
  std::optional<css_scanner> css_;  // of a book
  std::optional<xlsb_part> records_;

  // Evidence.
  bool content_types_ = false;
  content_type_facts types_{};
  bool office_relationship_ = false;
  const family* mimetype_family_ = nullptr;
  std::string mimetype_;
  bool mimetype_first_ = false;
  bool manifest_ = false;  // META-INF/MANIFEST.MF
  bool android_manifest_ = false;
  bool web_archive_ = false;
  std::optional<std::uint64_t> folded_duplicate_;
};

}  // namespace uploadgate::formats
