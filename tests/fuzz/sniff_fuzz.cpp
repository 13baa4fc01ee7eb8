// browser_safe: no crash, and the same answer whole and cut.
#include <uploadgate/policy.hpp>
#include <uploadgate/validators/browser_safe.hpp>

#include <cstdint>
#include <cstdlib>

namespace {

struct answer {
  uploadgate::verdict verdict;
  std::string sniffed;
};

answer judge(uploadgate::bytes_view data, std::size_t cut) {
  static const uploadgate::policy rules{uploadgate::browser_safe{}};
  uploadgate::inspection in = rules.inspect({});
  in.feed(data.first(cut));
  in.feed(data.subspan(cut));
  const uploadgate::verdict v = in.finish();
  return {v, in.facts().sniffed_type};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const uploadgate::bytes_view data{reinterpret_cast<const std::byte*>(bytes), size};
  const answer whole = judge(data, size);
  const answer cut = judge(data, size ? bytes[size / 2] % (size + 1) : 0);
  if (whole.verdict.code() != cut.verdict.code() || whole.verdict.offset() != cut.verdict.offset() ||
      whole.sniffed != cut.sniffed)
    std::abort();
  return 0;
}
