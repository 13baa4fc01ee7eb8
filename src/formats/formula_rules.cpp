// What formulas, connections and clicks of documents may start.
#include "entry_name.hpp"
#include "package_rules.hpp"
#include "reference.hpp"

#include <algorithm>
#include <array>

namespace uploadgate::formats {
namespace {

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

bool calls(std::string_view lower_formula, std::string_view function) {
  for (std::size_t at = lower_formula.find(function); at != std::string_view::npos;
       at = lower_formula.find(function, at + 1)) {
    const std::size_t end = lower_formula.find_first_not_of(" \t\r\n", at + function.size());
    if ((at == 0 || !is_word(lower_formula[at - 1])) && end != std::string_view::npos &&
        lower_formula[end] == '(') {
      return true;
    }
  }
  return false;
}

// service|topic!item: the bar is no operator, so it means DDE wherever no text, name or column holds it.
bool has_dde_bar(std::string_view formula) {
  char quote = 0;
  int brackets = 0;
  for (const char c : formula) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[') {
      ++brackets;
    } else if (c == ']') {
      --brackets;
    } else if (c == '|' && brackets <= 0) {
      return true;
    }
  }
  return false;
}

// A program of the reader's own machine or of a share, with or without arguments; pages link to downloads.
bool starts_program(std::string_view link) {
  if (classify_target(link) == target::inside) return entry_extension(link) == "exe";
  std::string path = lower_case(link);
  path.erase(0, path.find_first_not_of(" \t\r\n"));
  const std::size_t colon = path.find(':');
  const bool other_scheme = colon != std::string::npos && colon > 1 && !path.starts_with("file:");
  if (const std::size_t arguments = path.find(".exe "); arguments != std::string::npos)
    path.resize(arguments + 4);
  // Mail addresses and hosts, taken for files, end in .com too.
  return !other_scheme && names_program(path) && entry_extension(path) != "com";
}

}  // namespace

result judge_formula(rule_sink& sink, std::string_view formula) {
  const std::string text = lower_case(formula);
  // In an ODF formula the bar separates the rows of an array.
  const bool open_formula =
      text.starts_with("of:") || text.starts_with("oooc:") || text.starts_with("msoxl:");
  if (calls(text, "dde") || (!open_formula && has_dde_bar(text))) {
    return sink.note(&document_rules::launch, errc::dynamic_data_exchange, "a formula");
  }
  for (const std::string_view f : {"webservice", "image", "rtd", "com.sun.star.sheet.addin.webservice"}) {
    if (calls(text, f))
      return sink.note(&document_rules::external_references, errc::external_reference, std::string{f});
  }
  for (const std::string_view f : {"call", "exec", "register", "register.id", "evaluate", "fopen", "run"}) {
    if (calls(text, f)) return sink.note(&document_rules::macros, errc::macros, std::string{f});
  }
  // A reference to another file, as 'http://host/x.ods'#a1 or '\\\\host\\[x.xlsx]a'!a1.
  for (std::size_t at = text.find('\''); at != std::string::npos; at = text.find('\'', at + 1)) {
    const std::string_view rest = std::string_view{text}.substr(at + 1);
    const bool linked = rest.starts_with("http") || rest.starts_with("file:") || rest.starts_with("ftp:") ||
                        rest.starts_with("smb:") || rest.starts_with("\\\\");
    if (!linked) continue;
    if (result r = judge_link(sink, "a formula", rest.substr(0, rest.find('\''))); !r.ok()) return r;
  }
  return {};
}

result judge_defined_name(rule_sink& sink, std::string_view name) {
  constexpr std::string_view built_in = "_xlnm.";
  const std::string lower = lower_case(name);
  std::string_view plain = lower;
  if (plain.starts_with(built_in)) plain.remove_prefix(built_in.size());
  // Excel takes names that only begin so too.
  constexpr std::array<std::string_view, 4> running{"auto_open", "auto_close", "auto_activate",
                                                    "auto_deactivate"};
  const bool runs = std::ranges::any_of(running, [&](std::string_view r) { return plain.starts_with(r); });
  return runs ? sink.note(&document_rules::macros, errc::macros, lower) : result{};
}

result judge_connection(rule_sink& sink, std::string_view connection) {
  const bool elsewhere = connection.find("\\\\") != std::string_view::npos ||
                         connection.find("://") != std::string_view::npos ||
                         // Power Query: where it reads stands in a packed part of its own.
                         lower_case(connection).find("microsoft.mashup") != std::string::npos;
  return elsewhere
             ? sink.note(&document_rules::external_references, errc::external_reference, "a data source")
             : result{};
}

result judge_click(rule_sink& sink, std::string_view link) {
  if (starts_program(link))
    return sink.note(&document_rules::launch, errc::launch_action, "a link to a program");
  std::string scheme;
  for (const char c : link.substr(0, 64)) {
    if (static_cast<unsigned char>(c) > ' ') scheme += c;
  }
  const std::size_t colon = scheme.find(':');
  if (colon == std::string::npos) return {};
  scheme = lower_case(std::string_view{scheme}.substr(0, colon));
  if (scheme == "javascript" || scheme == "vbscript") {
    return sink.note(&document_rules::javascript, errc::javascript, scheme);
  }
  const std::string_view handler = scheme == "data" ? scheme : program_handler(link);
  if (!handler.empty())
    return sink.note(&document_rules::launch, errc::launch_action, "a link to " + std::string{handler} + ":");
  return {};
}

}  // namespace uploadgate::formats
