#include "evidence_table.hpp"
#include "formats/registry.hpp"
#include "json_reader.hpp"
#include "policy_fields.hpp"
#include "policy_file_reader.hpp"
#include "validators/executable_extensions.hpp"

#include <algorithm>

namespace uploadgate::maintenance {
namespace {

std::string word(handling h) { return std::string{fields::handling_words.at(static_cast<std::size_t>(h))}; }

std::vector<std::string> extensions_of(const policy_document& d) {
  return d.extensions.empty() ? known_extensions() : d.extensions;
}

bool lets_in(const policy_document& d, bool (*is)(const formats::format&)) {
  const std::vector<std::string> list = extensions_of(d);
  return std::ranges::any_of(list, [&](const std::string& e) {
    const formats::format* f = formats::find_extension(e);
    return f && is(*f);
  });
}

// A compressed drawing holds one file, which is read by its own format.
bool is_archive(const formats::format& f) { return f.archive && f.name != "svgz"; }

std::string switched(const policy_document& d, std::initializer_list<std::pair<const char*, handling>> all) {
  std::string missing;
  for (const auto& [key, how] : all) {
    if (how == handling::reject) continue;
    missing += (missing.empty() ? "" : ", ") + std::string{key} + " is " + word(how);
  }
  return d.content.structure == structure_check::off ? "content.structure is off" : missing;
}

}  // namespace

std::string nothing_missing(const policy_document&) { return {}; }
std::string says_nothing(const policy_document&) { return {}; }

std::string lists_extensions(const policy_document& d) {
  return d.extensions.empty() ? "\"extensions\" is \"known\": list those that this feature needs" : "";
}

std::string lists_no_program(const policy_document& d) {
  for (const std::string& e : extensions_of(d))
    if (names::execution_of(e) != names::execution::none) return "." + e + " is something that systems run";
  return {};
}

std::string reads_all(const policy_document& d) {
  if (d.content.structure != structure_check::strict) {
    return "content.structure is " +
           std::string{fields::structure_words.at(static_cast<std::size_t>(d.content.structure))};
  }
  if (!d.content.magic) return "content.magic is false";
  return switched(d,
                  {{"archive.encrypted", d.archive.encrypted}, {"document.encrypted", d.document.encrypted}});
}

std::string reads_all_or_has_no_archive(const policy_document& d) {
  if (std::string missing = reads_all(d); !missing.empty()) return missing;
  if (!lets_in(d, is_archive)) return {};
  return "archives are let in, and their entries are bounded, named and unpacked, but only archives among "
         "them are read by their own format";
}

std::string refuses_links(const policy_document& d) {
  return switched(d, {{"archive.links", d.archive.links}});
}

std::string lets_in_no_page(const policy_document& d) {
  if (std::string missing = reads_all(d); !missing.empty()) return missing;
  const auto page = [](const formats::format& f) { return f.name == "html"; };
  return lets_in(d, page) ? "pages (HTML) are let in" : "";
}

std::string refuses_external(const policy_document& d) {
  return switched(d, {{"document.external_references", d.document.external_references}});
}

std::string refuses_active(const policy_document& d) {
  return switched(d, {{"document.macros", d.document.macros},
                      {"document.javascript", d.document.javascript},
                      {"document.automatic_actions", d.document.automatic_actions},
                      {"document.launch", d.document.launch},
                      {"document.rich_media", d.document.rich_media},
                      {"document.dynamic_forms", d.document.dynamic_forms},
                      {"document.activex", d.document.activex},
                      {"document.embedded_files", d.document.embedded_files}});
}

std::string refuses_formulas(const policy_document& d) {
  return switched(d, {{"document.formulas", d.document.formulas}});
}

std::string says_types(const policy_document& d) {
  if (d.extensions.empty()) return "every type that uploadgate can read, but HTML";
  std::string text = "only";
  for (const std::string& e : d.extensions) text += " " + e;
  return text;
}

std::string says_size(const policy_document& d) { return "at most " + json::size_text(d.max_size); }

std::string says_name(const policy_document& d) {
  return "names of at most " + std::to_string(d.filename.max_length) +
         " bytes, without paths, control, invisible and reserved characters, in every decoding";
}

std::string says_unpacked(const policy_document& d) {
  return "at most " + json::size_text(d.archive.max_unpacked) + " unpacked, " +
         std::to_string(d.archive.max_entries) + " entries, ratio " + std::to_string(d.archive.max_ratio) +
         ", depth " + std::to_string(d.archive.max_depth) + ", counted while the bytes come";
}

std::string says_pixels(const policy_document& d) {
  return "at most " + std::to_string(d.image.max_pixels) + " pixels, " + std::to_string(d.image.max_frames) +
         " frames, " + std::to_string(d.image.max_total_pixels) + " pixels over all frames";
}

std::string says_content(const policy_document& d) {
  if (d.content.structure == structure_check::off) return "the first bytes are held against the extension";
  return "extension, first bytes and every byte of the structure agree";
}

std::string says_links(const policy_document& d) {
  if (d.archive.links == handling::reject) return "every link in an archive is refused";
  return "links that leave the archive are refused";
}

}  // namespace uploadgate::maintenance
