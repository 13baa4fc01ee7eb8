// Columns of text for a person: words to the left, numbers to the right.
#pragma once

#include <string>
#include <vector>

namespace uploadgate::cli {

class table {
 public:
  // A heading that begins with '>' stands to the right, as its column does.
  explicit table(std::vector<std::string> headings);
  // The cells are made printable, and shortened to what a line can hold.
  void row(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::string> headings_;
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace uploadgate::cli
