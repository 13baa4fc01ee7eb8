#include "program_text.hpp"

#include "package_rules.hpp"
#include "payload_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace uploadgate::formats {
namespace {

// In lower case. None of 18,800 real texts begins with one of them, but two with "#!".
constexpr std::array<std::string_view, 33> beginnings{
    // servers
    "<?php",
    "<? ",
    "<?\n",
    "<?\r",
    "<?=",
    "<%",
    "<jsp:",
    "<cfset ",
    "<cfscript",
    "<cfexecute",
    "<cfoutput",
    // Windows: batch files, its registry, shortcuts, folders and remote desktops
    "@echo off",
    "@echo on",
    "windows registry editor version",
    "regedit4",
    "[internetshortcut]",
    "[{000214a0-",
    "[shell]",
    "[.shellclassinfo]",
    "[autorun]",
    "[autorun.",
    "full address:s:",
    "powershell -",
    "powershell.exe",
    "cmd.exe /",
    "on error resume next",
    // other desktops, printers, ImageMagick
    "[desktop entry]",
    "%!ps",
    "push graphic-context",
    // playlists
    "#extm3u",
    "[playlist]",
    "<asx",
    // the file by which scanners of malware are tested, a program of DOS
    R"(x5o!p%@ap[4\pzx54(p^)7cc)7}$eicar)",
};
// What the first line of a script of Windows does.
constexpr std::array<std::string_view, 4> calls{"createobject(", "activexobject(", "downloadstring(",
                                                "downloadfile("};
constexpr std::size_t longest_line = 256;

bool names_interpreter(std::string_view first) {
  if (!first.starts_with("#!")) return false;
  const std::size_t i = first.find_first_not_of(" \t", 2);
  return i != std::string_view::npos && first[i] == '/';
}

// The first section of a file of settings stands on a line of its own; in Markdown it may be a link's text.
bool stands_first(std::string_view first, std::string_view mark) {
  if (!first.starts_with(mark)) return false;
  return mark.back() != ']' ||
         first.substr(mark.size()).find_first_not_of(" \t\r") == first.substr(mark.size()).find('\n');
}

// Excel's web query: a page that it fetches.
bool web_query(std::string_view first) {
  return first.starts_with("web\n1\n") || first.starts_with("web\r\n1\r\n");
}

// Markup that no browser takes for a page by itself, and that acts in one: <svg onload=...>.
bool acting_markup(std::string_view text) {
  if (!text.starts_with('<')) return false;
  payload_text scanner;
  scanner.begin(0);
  return scanner.feed(as_bytes(text)) || scanner.finish();
}

}  // namespace

result judge_acting_markup(context& ctx, const text_piece& piece) {
  const std::size_t start = std::min(piece.text.find_first_not_of(" \t\r\n"), piece.text.size());
  if (!acting_markup(piece.text.substr(start))) return {};
  return handle(ctx, &document_rules::program_text, errc::script, "text that begins as markup, and acts",
                piece.at(start));
}

result judge_program_text(context& ctx, const text_piece& piece) {
  const std::size_t start = std::min(piece.text.find_first_not_of(" \t\r\n"), piece.text.size());
  const std::string first = lower_case(piece.text.substr(start, longest_line));
  const std::string_view line = std::string_view{first}.substr(0, first.find('\n'));
  const auto begins = [&](std::string_view mark) { return stands_first(first, mark); };
  const auto does = [&](std::string_view call) { return line.find(call) != std::string_view::npos; };
  // The kernel looks at the very first bytes.
  const bool runs = (start == 0 && names_interpreter(first)) || web_query(first) ||
                    std::ranges::any_of(beginnings, begins) || std::ranges::any_of(calls, does);
  if (!runs) return {};
  return handle(ctx, &document_rules::program_text, errc::script, "text that begins as a program",
                piece.at(start));
}

}  // namespace uploadgate::formats
