#include "payload_text.hpp"

#include "php_code.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
constexpr bool space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool printable(char c) { return (c >= ' ' && c < 127) || (c >= '\t' && c <= '\r'); }

bool begins(std::string_view rest, std::string_view word) {
  return rest.size() >= word.size() &&
         std::equal(word.begin(), word.end(), rest.begin(), [](char w, char c) { return w == lower(c); });
}
constexpr bool one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }
constexpr bool code(char c) {
  return letter(c) || space(c) || (c >= '0' && c <= '9') || one_of(c, "\"'()$_.;=,/-+[]{}");
}
// Whether n characters of a class follow, as far as the text goes, and one at least.
bool some_follow(std::string_view rest, std::size_t at, std::size_t n, bool (*is)(char) = printable) {
  const std::string_view next = rest.substr(std::min(at, rest.size())).substr(0, n);
  return !next.empty() && std::ranges::all_of(next, is);
}

// Words in lower case; every runner of these folds case, or folding it costs nothing. `name` says that the
// word is the name of an HTML element, which must end there.
struct word {
  std::string_view text;
  bool element;
};
constexpr word after_less[] = {
    {"<?php", false},          {"<script", true},   {"<html", true},
    {"<!doctype html", false}, {"<body", true},     {"<iframe", true},
    {"<object", true},         {"<embed", true},    {"<!--#", false},
    {"<%--", false},           {"<jsp:", false},    {"<cfscript", true},
    {"<cfexecute", true},      {"<cfoutput", true}, {"<meta http-equiv", false},
};
constexpr std::string_view shebangs[] = {"#!/bin/", "#!/usr/", "#! /bin/", "#! /usr/"};
constexpr std::string_view phar_stub = "__halt_compiler";
constexpr std::string_view script_url = "javascript:";

std::string_view tag_in(std::string_view rest) {
  for (const word& w : after_less) {
    if (!begins(rest, w.text)) continue;
    const std::size_t n = w.text.size();
    if (!w.element || rest.size() == n || space(rest[n]) || rest[n] == '>' || rest[n] == '/') return w.text;
  }
  if (rest.starts_with("<?=") && php_echoed(rest.substr(3))) return "<?=";
  if (rest.starts_with("<?") && rest.size() > 2 && space(rest[2]) && some_follow(rest, 3, 5)) return "<?";
  // A palette that runs smoothly through printable values may well hold "<%"; what follows must be code.
  if (rest.starts_with("<%") && rest.size() > 2) {
    const bool opens = space(rest[2]) || one_of(rest[2], "=@!:#$");
    if (opens ? some_follow(rest, 3, 4, code) : some_follow(rest, 2, 4, letter)) return "<%";
  }
  return {};
}

}  // namespace

void payload_text::begin(std::uint64_t offset) {
  carried_ = 0;
  offset_ = offset;
  tag_ = tag::outside;
  hit_.reset();
}

const std::optional<payload_text::hit>& payload_text::feed(bytes_view piece) {
  while (!piece.empty() && !hit_) {
    if (carried_ == 0 && piece.size() > look_ahead) {
      const std::size_t positions = piece.size() - look_ahead;
      scan(piece, positions);
      offset_ += positions;
      piece = piece.subspan(positions);
      std::ranges::copy(piece, carry_.begin());
      carried_ = piece.size();
      break;
    }
    const std::size_t n = std::min(piece.size(), carry_.size() - carried_);
    std::ranges::copy(piece.first(n), carry_.begin() + static_cast<std::ptrdiff_t>(carried_));
    const std::size_t had = carried_;
    carried_ += n;
    if (carried_ <= look_ahead) break;
    const std::size_t positions = carried_ - look_ahead;
    scan(bytes_view{carry_}.first(carried_), positions);
    offset_ += positions;
    if (positions >= had) {  // all that was carried is judged: go on in the piece itself
      piece = piece.subspan(positions - had);
      carried_ = 0;
    } else {
      std::copy(carry_.begin() + static_cast<std::ptrdiff_t>(positions),
                carry_.begin() + static_cast<std::ptrdiff_t>(carried_), carry_.begin());
      carried_ -= positions;
      piece = piece.subspan(n);
    }
  }
  return hit_;
}

const std::optional<payload_text::hit>& payload_text::finish() {
  if (!hit_) scan(bytes_view{carry_}.first(carried_), carried_);
  carried_ = 0;
  return hit_;
}

void payload_text::scan(bytes_view bytes, std::size_t positions) {
  const std::string_view text = as_text(bytes);
  for (std::size_t i = 0; i < positions && !hit_; ++i) {
    if (tag_ == tag::outside) {
      // find_first_of calls a function for each byte.
      const auto* const next = std::find_if(text.begin() + i, text.begin() + positions,
                                            [](char c) { return c == '<' || c == '#' || c == '_'; });
      i = static_cast<std::size_t>(next - text.begin());
      if (i == positions) return;
    }
    judge(bytes.subspan(i, std::min(look_ahead, bytes.size() - i)), offset_ + i);
  }
}

void payload_text::judge(bytes_view bytes, std::uint64_t offset) {
  const std::string_view rest = as_text(bytes);
  const char c = rest.front();
  std::string_view what;
  if (c == '<') {
    what = tag_in(rest);
  } else if (c == '#') {
    for (const std::string_view s : shebangs) {
      if (rest.starts_with(s)) what = s.substr(0, 2);
    }
  } else if (c == '_' && begins(rest, phar_stub)) {
    what = phar_stub;
  }
  if (!what.empty()) {
    hit_ = hit{what, offset};
    return;
  }
  follow_tag(c, bytes, offset);
}

void payload_text::follow_tag(char c, bytes_view bytes, std::uint64_t offset) {
  const std::string_view rest = as_text(bytes);
  if (c == '<') {
    tag_ = rest.size() > 1 && letter(rest[1]) ? tag::inside : tag::outside;
    return;
  }
  if (tag_ == tag::outside) return;
  if (c == '>') {
    tag_ = tag::outside;
    return;
  }
  if (begins(rest, script_url)) {
    hit_ = hit{script_url, offset};
    return;
  }
  if (space(c)) {
    tag_ = tag_ == tag::name || tag_ == tag::equals ? tag::equals : tag::boundary;
    return;
  }
  if (c == '=' && (tag_ == tag::name || tag_ == tag::equals)) {
    hit_ = hit{"event handler", handler_};
    return;
  }
  if (c == '/' || c == '"' || c == '\'') {
    tag_ = tag::boundary;
    return;
  }
  const char l = lower(c);
  // A name may begin right after a value's quote, or after another name and a space.
  if ((tag_ == tag::boundary || tag_ == tag::equals) && l == 'o') {
    tag_ = tag::o;
    handler_ = offset;
  } else if (tag_ == tag::o && l == 'n') {
    tag_ = tag::on;
  } else if ((tag_ == tag::on || tag_ == tag::name) && letter(c)) {
    tag_ = tag::name;
  } else {
    tag_ = tag::inside;
  }
}

}  // namespace uploadgate::formats
