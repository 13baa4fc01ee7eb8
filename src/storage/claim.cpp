#include "claim.hpp"

#include <boost/algorithm/hex.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <iterator>
#include <utility>

namespace uploadgate::storage {
namespace {

constexpr std::size_t max_member = 8 * KiB;  // a rule refuses such a name long before

// In hexadecimal: JSON has no way to say bytes that are not UTF-8.
std::string to_hex(std::string_view text) {
  std::string out;
  const std::string_view kept = text.substr(0, max_member);
  boost::algorithm::hex_lower(kept.begin(), kept.end(), std::back_inserter(out));
  return out;
}

}  // namespace

std::string to_text(const upload& claim) {
  boost::json::object o{{"filename", to_hex(claim.filename)},
                        {"content_type", to_hex(claim.content_type)},
                        {"field", to_hex(claim.field)}};
  if (claim.size) o.emplace("size", *claim.size);
  return boost::json::serialize(o);
}

std::optional<kept_claim> claim_from(std::string_view text) {
  boost::system::error_code ec;
  const boost::json::value read = boost::json::parse({text.data(), text.size()}, ec);
  if (ec || !read.is_object()) return std::nullopt;
  const boost::json::object& o = read.as_object();
  kept_claim claim;
  const std::array<std::pair<const char*, std::string*>, 3> members{
      {{"filename", &claim.filename}, {"content_type", &claim.content_type}, {"field", &claim.field}}};
  for (const auto& [name, to] : members) {
    const boost::json::value* v = o.if_contains(name);
    if (!v || !v->is_string()) return std::nullopt;
    try {
      boost::algorithm::unhex(v->as_string().begin(), v->as_string().end(), std::back_inserter(*to));
    } catch (const boost::algorithm::hex_decode_error&) {
      return std::nullopt;
    }
  }
  if (const boost::json::value* v = o.if_contains("size")) {
    boost::system::error_code wrong;
    claim.size = v->to_number<std::uint64_t>(wrong);
    if (wrong) return std::nullopt;
  }
  return claim;
}

}  // namespace uploadgate::storage
