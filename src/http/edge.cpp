#include <uploadgate/bytes.hpp>
#include <uploadgate/error.hpp>
#include <uploadgate/http/edge.hpp>

#include "characters.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace uploadgate {
namespace {

namespace ip = boost::asio::ip;
constexpr std::size_t npos = std::string_view::npos;

std::optional<ip::address> read_address(std::string_view text) {
  boost::system::error_code ec;
  const ip::address a = ip::make_address(std::string{text}, ec);
  if (ec || text.find('%') != npos) return std::nullopt;  // a zone has no meaning elsewhere
  if (a.is_v6() && a.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, a.to_v6());
  return a;
}

// An address with an optional port: "192.0.2.1:80", "[2001:db8::1]:80", "2001:db8::1".
std::optional<ip::address> read_node(std::string_view text) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == npos) return std::nullopt;
    port = text.substr(close + 1);
    text = text.substr(1, close - 1);
    if (text.find(':') == npos) return std::nullopt;
  } else if (std::ranges::count(text, ':') == 1) {
    const std::size_t colon = text.find(':');
    port = text.substr(colon);
    text = text.substr(0, colon);
  }
  constexpr std::size_t longest = 6;  // ":65535"
  const bool good = port.empty() || (port.front() == ':' && port.size() > 1 && port.size() <= longest &&
                                     port.find_first_not_of("0123456789", 1) == npos);
  return good ? read_address(text) : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Cuts at a separator outside of quotation marks; nothing where a quotation mark stays open.
std::optional<std::vector<std::string_view>> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == separator && !quoted) {
      parts.push_back(trimmed(text.substr(from, i - from)));
      from = i + 1;
    }
  }
  if (quoted) return std::nullopt;
  parts.push_back(trimmed(text.substr(from)));
  return parts;
}

// The node of `for=` in an element of Forwarded (RFC 7239, section 4); empty where there is none or two.
std::string_view forwarded_for(std::string_view element) {
  std::string_view node;
  const auto pairs = split(element, ';');
  if (!pairs) return {};
  for (const std::string_view pair : *pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == npos || !http::same_word(pair.substr(0, equals), "for")) continue;
    if (!node.empty()) return {};
    node = pair.substr(equals + 1);
    if (node.size() >= 2 && node.front() == '"' && node.back() == '"') node = node.substr(1, node.size() - 2);
  }
  return node;
}

// The defaults that the makers' documents name.
constexpr std::array<edge_profile, 4> profiles{{
    {"aws-waf-alb", 8 * KiB, true,
     "https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-setting-body-inspection-limit.html"},
    {"aws-waf-cloudfront", 16 * KiB, true,
     "https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-setting-body-inspection-limit.html"},
    {"cloud-armor", 8 * KiB, true, "https://cloud.google.com/armor/docs/security-policy-overview"},
    {"modsecurity", 13'107'200, false,
     "https://github.com/owasp-modsecurity/ModSecurity/blob/v3/master/modsecurity.conf-recommended"},
}};

}  // namespace

struct trusted_proxies::state {
  std::vector<ip::network_v4> v4;
  std::vector<ip::network_v6> v6;
  [[nodiscard]] bool contains(const ip::address& a) const {
    const auto in = [](const auto& address) {
      return [&address](const auto& network) {
        return std::decay_t<decltype(network)>{address, network.prefix_length()}.network() ==
               network.network();
      };
    };
    return a.is_v4() ? std::ranges::any_of(v4, in(a.to_v4())) : std::ranges::any_of(v6, in(a.to_v6()));
  }
};

trusted_proxies::trusted_proxies(const std::vector<std::string>& networks) {
  auto s = std::make_shared<state>();
  for (const std::string& text : networks) {
    const std::size_t slash = text.find('/');
    const std::optional<ip::address> address = read_address(std::string_view{text}.substr(0, slash));
    const auto refuse = [&](const char* why) {
      throw configuration_error("trusted_proxies: \"" + text + "\" " + why);
    };
    if (!address) refuse("is no address or network");
    unsigned length = address->is_v4() ? 32 : 128;
    if (slash != npos) {
      const char* end = text.data() + text.size();
      unsigned given = 0;
      const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, given);
      if (error != std::errc{} || stop != end || given > length) refuse("has a wrong prefix length");
      length = given;
    }
    if (address->is_v4()) {
      const ip::network_v4 network{address->to_v4(), static_cast<unsigned short>(length)};
      if (network.network() != network.address()) refuse("has host bits");
      s->v4.push_back(network);
    } else {
      const ip::network_v6 network{address->to_v6(), static_cast<unsigned short>(length)};
      if (network.network() != network.address()) refuse("has host bits");
      s->v6.push_back(network);
    }
  }
  state_ = std::move(s);
}

bool trusted_proxies::contains(std::string_view address) const {
  const std::optional<ip::address> a = read_address(address);
  return a && state_->contains(*a);
}

std::string trusted_proxies::client(std::string_view peer, forwarding kind, std::string_view value) const {
  std::optional<ip::address> speaker = read_address(peer);
  if (!speaker) return {};
  // An open quotation mark could hide where elements end.
  const auto elements =
      kind == forwarding::forwarded ? split(value, ',') : std::optional{std::vector<std::string_view>{}};
  if (!elements) return speaker->to_string();
  std::size_t left = elements->size();
  for (std::size_t hop = 0; hop < max_hops && state_->contains(*speaker); ++hop) {
    std::string_view node;
    if (kind == forwarding::forwarded) {
      if (left == 0) break;
      node = forwarded_for((*elements)[--left]);
    } else {
      if (value.empty()) break;
      const std::size_t comma = value.rfind(',');
      node = trimmed(comma == npos ? value : value.substr(comma + 1));
      value = comma == npos ? std::string_view{} : value.substr(0, comma);
    }
    const std::optional<ip::address> named = read_node(node);
    if (!named) break;
    speaker = named;
  }
  return speaker->to_string();
}

std::span<const edge_profile> edge_profiles() noexcept { return profiles; }

std::string edge_gap(const edge_profile& edge, std::uint64_t body_size) {
  const std::string who = "the edge (" + std::string{edge.name} + ") ";
  if (!edge.inspects_files) return who + "does not scan uploaded files";
  if (body_size <= edge.inspected_bytes) return {};
  return who + "has seen " + std::to_string(edge.inspected_bytes) + " of " + std::to_string(body_size) +
         " bytes of the request";
}

}  // namespace uploadgate
