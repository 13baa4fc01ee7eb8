// Character references of HTML, which Django undoes in file names.
#pragma once

#include <algorithm>
#include <string_view>

namespace uploadgate::http {

// The names that HTML knows without a semicolon too (WHATWG HTML, section 13.5).
inline constexpr std::string_view references_without_semicolon[] = {
    "AElig",  "AMP",    "Aacute", "Acirc",  "Agrave", "Aring",  "Atilde", "Auml",  "COPY",   "Ccedil",
    "ETH",    "Eacute", "Ecirc",  "Egrave", "Euml",   "GT",     "Iacute", "Icirc", "Igrave", "Iuml",
    "LT",     "Ntilde", "Oacute", "Ocirc",  "Ograve", "Oslash", "Otilde", "Ouml",  "QUOT",   "REG",
    "THORN",  "Uacute", "Ucirc",  "Ugrave", "Uuml",   "Yacute", "aacute", "acirc", "acute",  "aelig",
    "agrave", "amp",    "aring",  "atilde", "auml",   "brvbar", "ccedil", "cedil", "cent",   "copy",
    "curren", "deg",    "divide", "eacute", "ecirc",  "egrave", "eth",    "euml",  "frac12", "frac14",
    "frac34", "gt",     "iacute", "icirc",  "iexcl",  "igrave", "iquest", "iuml",  "laquo",  "lt",
    "macr",   "micro",  "middot", "nbsp",   "not",    "ntilde", "oacute", "ocirc", "ograve", "ordf",
    "ordm",   "oslash", "otilde", "ouml",   "para",   "plusmn", "pound",  "quot",  "raquo",  "reg",
    "sect",   "shy",    "sup1",   "sup2",   "sup3",   "szlig",  "thorn",  "times", "uacute", "ucirc",
    "ugrave", "uml",    "uuml",   "yacute", "yen",    "yuml"};

// is_reference says whether the text, which begins with `&`, begins with a character reference. Of those with
// a semicolon, any name of up to 32 characters is taken for one.
inline bool is_reference(std::string_view text) {
  text.remove_prefix(1);
  if (text.starts_with('#')) return true;
  const std::size_t end = text.find_first_of(" <&#;");
  if (end != std::string_view::npos && end > 0 && end <= 32 && text[end] == ';') return true;
  return std::ranges::any_of(references_without_semicolon,
                             [&](std::string_view name) { return text.starts_with(name); });
}

}  // namespace uploadgate::http
