#include "package.hpp"

#include "endian.hpp"
#include "entry_name.hpp"
#include "registry.hpp"

#include <algorithm>
#include <array>

namespace uploadgate::formats {
namespace {

constexpr std::size_t longest_mimetype = 128;

bool is_document(const family& f) { return f.kind != family_kind::archive && f.kind != family_kind::program; }

const format* row_named(std::string_view name) {
  const auto rows = registry();
  const auto it = std::ranges::find(rows, name, &format::name);
  return it == rows.end() ? nullptr : &*it;
}

// Parts that must be well-formed; others are scanned where they begin like XML.
bool is_xml_name(std::string_view lower_name) {
  static constexpr std::array<std::string_view, 6> extensions{"xml", "rels", "xhtml", "opf", "ncx", "rdf"};
  return std::ranges::find(extensions, entry_extension(lower_name)) != extensions.end();
}

bool begins_like_xml(bytes_view head) {
  std::string_view text = as_text(head);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) text.remove_prefix(2);
  const std::size_t at = text.find_first_not_of(std::string_view{" \t\r\n\0", 5});
  return at != std::string_view::npos && text[at] == '<';
}

// Programs, what Windows starts or unpacks by a click, and compound files are no part of a document, whatever
// their name.
bool is_program_or_object(bytes_view head) {
  const std::string_view text = as_text(head);
  using namespace std::string_view_literals;
  constexpr std::array others{"dex\n03"sv, "MSCF\0\0\0\0"sv, "ITSF\3\0\0\0"sv, "L\0\0\0\1\x14\2\0"sv};
  if (std::ranges::any_of(others, [&](std::string_view m) { return text.starts_with(m); })) return true;
  constexpr std::string_view java = "\xCA\xFE\xBA\xBE\0\0\0"sv;
  if (text.starts_with(java) && text.size() > java.size() && text[java.size()] >= 45) return true;
  if (text.starts_with("\x7F"
                       "ELF") ||
      text.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
    return true;
  constexpr std::size_t place = 0x3C;
  return text.starts_with("MZ") && head.size() >= place + 4 &&
         (le32(head, place) >= head.size() - 4 ||
          text.substr(le32(head, place), 4) == std::string_view{"PE\0\0", 4});
}

}  // namespace

package::package(context& ctx)
    : ctx_{&ctx},
      claimed_{claim_of(ctx)},
      mode_{mode_of(claimed_)},
      sink_{ctx, mode_ == mode::strict, may_name_doctypes(claimed_)} {}

package::mode package::mode_of(const family* claimed) {
  if (!claimed) return mode::tentative;
  return is_document(*claimed) ? mode::strict : mode::light;
}

// XHTML, NCX and the first versions of ODF name one.
bool package::may_name_doctypes(const family* claimed) {
  return !claimed || claimed->kind == family_kind::odf || claimed->kind == family_kind::epub;
}

// Inside another archive the row of plain ZIPs says no more than the signature: any family may stand there.
const family* package::claim_of(const context& ctx) {
  if (!ctx.chosen) return nullptr;
  const family& claimed = family_named(ctx.chosen->name);
  return ctx.nesting > 0 && claimed.kind == family_kind::archive ? nullptr : &claimed;
}

void package::scan(part p, std::unique_ptr<xml_events> events) {
  part_ = p;
  events_ = std::move(events);
  // The manifests of OpenOffice 1 and 2 have their namespace from a DTD.
  const bool namespaces = name_ != "meta-inf/manifest.xml";
  const xml_bounds bounds{.max_depth = ctx_->manner.max_depth, .max_token = 2 * MiB, .max_attributes = 4096};
  xml_ = std::make_unique<xml_parser>(*events_, bounds, namespaces);
  xml_->tell_text(true);
}

result package::begin(const package_entry& entry) {
  part_ = part::other;
  fed_ = false;
  xml_.reset();
  css_.reset();
  records_.reset();
  events_.reset();
  name_ = lower_case(entry.name);
  stored_ = entry.plain;
  sink_.offset = entry.offset;
  sink_.part = entry.name;
  if (name_ == "[content_types].xml") {
    content_types_ = true;
    scan(part::content_types, scan_content_types(sink_, types_));
    return {};
  }
  if (name_ == "mimetype") {
    part_ = part::mimetype;
    mimetype_.clear();
    mimetype_first_ = entry.first && entry.plain;
    return {};
  }
  manifest_ = manifest_ || name_ == "meta-inf/manifest.mf";
  android_manifest_ = android_manifest_ || name_ == "androidmanifest.xml";
  web_archive_ = web_archive_ || name_ == "web-inf/web.xml";
  if (mode_ == mode::light || name_.ends_with('/')) return {};
  if (result r = judge_part_name(sink_, name_); !r.ok()) return r;
  if (name_.starts_with("__macosx/")) return {};
  if (name_.ends_with(".rels")) {
    scan(part::relationships, scan_relationships(sink_, office_relationship_));
  } else if (is_xml_name(name_)) {
    scan(part::xml, scan_part(sink_));
  } else if (name_.ends_with(".css")) {
    css_.emplace();
  } else if (is_xlsb_part(name_)) {
    const bool workbook = types_.binary || (claimed_ && claimed_->name == "xlsb");
    unread_records_ = unread_records_ || !workbook;
    if (workbook) records_.emplace(sink_);
  }
  return {};
}

// ODF stores encrypted parts, and says so in the manifest, which may stand behind them (part 2, 4.4).
bool package::encrypts_parts() const {
  const bool odf = mimetype_family_ ? mimetype_family_->kind == family_kind::odf
                                    : claimed_ && claimed_->kind == family_kind::odf;
  return odf && !name_.starts_with("meta-inf/");
}

result package::recognise(bytes_view head) {
  // Where a policy lets macros or controls in, they are compound files.
  const bool judged_by_name = name_.ends_with("vbaproject.bin") || name_.find("activex") != std::string::npos;
  if (part_ == part::other && mode_ != mode::light && !judged_by_name && is_program_or_object(head)) {
    return sink_.note(&document_rules::embedded_files, errc::embedded_file, sink_.part);
  }
  if (part_ == part::xml && stored_ && !head.empty() && encrypts_parts() && !begins_like_xml(head)) {
    part_ = part::other;
    xml_.reset();
    ctx_->examined_only(examined::prefix, "parts that are encrypted were not read");
    return sink_.note(&document_rules::encrypted, errc::encrypted, sink_.part);
  }
  if (part_ == part::other && mode_ != mode::light && begins_like_xml(head)) {
    scan(part::recognised_xml, scan_part(sink_));
  }
  return {};
}

// What a scan said: the rules' objections stand; what is wrong with the XML itself counts by the kind of
// part.
result package::scanned(result r) {
  if (r.ok()) return r;
  objection why = std::move(r).why();
  why.offset = sink_.offset;
  const std::error_code code = xml_->faulty() ? make_error_code(errc::not_well_formed) : why.code;
  xml_.reset();
  if (code != errc::not_well_formed && code != errc::doctype && code != errc::nested_too_deep) return why;
  const bool office = claimed_ && claimed_->kind == family_kind::opc;
  // Pictures that a person drew elsewhere have a DOCTYPE; parts that Office reads have none, whatever their
  // name.
  const bool required =
      part_ != part::recognised_xml || (office && code == errc::doctype && entry_extension(name_) != "svg");
  part_ = part::other;
  if (!required || mode_ == mode::light) return {};
  const auto which = static_cast<errc>(code.value());
  return sink_.note(handling::reject, which, sink_.part + (why.detail.empty() ? "" : ": " + why.detail));
}

result package::data(bytes_view piece, std::uint64_t offset) {
  sink_.offset = offset;
  if (part_ == part::mimetype) {
    mimetype_ += as_text(piece.first(std::min(piece.size(), longest_mimetype + 1 - mimetype_.size())));
  }
  if (css_) return judge_style(sink_, *css_, as_text(piece), false);
  if (records_) return records_->feed(piece);
  if (!xml_) return {};
  fed_ = true;
  return scanned(xml_->feed(piece, false));
}

result package::read_mimetype(std::uint64_t offset) {
  while (!mimetype_.empty() &&
         (mimetype_.back() == '\n' || mimetype_.back() == '\r' || mimetype_.back() == ' ')) {
    mimetype_.pop_back();
  }
  mimetype_family_ = family_of_content(mimetype_);
  if (mode_ != mode::strict) return {};
  const bool opc = claimed_->kind == family_kind::opc;
  if (opc ? mimetype_family_ != nullptr : mimetype_family_ != claimed_) {
    return {errc::wrong_family, "the entry mimetype says otherwise", offset};
  }
  return {};
}

result package::end(std::uint64_t offset) {
  sink_.offset = offset;
  if (part_ == part::mimetype) return read_mimetype(offset);
  if (css_) return judge_style(sink_, *css_, {}, true);
  if (records_) return records_->finish();
  if (!xml_ || !fed_) return {};
  return scanned(xml_->feed({}, true));
}

// Names the one family that the evidence allows.
result package::decide(std::uint64_t offset, const family*& found) const {
  const bool program = manifest_ || android_manifest_ || web_archive_;
  const bool opc = content_types_ && types_.main;
  if (types_.two_mains) return {errc::wrong_family, "two kinds of document in one", offset};
  const int kinds = (program ? 1 : 0) + (opc ? 1 : 0) + (mimetype_family_ ? 1 : 0);
  if (kinds > 1) return {errc::wrong_family, "more than one kind at a time", offset};
  found = opc                 ? types_.main
          : mimetype_family_  ? mimetype_family_
          : android_manifest_ ? &family_named("apk")
          : web_archive_      ? &family_named("war")
          : manifest_         ? &family_named("jar")
                              : &family_named("zip");
  return {};
}

result package::finish(std::uint64_t offset) {
  const family* found = nullptr;
  if (result r = decide(offset, found); !r.ok()) return r;
  if (is_document(*found)) {
    if (result r = sink_.settle(); !r.ok()) return r;
  }
  // A manifest is optional in a JAR; without one it is any archive.
  if (claimed_ && claimed_->name == "jar" && found->kind == family_kind::archive) found = claimed_;
  // LibreOffice gives a slide show the content type of a presentation, and Word a slide that it embeds.
  const bool slides = claimed_ && (claimed_->name == "ppsx" || claimed_->name == "sldx");
  if (slides && found->name == "pptx") found = claimed_;
  if (claimed_ && claimed_ != found) {
    return {errc::wrong_family,
            "holds " + std::string{found->name} + " and claims " + std::string{claimed_->name}, offset};
  }
  if (found->kind == family_kind::opc) {
    if (!office_relationship_) return {errc::missing_part, "no relationship names the document", offset};
    if (folded_duplicate_)
      return {errc::duplicate_entry, "names that differ in case only", *folded_duplicate_};
  } else if (folded_duplicate_) {
    ctx_->warn("names of entries differ in case only");
  }
  // EPUB OCF 3.3, section 4.3, and ODF 1.3 part 2, section 3.3, want it so; tools that sort entries lose it.
  if ((found->kind == family_kind::odf || found->kind == family_kind::epub) && !mimetype_first_) {
    ctx_->warn("the entry mimetype is not the first and stored");
  }
  if (types_.binary && unread_records_)
    ctx_->examined_only(examined::prefix, "parts of the workbook stand before its content types");
  if (const format* row = row_named(found->name)) {
    ctx_->found.media_type = row->media_types.front();
    ctx_->found.extension = row->extensions.front();
  }
  return {};
}

}  // namespace uploadgate::formats
