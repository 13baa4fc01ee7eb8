/// \file serving.hpp
/// The response that sends one stored file so that no browser and no cache makes something else of it. Pure
/// functions over text: any server can use them. docs/serving.md says why each header is there.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/facts.hpp>
#include <uploadgate/http/content_disposition.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate {

/// header is one header of a response.
struct header {
  std::string name;
  std::string value;
  bool operator==(const header&) const = default;
};

/// served_file is what is known about the bytes: from the facts, or from a receipt that was verified, and
/// never from the client.
struct served_file {
  std::string sha256;      ///< 64 hexadecimal digits
  std::uint64_t size = 0;  ///< bytes
  std::string media_type;  ///< what the content is; "application/octet-stream" is sent where it is none
  std::string safe_name;   ///< the name to save it under; empty for none
};

/// serving_options is how a site sends its files.
struct serving_options {
  /// inline_types are the media types that are shown where they are; all others are saved. Danger: never add
  /// a type that runs scripts (text/html, image/svg+xml, application/xml, application/pdf on a shared
  /// origin).
  std::vector<std::string> inline_types{"image/png",  "image/jpeg", "image/gif", "image/webp", "image/avif",
                                        "audio/mpeg", "audio/ogg",  "video/mp4", "video/webm", "text/plain"};
  /// immutable says that the address has the digest in it, so that a cache may keep the answer for max_age.
  /// Otherwise caches ask again each time (ETag).
  bool immutable = true;
  std::uint64_t max_age = 31'536'000;  ///< seconds; a year
  bool shared_caches = true;           ///< false ("private") where only its owner may see the file
  bool cross_origin = false;           ///< true where pages of other sites may embed it (CORP: cross-origin)
  /// surrogate_keys are more words to purge a CDN's caches by; the digest is always one. Words with bytes
  /// that are not visible ASCII are left out.
  std::vector<std::string> surrogate_keys{};
};

/// serving_request is what the client asked for; empty for a header that it did not send.
struct serving_request {
  std::string_view range{};
  std::string_view if_range{};
  std::string_view if_none_match{};
};

/// serving_answer is the response: send `length` bytes of the file from `first` on (none for HEAD; the
/// headers are the same).
struct serving_answer {
  unsigned status = 200;  ///< 200, 206, 304 or 416
  std::uint64_t first = 0;
  std::uint64_t length = 0;
  std::vector<header> headers;  ///< Content-Length is among them, unless the status is 304
};

/// etag gives the strong entity tag: the digest in quotation marks (RFC 9110 section 8.8.3).
[[nodiscard]] UPLOADGATE_EXPORT std::string etag(std::string_view sha256);

/// serve answers a GET or HEAD for a stored file: conditions, then ranges, in the order of RFC 9110 section
/// 13.2.2. One byte range is answered by 206; several, other units and what is malformed by the whole file,
/// as section 14.2 allows; one that holds no byte of the file by 416. If-Range must be the strong tag.
/// If-Match and the dates are not looked at: nothing is sent that has a date.
[[nodiscard]] UPLOADGATE_EXPORT serving_answer serve(const served_file& file,
                                                     const serving_request& request = {},
                                                     const serving_options& options = {});

}  // namespace uploadgate
