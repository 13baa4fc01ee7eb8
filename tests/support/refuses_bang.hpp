// A rule of one byte, for tests of what becomes of accepted and rejected content.
#pragma once

#include <uploadgate/validator.hpp>

#include <string_view>

namespace uploadgate::test {

// refuses_bang objects to every exclamation mark.
struct refuses_bang {
  static constexpr std::string_view name = "refuses_bang";
  result feed(bytes_view chunk) {
    if (as_text(chunk).find('!') != std::string_view::npos) return errc::content_mismatch;
    return {};
  }
};

}  // namespace uploadgate::test
