/// \file upload.hpp
/// What a client says about a file before its bytes come.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace uploadgate {

/// upload is what the client claims about one file. Nothing in it is trusted.
/// The views need to live only until policy::inspect returns; rules copy what they need later.
struct upload {
  /// filename as sent, before any decoding; empty where the client sent none.
  std::string_view filename{};
  /// content_type as sent (a media type, RFC 9110 section 8.3); empty where the client sent none.
  std::string_view content_type{};
  /// size in bytes as announced (Content-Length); nothing where the client announced none.
  std::optional<std::uint64_t> size{};
  /// field is the name of the form field the file came in; empty outside a form.
  std::string_view field{};
};

}  // namespace uploadgate
