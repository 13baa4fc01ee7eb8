// Unpacks a folder of a 7z archive whose coders follow one another: a codec, and perhaps a filter behind it.
#pragma once

#include <uploadgate/bytes.hpp>

#include "sevenzip_header.hpp"
#include "unpacker.hpp"

#include <cstddef>
#include <memory>

namespace uploadgate::formats::sevenzip_format {

class decoder {
 public:
  using status = unpacker::status;

  // The folder's codec is one that is read here (not library, encrypted or unknown). No history is kept
  // beyond what comes out of the folder. Throws std::bad_alloc.
  explicit decoder(const folder& f);
  ~decoder();
  decoder(const decoder&) = delete;
  decoder& operator=(const decoder&) = delete;

  // unpack takes what it can from `in`, which it shortens, and gives what came out; the view lives until the
  // next call. Call it until the answer is empty.
  bytes_view unpack(bytes_view& in);
  [[nodiscard]] status state() const;

 private:
  struct by_lzma;
  std::unique_ptr<by_lzma> lzma_;
  std::unique_ptr<unpacker> other_;
  std::uint64_t left_ = 0;  // to be copied
};

}  // namespace uploadgate::formats::sevenzip_format
