// The weaknesses of MITRE's Common Weakness Enumeration that uploads run into, in our words.
#include "evidence_table.hpp"

namespace uploadgate::maintenance {
namespace {

std::string says_active(const policy_document&) {
  return "scripts, macros and actions in documents and drawings are refused";
}
std::string says_ambiguous(const policy_document&) {
  return "bytes before, behind and between the parts, and fields that contradict each other, are refused";
}
std::string says_external(const policy_document&) {
  return "document types, entities and references to other places are refused";
}

// clang-format off
constexpr std::array<requirement, 16> rows{{
  {cwe, "CWE-20", 0, "Improper input validation: what is said about the file is not checked",
   reads_all, says_content, "", {"structure", "magic_type"},
   {"tests/validators/structure_test.cpp: magic_type agrees with structure on the samples"}},
  {cwe, "CWE-22", 0, "Path traversal, by the file's name or by the names in an archive",
   reads_all, says_name, "", {"path_guard", "structure"},
   {"tests/validators/path_guard_test.cpp: hostile names are refused, each for its reason",
    "tests/formats/entry_name_test.cpp: a name of an entry stays below the folder it is unpacked into"}},
  {cwe, "CWE-59", 0, "Link following",
   refuses_links, says_links, "", {"structure", "vault"},
   {"tests/formats/tar_test.cpp: a tar that is dangerous or read in two ways is refused, each with its reason",
    "tests/storage/vault_hostile_test.cpp: links in place of the vault's own folders and files lead nowhere"}},
  {cwe, "CWE-79", 0, "Cross-site scripting by a file that a browser shows",
   lets_in_no_page, says_active, "serve with nosniff and a sandbox (http/serving.hpp)", {"structure", "serve"},
   {"tests/formats/svg_test.cpp: drawings that run something",
    "tests/http/serving_test.cpp: what could run is saved and not shown"}},
  {cwe, "CWE-94", 0, "Code injection: programs in documents, images and their metadata",
   refuses_active, says_active, "", {"structure"},
   {"tests/formats/payload_text_test.cpp: payload_text finds what a server or browser runs, at any split",
    "tests/formats/office_test.cpp: Office documents with something that acts are refused"}},
  {cwe, "CWE-117", 0, "Log injection by names and details",
   nothing_missing, [](const policy_document&) { return std::string{"to_json and printable escape what the client sent"}; },
   "write logs with them, or with the audit", {"display", "audit"},
   {"tests/core/display_test.cpp: printable text cannot steer a terminal or forge a line",
    "tests/audit/decision_test.cpp: no name forges a line or steers a terminal, and a reader sees it whole"}},
  {cwe, "CWE-176", 0, "Improper handling of Unicode in names",
   nothing_missing, says_name, "", {"path_guard", "safe_name"},
   {"tests/validators/safe_name_test.cpp: any bytes become a safe name"}},
  {cwe, "CWE-400", 0, "Uncontrolled consumption of memory, disk and time",
   reads_all, [](const policy_document& d) { return says_size(d) + "; " + says_pixels(d); },
   "limit requests, their rate and their time", {"max_size", "structure"},
   {"tests/formats/zip_test.cpp: an entry of 300 MiB takes no more memory than a small one",
    "tests/validators/max_size_test.cpp: the rejection is at the first byte over the limit"}},
  {cwe, "CWE-409", 0, "Highly compressed data (bombs)",
   reads_all, says_unpacked, "", {"structure"},
   {"tests/formats/packed_test.cpp: a bomb is refused at the cap and not at its end",
    "tests/formats/packed_test.cpp: what comes out is counted over all depths"}},
  {cwe, "CWE-434", 0, "Unrestricted upload of a file of a dangerous type",
   [](const policy_document& d) { return lists_extensions(d).empty() ? lists_no_program(d) : lists_extensions(d); },
   says_types, "", {"extension", "magic_type", "structure"},
   {"tests/validators/extension_test.cpp: an executable segment anywhere is refused"}},
  {cwe, "CWE-436", 0, "Interpretation conflict: two readers see two files",
   reads_all, says_ambiguous, "", {"structure"},
   {"tests/formats/zip_test.cpp: archives that two readers could read differently are refused",
    "tests/formats/png_test.cpp: hostile PNGs are refused at the byte"}},
  {cwe, "CWE-611", 0, "XML external entities",
   refuses_external, says_external, "", {"structure"},
   {"tests/formats/svg_test.cpp: drawings that hold or fetch something else",
    "tests/formats/xml_test.cpp: XML, to the last byte"}},
  {cwe, "CWE-646", 0, "Reliance on the name of a file for its type",
   reads_all, says_content, "", {"magic_type", "structure"},
   {"tests/validators/structure_test.cpp: structure chooses by extension, by claim, by the first bytes"}},
  {cwe, "CWE-778", 0, "Insufficient logging: nobody knows what was let in, refused, and why",
   nullptr, says_nothing, "record every decision with audit.hpp, and watch it after each change", {"audit"},
   {"tests/audit/audit_test.cpp: a file takes a line a decision, and keeps what it had",
    "tests/audit/decision_test.cpp: the line of a rejected upload has all that the host knows"}},
  {cwe, "CWE-918", 0, "Server-side request forgery by documents that fetch something when they are processed",
   refuses_external, says_external, "process files without network", {"structure"},
   {"tests/formats/office_test.cpp: where a link leads"}},
  {cwe, "CWE-1236", 0, "Formulas in tables that spreadsheets run",
   refuses_formulas, [](const policy_document&) { return std::string{"cells that begin as formulas are refused"}; }, "", {"structure"},
   {"tests/formats/delimited_test.cpp: CSV cells that spreadsheets run"}},
}};
// clang-format on

}  // namespace

std::span<const requirement> cwe_requirements() noexcept { return rows; }

}  // namespace uploadgate::maintenance
