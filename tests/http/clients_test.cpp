// Bodies of real clients must pass. Those in tests/data/forms were recorded (curl, requests, httpx, aiohttp,
// undici, form-data, axios, superagent, node-fetch; and by tests/interop/record.py, from Debian and npm:
// Chromium and what Python, Perl, Ruby, PHP, Go, Java, Qt and Node have), or written after what the client's
// source writes (browsers, Go, Java, .NET, Dart, Swift, PHP). The first line is the Content-Type.
#include <uploadgate/http/form.hpp>

#include "support/catch.hpp"
#include "support/forms.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace uploadgate {
namespace {

verdict judge(const std::string& recorded, const multipart_limits& limits) {
  const std::size_t end = recorded.find('\n');
  const std::string_view body = std::string_view{recorded}.substr(end + 1);
  form_inspection form = form_policy{limits}.inspect(recorded.substr(0, end), body.size());
  form.feed(as_bytes(body));
  return form.finish();
}

TEST_CASE("forms of real clients pass", "[clients]") {
  multipart_limits switches;
  switches.leading_crlf = switches.token_values = switches.matching_filename_star = true;
  switches.percent_escapes = true;
  std::size_t clients = 0;
  for (const auto& entry : std::filesystem::directory_iterator(UPLOADGATE_TEST_DATA "/forms")) {
    std::ifstream in{entry.path(), std::ios::binary};
    const std::string recorded{std::istreambuf_iterator<char>{in}, {}};
    const bool needs_switches = entry.path().filename().string().starts_with("switch-");
    const verdict v = judge(recorded, {});
    CAPTURE(entry.path().filename().string(), v.message(), v.offset().value_or(0));
    CHECK(v.accepted() != needs_switches);
    CHECK(judge(recorded, switches).accepted());
    ++clients;
  }
  CHECK(clients >= 65);
}

}  // namespace
}  // namespace uploadgate
