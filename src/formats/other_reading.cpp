#include "other_reading.hpp"

#include "endian.hpp"
#include "grammars.hpp"
#include "php_code.hpp"
#include "reference.hpp"
#include "registry.hpp"
#include "tar_header.hpp"

#include <algorithm>
#include <cstring>
#include <span>

namespace uploadgate::formats {
namespace {

using namespace std::string_view_literals;

// APPNOTE 4.3.16: a reader looks for the end record as far back as its comment can reach.
constexpr std::size_t end_record = 22;
constexpr std::uint64_t max_comment = 65'535;
// Acrobat and others take a PDF whose header stands so far in (ISO 32000-1, annex H, note 13).
constexpr std::uint64_t pdf_window = 1024;
// ECMA-119: volume descriptors begin at sector 16.
constexpr std::array<std::uint64_t, 3> iso_descriptors{32'769, 34'817, 36'865};

constexpr bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool begins(std::string_view rest, std::string_view lower_word) {
  return equal_without_case(rest.substr(0, lower_word.size()), lower_word);
}
// " on...=" among a tag's attributes.
bool event_handler(std::string_view tag) {
  tag = tag.substr(0, tag.find('>'));
  for (std::size_t i = tag.find("on"); i != std::string_view::npos; i = tag.find("on", i + 1)) {
    const std::size_t end = tag.find_first_not_of("abcdefghijklmnopqrstuvwxyz", i);
    const bool first = i > 0 && (space(tag[i - 1]) || "/\"'"sv.find(tag[i - 1]) != std::string_view::npos);
    if (first && end != std::string_view::npos && end > i + 4 && (tag[end] == '=' || space(tag[end])))
      return true;
  }
  return false;
}

constexpr std::array acting{"script"sv, "html"sv, "body"sv, "iframe"sv, "object"sv, "embed"sv};
constexpr std::array drawing{"svg"sv, "img"sv, "video"sv, "audio"sv, "input"sv, "details"sv};

std::string_view element_of(std::string_view rest, std::span<const std::string_view> names) {
  for (const std::string_view e : names) {
    const std::size_t end = e.size() + 1;
    if (!begins(rest.substr(1), e) || rest.size() <= end) continue;
    if ((space(rest[end]) || rest[end] == '>' || rest[end] == '/') && text_follows(rest, end + 1, 4))
      return e;
  }
  return {};
}

// A tag that a server or a browser acts on. Short ones count only where text follows them.
std::string_view tag_at(std::string_view rest) {
  if (begins(rest, "<?php") && rest.size() > 5 && space(rest[5])) return "<?php";
  if (rest.starts_with("<?=") && php_echoed(rest.substr(3))) return "<?=";
  if (rest.starts_with("<?") && rest.size() > 2 && space(rest[2]) && php_statement(rest.substr(3), true))
    return "<?";
  if (rest.starts_with("<%") && rest.size() > 2) {
    const std::size_t opened = "@=!"sv.find(rest[2]) != std::string_view::npos ? 3 : 2;
    if (php_statement(rest.substr(opened), true) && text_follows(rest, 2, 12)) return "<%";
  }
  if (begins(rest, "<!doctype html")) return "<!doctype html";
  if (rest.starts_with("<!--#") && text_follows(rest, 5, 4)) return "<!--#";
  if (begins(rest, "<jsp:") && text_follows(rest, 5, 4)) return "<jsp:";
  if (const std::string_view e = element_of(rest, acting); !e.empty()) return e;
  const std::string_view e = element_of(rest, drawing);
  return !e.empty() && event_handler(rest) ? e : std::string_view{};
}

// Tags that stand in no honest PDF: the text of notes is XHTML, in a body (ISO 32000-2, 12.5.6.2), and short
// marks stand in pages of text about programs.
bool acts_in_pdf(std::string_view tag) {
  constexpr std::array tags{"<?php"sv, "script"sv, "html"sv, "iframe"sv, "<!doctype html"sv, "<jsp:"sv};
  return std::ranges::find(tags, tag) != tags.end();
}

std::string_view program_at(std::string_view rest) {
  if (rest.starts_with("This program cannot be run in DOS mode") ||
      rest.starts_with("This program must be run under Win")) {
    return "a Windows program";
  }
  const auto one_or_two = [&](std::size_t i) { return rest[i] == 1 || rest[i] == 2; };
  if (rest.starts_with("\x7F"
                       "ELF") &&
      rest.size() > 6 && one_or_two(4) && one_or_two(5) && rest[6] == 1) {
    return "an ELF program";
  }
  // PE/COFF: the machine, the number of sections (at most 96) and the optional header's magic.
  if (rest.starts_with("PE\0\0"sv) && rest.size() > 25) {
    constexpr std::array<std::uint16_t, 4> machines{0x014C, 0x8664, 0xAA64, 0x01C4};
    const bytes_view head = as_bytes(rest);
    const bool known = std::ranges::find(machines, le16(head, 4)) != machines.end();
    const unsigned magic = le16(head, 24);
    if (known && le16(head, 6) <= 96 && (magic == 0x010B || magic == 0x020B)) return "a Windows program";
  }
  if (rest.size() >= 8 && (rest.starts_with("\xCF\xFA\xED\xFE") || rest.starts_with("\xCE\xFA\xED\xFE"))) {
    const std::string_view cpu = rest.substr(4, 4);
    if (cpu.ends_with("\0\0\1"sv) || cpu.ends_with("\0\0\0"sv)) return "a Mach-O program";
  }
  // A fat Mach-O counts its architectures where a Java class has its version, 45 or more.
  if (rest.starts_with("\xCA\xFE\xBA\xBE\0\0\0"sv) && rest.size() > 7) {
    const auto n = static_cast<std::uint8_t>(rest[7]);
    if (n > 0 && n < 6) return "a Mach-O program";
    if (n >= 45 && n < 80) return "a Java class";
  }
  if (rest.starts_with("dex\n03") && rest.size() > 7 && rest[7] == '\0') return "an Android program";
  return {};
}

// Formats whose first bytes are a name in JavaScript: the numbers behind the mark of a GIF, a BMP, a RIFF or
// IFF file, the length of a JPEG's first segment may then go on as an expression, and hide the rest of the
// file in a comment, a template or a string. Answers what would end it; 0 where nothing does.
char script_hidden_until(std::string_view first) {
  constexpr std::array marks{"GIF87a"sv, "GIF89a"sv, "BM"sv, "RIFF"sv, "FORM"sv};
  const auto* const mark = std::ranges::find_if(marks, [&](auto m) { return first.starts_with(m); });
  const std::size_t name = mark != marks.end() ? mark->size() : first.starts_with("\xFF\xD8\xFF") ? 4 : 0;
  if (name == 0) return 0;
  constexpr std::size_t longest = 16;
  const std::string_view rest = first.substr(std::min(name, first.size())).substr(0, longest);
  for (std::size_t i = 0; i < rest.size() && text_follows(rest, i, 1); ++i) {
    const std::string_view here = rest.substr(i);
    if (here.starts_with("/*")) return '*';
    if (here.starts_with("//")) return '\n';
    if (here.front() == '`') return '`';
    // A string or a regular expression needs an operator before it.
    if (i > 0 && "\"'/"sv.find(here.front()) != std::string_view::npos) return here.front();
  }
  return 0;
}

bool name_of_script(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

// Whether a call or an assignment stands behind what ends the hiding; `rest` begins with that.
bool script_goes_on(std::string_view rest) {
  std::size_t i = std::min(rest.find_first_not_of(" \t\r\n;,+)", 1), rest.size());
  // Behind a literal an operator or a line's end must stand; smooth sound and palettes spell names by chance.
  const bool ends_line = rest.front() == '\n';
  if (!ends_line && rest.substr(1, i - 1).find_first_of("\r\n;,+") == std::string_view::npos) return false;
  const std::size_t begin = i;
  while (i < rest.size() && (name_of_script(rest[i]) || rest[i] == '.')) ++i;
  if (i == begin || i == rest.size() || "(=`"sv.find(rest[i]) == std::string_view::npos) return false;
  const std::size_t comment = std::min(rest.find("//", i), rest.find("/*", i));
  return text_follows(rest.substr(0, comment), i + 1, 8);
}

}  // namespace

std::optional<other_reading::subject> other_reading::subject_of(const format& row) {
  if (row.name == "pdf") return subject::pdf;
  if (row.read == ole2 || row.read == rtf) return subject::compound;
  if (row.text || row.archive || !row.signature) return {};
  const std::string_view type = row.media_types.front();
  if (type.starts_with("image/") || type.starts_with("audio/") || type.starts_with("video/"))
    return subject::media;
  return {};
}

bool other_reading::object(errc code, std::string_view what, std::uint64_t offset) {
  wrong_ = {code, std::string{what}, offset};
  return true;
}

bool other_reading::object_to_program(std::string_view rest, std::uint64_t offset) {
  if (embedded_files_ == handling::allow) return false;
  const std::string_view program = program_at(rest);
  if (program.empty()) return false;
  if (embedded_files_ == handling::reject) return object(errc::embedded_file, program, offset);
  if (warning_.empty()) warning_ = std::string{program} + " at " + std::to_string(offset);
  return false;
}

void other_reading::judge_head() {
  if (tar_signature(head_) == match::yes && tar_checksum(head_)) object(errc::polyglot, "a tar archive", 0);
}

void other_reading::note_archive_end(std::string_view rest, std::uint64_t offset) {
  if (rest.size() < end_record) return;
  // The directory must lie before its end; 0xFFFFFFFF says that a ZIP64 record tells its place.
  const std::uint32_t directory = le32(as_bytes(rest), 16);
  const std::uint32_t bytes = le32(as_bytes(rest), 12);
  if ((directory > offset || bytes > offset) && directory != 0xFFFFFFFF) return;
  archive_end_ = offset;
  archive_comment_ = le16(as_bytes(rest), 20);
}

bool other_reading::judge_text(std::string_view rest, std::uint64_t offset) {
  if (rest.front() == '_') {
    if (payload_text_ != handling::reject || !begins(rest, "__halt_compiler")) return false;
    return object(errc::payload_text, "__halt_compiler", offset);
  }
  if (payload_text_ == handling::allow) return false;
  if (const std::string_view tag = tag_at(rest);
      !tag.empty() && (subject_ == subject::media || acts_in_pdf(tag))) {
    if (payload_text_ == handling::reject) return object(errc::payload_text, tag, offset);
    if (warning_.empty()) warning_ = std::string{tag} + " at " + std::to_string(offset);
  }
  return false;
}

bool other_reading::judge(std::string_view rest, std::uint64_t offset) {
  const bool text = rest.front() == '<' || rest.front() == '_';
  if (text) return subject_ != subject::compound && judge_text(rest, offset);
  if (subject_ == subject::compound && rest.starts_with("PK\5\6"sv)) note_archive_end(rest, offset);
  if (subject_ != subject::media) return object_to_program(rest, offset);
  switch (rest.front()) {
    case 'P':
      if (rest.starts_with("PK\5\6"sv)) note_archive_end(rest, offset);
      return object_to_program(rest, offset);
    case 'R':
      return rest.starts_with("Rar!\x1A\7"sv) && object(errc::polyglot, "a RAR archive", offset);
    case '7':
      return rest.starts_with("7z\xBC\xAF\x27\x1C"sv) && object(errc::polyglot, "a 7z archive", offset);
    case '%':
      return offset < pdf_window && rest.starts_with("%PDF-") &&
             object(errc::polyglot, "a PDF document", offset);
    case 'C':
      return rest.starts_with("CD001\1"sv) &&
             std::ranges::find(iso_descriptors, offset) != iso_descriptors.end() &&
             object(errc::polyglot, "a disk image", offset);
    case '*':
      return hidden_until_ == '*' && rest.starts_with("*/") && object(errc::polyglot, "a script", offset);
    default:
      return object_to_program(rest, offset);
  }
}

// Where a script that the file's first bytes begin goes on.
std::size_t other_reading::find_script(std::string_view text) const {
  if (subject_ != subject::media || hidden_until_ == 0 || hidden_until_ == '*') return std::string_view::npos;
  std::size_t i = text.find(hidden_until_);
  while (i != std::string_view::npos && !script_goes_on(text.substr(i, look_ahead)))
    i = text.find(hidden_until_, i + 1);
  return i;
}

// Judges the positions of `text`, whose first stands at `at`; answers the one where something is wrong.
std::optional<std::size_t> other_reading::scan(std::string_view text, std::size_t positions,
                                               std::uint64_t at) {
  const std::size_t script = find_script(text);
  for (std::size_t from = 0; from < std::min(positions, script);) {
    const mark_list marks = find_marks(text, from);
    from = marks.next;
    for (std::size_t m = 0; m < marks.count; ++m) {
      const std::size_t i = marks.at[m];
      if (i >= std::min(positions, script)) break;
      if (judge(text.substr(i, look_ahead), at + i)) return i;
    }
  }
  if (script >= positions) return std::nullopt;
  object(errc::polyglot, "a script", at + script);
  return script;
}

std::size_t other_reading::feed(bytes_view chunk) {
  const std::size_t n = std::min(head_size - head_kept_, chunk.size());
  if (n == 0) return run(as_text(chunk));
  std::memcpy(head_.data() + head_kept_, chunk.data(), n);
  head_kept_ += n;
  hidden_until_ = script_hidden_until(as_text(bytes_view{head_}.first(head_kept_)));
  const std::size_t known = run(as_text(chunk.first(n)));
  if (!wrong_.ok()) return known;
  if (head_kept_ == head_size && subject_ == subject::media) judge_head();
  return !wrong_.ok() || n == chunk.size() ? n : n + run(as_text(chunk.subspan(n)));
}

std::size_t other_reading::run(std::string_view now) {
  const std::uint64_t at = size_ - kept_;
  size_ += now.size();
  // What was kept, with as much behind it as its positions need.
  const std::size_t joined = std::min(now.size(), look_ahead - 1);
  std::memcpy(tail_.data() + kept_, now.data(), joined);
  const std::size_t all = kept_ + joined;
  const std::size_t early = all - std::min(all, look_ahead - 1);
  if (const auto i = scan({tail_.data(), all}, std::min(early, kept_), at)) return *i + look_ahead - kept_;
  if (now.size() >= look_ahead) {
    if (const auto i = scan(now, now.size() - look_ahead + 1, at + kept_)) return *i + look_ahead;
    kept_ = look_ahead - 1;
    std::memcpy(tail_.data(), now.data() + now.size() - kept_, kept_);
  } else {
    kept_ = std::min(all, look_ahead - 1);
    std::memmove(tail_.data(), tail_.data() + all - kept_, kept_);
  }
  return now.size();
}

void other_reading::finish() {
  if (scan({tail_.data(), kept_}, kept_, size_ - kept_)) return;
  if (!archive_end_) return;
  // Office keeps themes as ZIP archives within its streams; none of them ends with the file.
  const std::uint64_t behind = size_ - *archive_end_ - end_record;
  const bool found = subject_ == subject::compound ? behind == archive_comment_ : behind <= max_comment;
  if (found) object(errc::polyglot, "a ZIP archive", *archive_end_);
}

}  // namespace uploadgate::formats
