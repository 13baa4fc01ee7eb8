#include <uploadgate/error.hpp>

#include "support/catch.hpp"

#include <set>
#include <string>

namespace uploadgate {
namespace {

TEST_CASE("every reason has a name, a message, a condition and a status", "[error]") {
  std::set<std::string_view> names;
  REQUIRE_FALSE(all_reasons().empty());
  for (const errc code : all_reasons()) {
    const std::error_code error = code;
    CAPTURE(reason(code));
    CHECK(names.insert(reason(code)).second);
    CHECK_FALSE(error.message().empty());
    CHECK(error.message().back() != '.');
    CHECK(condition_of(code) != condition::none);
    CHECK(error == condition_of(code));
    CHECK(http_status(condition_of(code)) >= 400);
  }
}

TEST_CASE("success and foreign codes fail closed", "[error]") {
  CHECK(condition_of(errc::none) == condition::none);
  CHECK(reason(std::error_code{}) == "none");
  CHECK(http_status(condition::none) == 200);
  CHECK(condition_of(std::make_error_code(std::errc::io_error)) == condition::not_checked);
  CHECK(condition_of(static_cast<errc>(60000)) == condition::not_checked);
  CHECK(http_status(static_cast<condition>(200)) == 503);
}

TEST_CASE("hosts branch on conditions", "[error]") {
  const std::error_code code = errc::size_exceeded;
  CHECK(code == condition::too_large);
  CHECK(code != condition::malformed);
  CHECK(code == errc::size_exceeded);
  CHECK(http_status(condition_of(code)) == 413);
}

}  // namespace
}  // namespace uploadgate
