// The OWASP File Upload Cheat Sheet, its principles and threats, in our words.
#include "evidence_table.hpp"

namespace uploadgate::maintenance {
namespace {

// clang-format off
constexpr std::array<requirement, 14> rows{{
  {cheat_sheet, "extensions", 0, "Only the extensions that the feature needs are allowed",
   lists_extensions, says_types, "", {"extension"},
   {"tests/validators/extension_test.cpp: what is on the list is allowed, last or not"}},
  {cheat_sheet, "decode first", 0, "Names are decoded and validated before the extension is judged (double extensions, NUL)",
   nothing_missing, says_name, "", {"path_guard", "extension"},
   {"tests/validators/path_guard_test.cpp: decoding is bounded",
    "tests/validators/extension_test.cpp: an executable segment anywhere is refused"}},
  {cheat_sheet, "content type", 0, "The Content-Type of the client is not trusted",
   [](const policy_document& d) { return d.content.content_type ? reads_all(d) : std::string{"content.content_type is false"}; },
   says_content, "", {"magic_type", "structure"},
   {"tests/validators/magic_type_test.cpp: magic_type: a claimed content type counts only where it is asked for",
    "tests/validators/structure_test.cpp: structure chooses by extension, by claim, by the first bytes"}},
  {cheat_sheet, "signature", 0, "The signature is validated, and not it alone",
   reads_all, says_content, "", {"magic_type", "structure"},
   {"tests/validators/magic_type_test.cpp: magic_type: signatures answer, also for short and misleading beginnings",
    "tests/validators/structure_test.cpp: structure accepts no prefix and no byte behind the end"}},
  {cheat_sheet, "stored name", 0, "Files are stored under names that the application makes",
   nullptr, says_nothing, "store in a vault, or under a name of your own; never under the client's", {"vault"},
   {"tests/storage/vault_test.cpp: an accepted file is published under its digest and nothing else is left"}},
  {cheat_sheet, "name length", 0, "The length and the characters of names are limited",
   nothing_missing, says_name, "", {"path_guard"},
   {"tests/validators/path_guard_test.cpp: the length is counted in bytes",
    "tests/validators/path_guard_test.cpp: hostile names are refused, each for its reason"}},
  {cheat_sheet, "size", 0, "Files are limited in size, unpacked too",
   reads_all, [](const policy_document& d) { return says_size(d) + "; " + says_unpacked(d); }, "", {"max_size", "structure"},
   {"tests/validators/max_size_test.cpp: max_size and min_size judge what comes, at N-1, N and N+1",
    "tests/formats/unpack_budget_test.cpp: unpack_budget leaves room up to each cap and not a byte more"}},
  {cheat_sheet, "active content", 0, "Documents, drawings and images that act are refused",
   refuses_active, [](const policy_document&) { return std::string{"macros, scripts, actions, embedded files and payloads in metadata are refused"}; },
   "rewrite images where they need not stay as they are", {"structure"},
   {"tests/formats/office_test.cpp: Office documents with something that acts are refused",
    "tests/formats/pdf_rules_test.cpp: forbidden content of PDFs, at every split",
    "tests/formats/svg_test.cpp: drawings that run something"}},
  {cheat_sheet, "users", 0, "Only users who may upload can",
   nullptr, says_nothing, "authenticate and authorize before the first byte is read", {}, {}},
  {cheat_sheet, "place", 0, "Files are stored on another host, or outside the web root, with the least permissions",
   nullptr, says_nothing, "serve from a host name of its own; the vault's folders have mode 0700 and its files 0600", {"vault", "serve"},
   {"tests/storage/vault_hostile_test.cpp: a root that cannot be used is said exactly"}},
  {cheat_sheet, "handler", 0, "Public files are reached through a handler that maps ids to files",
   nullptr, says_nothing, "look ids up in the vault; they are made by the server", {"vault"},
   {"tests/storage/vault_hostile_test.cpp: only names that a vault gives are opened"}},
  {cheat_sheet, "antivirus", 0, "Files pass an antivirus or a sandbox where there is one",
   nullptr, says_nothing, "scan what was accepted", {}, {}},
  {cheat_sheet, "CSRF", 0, "The upload is protected from cross-site request forgery",
   nullptr, says_nothing, "use SameSite cookies or tokens", {}, {}},
  {cheat_sheet, "libraries", 0, "The libraries in use are configured safely and up to date",
   nullptr, says_nothing, "update uploadgate and what it links, and those who read the files later", {}, {}},
}};
// clang-format on

}  // namespace

std::span<const requirement> cheat_sheet_requirements() noexcept { return rows; }

}  // namespace uploadgate::maintenance
