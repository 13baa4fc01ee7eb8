// The filters that object streams and cross-reference streams use (ISO 32000-2, 7.4): hexadecimal, base 85,
// Flate, and PNG predictors. LZW is not among them.
#pragma once

#include <uploadgate/bytes.hpp>

#include "inflate.hpp"
#include "pdf_values.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace uploadgate::formats::pdf {

// What comes out; false stops the decoding.
class decoded {
 public:
  virtual bool take(bytes_view bytes) = 0;

 protected:
  ~decoded() = default;
};

class decoder {
 public:
  enum class status : std::uint8_t { good, corrupt, trailing, too_large, stopped };

  // Begins a stream by its dictionary; false where a filter or a parameter is not known here. At most `limit`
  // bytes come out.
  bool begin(const head& dictionary, std::uint64_t limit);
  // Decodes more of it. Once the answer is not good, it stays.
  status feed(bytes_view in, decoded& out);
  // The stream is over.
  status finish(decoded& out);
  [[nodiscard]] std::uint64_t produced() const { return produced_; }

 private:
  static constexpr std::size_t max_row = 512;

  void text(bytes_view in, decoded& out);
  void hexadecimal(char c);
  void base85(char c);
  void end_text();
  void inflate(bytes_view in, decoded& out);
  [[nodiscard]] bool ends_in_flush() const;
  void unpredict(bytes_view in, decoded& out);
  void unpredict_byte(std::uint8_t b);
  void add_left(bytes_view in, decoded& out);
  void deliver(bytes_view bytes, decoded& out);
  void flush_text(decoded& out);
  void push_text(std::uint8_t b) { text_[text_size_++] = static_cast<std::byte>(b); }

  status status_ = status::good;
  name text_filter_ = name::other;
  bool flate_ = false;
  bool png_ = false;
  bool tiff_ = false;
  bool text_done_ = false;
  std::uint8_t row_tag_ = 0;
  std::uint32_t last_ = 0;  // bytes that were inflated
  std::uint64_t produced_ = 0;
  std::uint64_t limit_ = 0;
  std::uint32_t group_ = 0;  // of a text filter
  unsigned group_size_ = 0;
  std::size_t text_size_ = 0;
  std::size_t row_size_ = 0;  // bytes in a row
  std::size_t row_at_ = 0;    // 0: the tag comes
  std::size_t pixel_ = 1;     // bytes in a pixel
  std::optional<inflater> inflater_;
  std::array<std::byte, 256> text_{};
  std::array<std::uint8_t, max_row> row_{};
  std::array<std::uint8_t, max_row> above_{};
};

}  // namespace uploadgate::formats::pdf
