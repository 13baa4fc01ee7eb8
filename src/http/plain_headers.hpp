// Headers as nearly all clients write them, read in one pass. Where these functions find none, that says
// nothing about the text: part_headers reads it line by line.
#pragma once

#include <uploadgate/http/content_disposition.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uploadgate::http {

// plain_disposition reads the Content-Disposition that the text begins with, and gives where it ends, or 0.
std::size_t plain_disposition(std::string_view text, form_disposition& out, const multipart_limits& limits);

// plain_type gives the media type without parameters that the text begins with, or nothing.
std::string_view plain_type(std::string_view text, std::uint64_t limit);

}  // namespace uploadgate::http
