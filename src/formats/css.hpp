// What a style sheet fetches or runs, found as its text streams. Escapes and comments are undone as CSS
// Syntax Level 3 says, so that "\75rl(" is url( too.
#pragma once

#include "reference.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uploadgate::formats {

class css_scanner {
 public:
  enum class finding : std::uint8_t { none, reference, import, script };

  // Reads up to the next finding, and shortens `text` by what was read.
  finding read(std::string_view& text);
  // Says that the sheet ends: what was begun is closed.
  finding finish();
  // After finding::reference: what was referred to.
  [[nodiscard]] formats::reference where() const { return where_; }
  // After finding::import: whether it is a sheet in a folder of the document's own, as "../theme.css" is.
  [[nodiscard]] bool neighbour() const { return neighbour_; }
  // After finding::import or finding::reference: whether it leads to another place than the document's own.
  [[nodiscard]] bool remote() const { return remote_; }

 private:
  enum class state : std::uint8_t {
    plain,
    slash,
    comment,
    comment_star,
    escape,
    hex,
    string,
    url_start,
    url,
    url_quoted
  };
  finding character(char c);  // an unescaped one that may begin something
  finding literal(char c);    // one that stands only for itself
  finding word_ended(char next);
  finding url_ended();
  finding imported(bool neighbour, bool remote = true);
  void add(char c);

  void restart();

  state state_ = state::plain;
  state before_escape_ = state::plain;
  bool naming_ = false;     // inside @namespace, whose URL is only a name
  bool importing_ = false;  // behind @import, whose URL is yet to come
  bool neighbour_ = false;
  bool remote_ = false;
  formats::reference where_ = formats::reference::internal;
  std::size_t word_size_ = 0;
  std::size_t url_size_ = 0;
  char quote_ = 0;
  std::uint32_t hex_ = 0;
  unsigned hex_digits_ = 0;
  std::array<char, 24> word_;  // these two are read only as far as they were written
  std::array<char, reference_window> url_;
};

}  // namespace uploadgate::formats
