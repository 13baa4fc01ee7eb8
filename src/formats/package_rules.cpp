#include "package_rules.hpp"

#include "entry_name.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace uploadgate::formats {
namespace {

bool starts_with_letter_drive(std::string_view path) {
  return path.size() >= 3 && std::isalpha(static_cast<unsigned char>(path[0])) != 0 &&
         (path[1] == ':' || path[1] == '|') && (path[2] == '/' || path[2] == '\\');
}

bool has_component(std::string_view path, std::string_view component) {
  for (std::size_t at = path.find(component); at != std::string_view::npos;
       at = path.find(component, at + 1)) {
    const std::size_t end = at + component.size();
    if ((at == 0 || path[at - 1] == '/') && (end == path.size() || path[end] == '/')) return true;
  }
  return false;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

result rule_sink::note(const choice& how, errc code, std::string detail) {
  constexpr std::size_t longest_detail = 200;
  if (detail.size() > longest_detail) detail.resize(longest_detail);
  if (immediate_) return handle(*ctx_, how, code, std::move(detail), offset);
  const bool known =
      std::ranges::any_of(kept_, [&](const finding& f) { return f.code == code && f.how == how; });
  if (!known && kept_.size() < most_kept) kept_.push_back({how, code, std::move(detail), offset});
  return {};
}

result rule_sink::settle() {
  for (const finding& f : kept_) {
    if (result r = handle(*ctx_, f.how, f.code, f.detail, f.offset); !r.ok()) return r;
  }
  return {};
}

target classify_target(std::string_view link) {
  const std::size_t begin = link.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return target::inside;
  const std::string text = lower_case(link.substr(begin));
  std::string_view path = text;
  if (path.starts_with('#')) return target::inside;
  if (path.starts_with("%5c") || path.starts_with("%2f")) return target::remote;
  if (path.starts_with("file:")) {
    path.remove_prefix(5);
    if (path.starts_with("//localhost/")) path.remove_prefix(std::string_view{"//localhost"}.size());
    // file:///C:/x is on this machine; file://host/x, file:////host/x and their backslashes are not.
    const std::size_t slashes = std::min(path.find_first_not_of("/\\"), path.size());
    const std::string_view rest = path.substr(slashes);
    if (starts_with_letter_drive(rest)) return target::local;
    return slashes == 3 || slashes == 1
               ? (rest.starts_with("%5c") || rest.starts_with("%2f") ? target::remote : target::local)
               : target::remote;
  }
  if (starts_with_letter_drive(path)) return target::local;
  if (path.size() >= 2 && (path[0] == '/' || path[0] == '\\') && (path[1] == '/' || path[1] == '\\')) {
    return target::remote;
  }
  const std::size_t colon = path.find(':');
  // "Macintosh%20HD:Users:me:book.xlsx": what no scheme may hold (RFC 3986, 3.1) is a path of old Macs.
  if (colon != std::string_view::npos && path.substr(0, colon).find("%20") != std::string_view::npos) {
    return target::local;
  }
  if (colon != std::string_view::npos && path.find_first_of("/\\?#") > colon) {
    return path.starts_with("data:") ? target::inside : target::remote;
  }
  if (path.starts_with('/') || path.starts_with("..")) return target::local;
  return target::inside;
}

result judge_link(rule_sink& sink, std::string_view what, std::string_view link) {
  const target where = classify_target(link);
  if (where == target::inside) return {};
  const choice wanted = &document_rules::external_references;
  // A path on the author's own drive leads nowhere at the reader's; it is too usual to refuse.
  const choice how = where == target::remote ? wanted : wanted.at_most_warn();
  return sink.note(how, errc::external_reference, std::string{what} + " " + std::string{link});
}

bool is_judged_package(std::string_view lower_name) {
  static constexpr std::array<std::string_view, 9> packages{"docx", "xlsx", "pptx", "sldx", "docm",
                                                            "xlsm", "pptm", "xlsb", "odt"};
  return std::ranges::find(packages, entry_extension(lower_name)) != packages.end();
}

result judge_part_name(rule_sink& sink, std::string_view name) {
  const std::size_t slash = name.rfind('/');
  const std::string_view base = slash == std::string_view::npos ? name : name.substr(slash + 1);
  const auto note = [&](const choice& how, errc code) { return sink.note(how, code, std::string{name}); };
  if (base == "vbaproject.bin" || base == "vbadata.xml" || base == "vbaprojectsignature.bin" ||
      has_component(name, "macrosheets") || has_component(name, "intlmacrosheets") ||
      name.starts_with("customui/") || name.starts_with("usercustomization/")) {
    return note(&document_rules::macros, errc::macros);
  }
  // LibreOffice writes the index of an empty library too; modules and scripts are what counts.
  if (name.starts_with("scripts/") ||
      (name.starts_with("basic/") && base != "script-lb.xml" && base != "script-lc.xml")) {
    return note(&document_rules::macros, errc::macros);
  }
  if (has_component(name, "activex")) return note(&document_rules::activex, errc::activex);
  if (has_component(name, "embeddings") && !name.ends_with(".rels")) {
    // Embedded packages are judged by these same rules; other objects cannot be.
    if (!is_judged_package(name)) return note(&document_rules::embedded_files, errc::embedded_file);
  }
  if (const std::string extension = entry_extension(name); extension == "js" || extension == "mjs")
    return note(&document_rules::javascript, errc::javascript);
  if (names_program(name)) return note(&document_rules::embedded_files, errc::embedded_file);
  if (name == "meta-inf/rights.xml") return note(&document_rules::encrypted, errc::encrypted);
  return {};
}

}  // namespace uploadgate::formats
