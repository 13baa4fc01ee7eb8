// The protocol of the consensus test for parsers in C++ (protocol.py tells it): a line in, a line out.
#pragma once

#include <openssl/evp.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace interop {

inline std::string decode_base64(std::string_view text) {
  std::string out(text.size() / 4 * 3, '\0');
  const int n =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (n < 0) throw std::runtime_error("not base64");
  out.resize(static_cast<std::size_t>(n) - (text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U));
  return out;
}

inline std::string encode_base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends with NUL
  const int n =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(n));
  return out;
}

inline std::string sha256(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &n, EVP_sha256(), nullptr);
  std::string out;
  for (unsigned i = 0; i < n; ++i) out += {digits[digest[i] >> 4], digits[digest[i] & 15]};
  return out;
}

// The parts of one body, as JSON.
class parts {
 public:
  void add(std::string_view name, const std::optional<std::string>& filename, std::string_view data) {
    if (!json_.empty()) json_ += ',';
    json_ += "{\"name\":\"" + encode_base64(name) + "\",\"filename\":";
    json_ += filename ? '"' + encode_base64(*filename) + '"' : "null";
    json_ += ",\"sha256\":\"" + sha256(data) + "\",\"size\":" + std::to_string(data.size()) + '}';
  }
  [[nodiscard]] const std::string& json() const { return json_; }

 private:
  std::string json_;
};

// serve calls read(content_type, body), which gives parts or throws, for each line of standard input.
template <class Read>
int serve(Read read) {
  std::ios::sync_with_stdio(false);
  std::cout << "{}" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t space = std::min(line.find(' '), line.size() - 1);
    const std::string type = decode_base64(std::string_view{line}.substr(0, space));
    const std::string body = decode_base64(std::string_view{line}.substr(space + 1));
    try {
      const parts given = read(type, body);
      std::cout << R"({"accepted":true,"parts":[)" << given.json() << "]}" << std::endl;
    } catch (const std::exception& why) {
      std::string text = why.what();
      std::erase_if(text, [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\'; });
      std::cout << R"({"accepted":false,"error":")" << text.substr(0, 80) << "\"}" << std::endl;
    }
  }
  return 0;
}

}  // namespace interop
