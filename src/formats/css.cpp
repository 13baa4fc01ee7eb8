#include "css.hpp"

#include "hex_digit.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool line_end(char c) { return c == '\n' || c == '\r' || c == '\f'; }

constexpr bool word_character(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '@' || u >= 0x80;
}

constexpr std::array<bool, 256> word_characters = [] {
  std::array<bool, 256> table{};
  for (int i = 0; i < 256; ++i) table[static_cast<std::size_t>(i)] = word_character(static_cast<char>(i));
  return table;
}();

// Up to where the URL of an unquoted url() may end, or an escape begins.
std::size_t url_run(std::string_view t) {
  std::size_t n = 0;
  while (n < t.size() && t[n] != ')' && t[n] != '\\') ++n;
  return n;
}

std::size_t word_run(std::string_view t) {
  std::size_t n = 0;
  while (n < t.size() && word_characters[static_cast<unsigned char>(t[n])]) ++n;
  return n;
}

// Whether the first n characters are one plain word and begin nothing that is looked for: most of every
// sheet.
bool plain_word(std::string_view t, std::size_t n) {
  if (n == 0 || n == t.size() || t.front() == '@') return false;
  const char next = t[n];
  const char first = static_cast<char>(t.front() | 0x20);
  return next == ';' || next == ',' || next == '#' || next == '.' || next == ')' ||
         (next == ':' && first != 'b' && t.front() != '-');
}

}  // namespace

void css_scanner::add(char c) {
  if (word_size_ < word_.size()) word_[word_size_] = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  if (word_size_ <= word_.size()) ++word_size_;  // one more than fits: a word that is none of ours
}

css_scanner::finding css_scanner::word_ended(char next) {
  const bool ends = next == ';' || next == '{' || next == '}';
  if (word_size_ == 0) return importing_ && ends ? imported(false) : finding::none;
  const std::string_view word =
      word_size_ <= word_.size() ? std::string_view{word_.data(), word_size_} : std::string_view{};
  if (next == '(') {
    word_size_ = 0;
    if (word == "url" || word == "src" || word == "url-prefix" || word == "image-set" ||
        word == "-webkit-image-set" || word == "image") {
      state_ = state::url_start;
      url_size_ = 0;
      return finding::none;
    }
    if (importing_) return imported(false);
    return word == "expression" ? finding::script : finding::none;
  }
  if (importing_) return imported(false);
  if (next == ':' && (word == "-moz-binding" || word == "behavior")) {
    word_size_ = 0;
    return finding::script;
  }
  if (space(next) && (word == "behavior" || word == "-moz-binding")) return finding::none;  // ':' may follow
  if (word == "@namespace") naming_ = true;
  importing_ = word == "@import";
  word_size_ = 0;
  return importing_ && ends ? imported(false) : finding::none;
}

css_scanner::finding css_scanner::imported(bool neighbour, bool remote) {
  importing_ = false;
  word_size_ = 0;
  neighbour_ = neighbour;
  remote_ = remote;
  return finding::import;
}

css_scanner::finding css_scanner::url_ended() {
  state_ = state::plain;
  const bool naming = naming_;
  const std::string_view url{url_.data(), url_size_};
  where_ = classify(url);
  const bool sheet = where_ == formats::reference::hyperlink && url.ends_with(".css") &&
                     !url.starts_with('/') && url.find_first_of(":\\") == std::string_view::npos &&
                     std::ranges::none_of(url, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
  url_size_ = 0;
  remote_ = where_ == formats::reference::external ||
            (where_ == formats::reference::hyperlink &&
             (url.find(':') != std::string_view::npos || url.find("//") != std::string_view::npos));
  if (importing_) return imported(sheet, remote_);
  return naming ? finding::none : finding::reference;
}

css_scanner::finding css_scanner::literal(char c) {
  if (state_ == state::url || state_ == state::url_quoted) {
    if (url_size_ < url_.size()) url_[url_size_++] = c;
    return finding::none;
  }
  if (state_ == state::url_start) {
    state_ = state::url;
    return literal(c);
  }
  if (state_ == state::plain) add(c);
  return finding::none;
}

css_scanner::finding css_scanner::character(char c) {
  switch (state_) {
    case state::plain:
      if (word_characters[static_cast<unsigned char>(c)]) {
        add(c);
        return finding::none;
      }
      if (c == '/') {
        state_ = state::slash;
        return finding::none;
      }
      if (c == ';' || c == '{') naming_ = false;
      if (c == '"' || c == '\'') {
        const finding f = word_ended(c);
        quote_ = c;
        state_ = importing_ ? state::url_quoted : state::string;
        return f;
      }
      return word_ended(c);
    case state::slash:
      state_ = c == '*' ? state::comment : state::plain;
      if (c == '*') return finding::none;
      if (const finding f = word_ended('/'); f != finding::none) return f;
      return character(c);
    case state::comment:
      if (c == '*') state_ = state::comment_star;
      return finding::none;
    case state::comment_star:
      if (c != '*') state_ = c == '/' ? state::plain : state::comment;
      return finding::none;
    case state::string:
      if (c == quote_ || line_end(c)) state_ = state::plain;
      return finding::none;
    case state::url_start:
      if (space(c)) return finding::none;
      if (c == '"' || c == '\'') {
        quote_ = c;
        state_ = state::url_quoted;
        return finding::none;
      }
      state_ = state::url;
      return character(c);
    case state::url:
      return c == ')' ? url_ended() : literal(c);
    case state::url_quoted:
      return c == quote_ || line_end(c) ? url_ended() : literal(c);
    case state::escape:
    case state::hex:
      break;
  }
  return finding::none;
}

css_scanner::finding css_scanner::read(std::string_view& text) {
  while (!text.empty()) {
    const char c = text.front();
    // The long runs: words, comments, embedded files.
    if (state_ == state::plain) {
      const std::size_t n = word_run(text);
      const bool plain = word_size_ == 0 && plain_word(text, n);
      if (plain && !importing_) {
        if (text[n] == ';') naming_ = false;
        text.remove_prefix(n + 1);
        continue;
      }
      if (!plain) {
        for (const char letter : text.substr(0, n)) add(letter);
      }
      text.remove_prefix(n);
      if (text.empty()) break;
    } else if (state_ == state::comment) {
      text.remove_prefix(std::min(text.find('*'), text.size()));
      if (text.empty()) break;
    } else if (state_ == state::url) {
      const std::string_view run = text.substr(0, url_run(text));
      url_size_ += run.copy(url_.data() + url_size_, url_.size() - url_size_);
      text.remove_prefix(run.size());
      if (text.empty()) break;
    } else if (state_ == state::hex) {
      const int v = hex_digit(c);
      if (v >= 0 && hex_digits_ < 6) {
        hex_ = hex_ * 16 + static_cast<unsigned>(v);
        ++hex_digits_;
        text.remove_prefix(1);
        continue;
      }
      state_ = before_escape_;
      if (space(c)) text.remove_prefix(1);  // it only ends the escape
      if (state_ != state::string) literal(hex_ > 0 && hex_ < 0x80 ? static_cast<char>(hex_) : '\x80');
      continue;
    } else if (state_ == state::escape) {
      state_ = before_escape_;
      if (const int v = hex_digit(c); v >= 0) {
        hex_ = static_cast<unsigned>(v);
        hex_digits_ = 1;
        state_ = state::hex;
      } else if (state_ != state::string && !line_end(c)) {
        literal(c);
      }
      text.remove_prefix(1);
      continue;
    }
    const char now = text.front();
    text.remove_prefix(1);
    if (now == '\\' && state_ != state::comment && state_ != state::comment_star) {
      if (state_ == state::slash) {
        state_ = state::plain;
        word_ended('/');
      }
      before_escape_ = state_;
      state_ = state::escape;
      continue;
    }
    if (const finding f = character(now); f != finding::none) return f;
  }
  return finding::none;
}

css_scanner::finding css_scanner::finish() {
  finding f = finding::none;
  if (state_ == state::hex) {
    state_ = before_escape_;
    if (state_ != state::string) literal(hex_ > 0 && hex_ < 0x80 ? static_cast<char>(hex_) : '\x80');
  }
  if (state_ == state::escape) state_ = before_escape_;
  if (state_ == state::url || state_ == state::url_quoted) {
    f = url_ended();
  } else {
    f = word_ended(' ');
    if (f == finding::none && importing_) f = imported(false);
  }
  restart();
  return f;
}

// Forgets the sheet, and not what was found last.
void css_scanner::restart() {
  state_ = before_escape_ = state::plain;
  naming_ = importing_ = false;
  word_size_ = url_size_ = 0;
}

}  // namespace uploadgate::formats
