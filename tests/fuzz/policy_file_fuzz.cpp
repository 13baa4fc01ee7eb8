// Any bytes as a policy file: refused in one line, or written and read again to the same.
#include <uploadgate/policy_file.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace uploadgate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    const policy_document d = parse_policy({reinterpret_cast<const char*>(bytes), size});
    if (parse_policy(to_json(d)) != d) std::abort();
  } catch (const configuration_error& e) {
    const std::string_view message = e.what();
    if (message.empty() || message.find('\n') != message.npos) std::abort();
    if (!message.starts_with("line ") && size <= max_policy_file) std::abort();
  }
  return 0;
}
