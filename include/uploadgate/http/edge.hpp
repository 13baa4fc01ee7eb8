/// \file edge.hpp
/// Behind a CDN or a load balancer: who the client is, and what the edge has not looked at.
#pragma once

#include <uploadgate/export.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate {

/// forwarding is the header by which the edge names the client. It is one: the other may be the client's own.
enum class forwarding : std::uint8_t {
  x_forwarded_for,  ///< addresses, each with an optional port, the last one by the nearest proxy
  forwarded,        ///< RFC 7239
};

/// trusted_proxies is who may say who the client is. Copies share the list; it may be used from any number of
/// threads.
class UPLOADGATE_EXPORT trusted_proxies {
 public:
  /// max_hops is how many proxies are followed; behind more of them the last one followed is the answer.
  static constexpr std::size_t max_hops = 16;

  /// trusted_proxies takes addresses and networks ("10.0.0.0/8", "2001:db8::/32", "127.0.0.1"). It throws
  /// configuration_error for anything else, host bits that are set among it.
  explicit trusted_proxies(const std::vector<std::string>& networks);

  /// contains says whether an address is one of them. An IPv4 address inside IPv6 (::ffff:10.0.0.1) is the
  /// IPv4 address. False where it is not an address.
  [[nodiscard]] bool contains(std::string_view address) const;

  /// client gives the client's address, in its canonical text: beginning with the connection's peer, it
  /// follows the header's value from its end as long as the speaker is trusted. What is left of the first
  /// address that is not trusted is never looked at: the client may have written it. Where a trusted proxy
  /// names nobody
  /// ("unknown", "_hidden", text that is no address), that proxy's own address is the answer. Several lines
  /// of the header are joined by a comma. It gives an empty text where the peer is not an address.
  [[nodiscard]] std::string client(std::string_view peer, forwarding kind, std::string_view value) const;

 private:
  struct state;
  std::shared_ptr<const state> state_;
};

/// edge_profile says what a product in front of the server looks at, by its maker's documentation. Settings
/// differ: copy one and change it. A scan at the edge never replaces the judging of the whole file here.
struct edge_profile {
  std::string_view name;
  std::uint64_t inspected_bytes = 0;  ///< of a request's body, from its beginning; the rest passes unseen
  bool inspects_files = false;        ///< whether the content of uploaded files is scanned at all
  std::string_view source;            ///< where the maker says so
};

/// edge_profiles lists those that are known. docs/serving.md has them as a table.
[[nodiscard]] UPLOADGATE_EXPORT std::span<const edge_profile> edge_profiles() noexcept;

/// edge_gap says in words what the edge has not looked at in a body of so many bytes, for facts::warn or the
/// log; empty where it has seen all.
[[nodiscard]] UPLOADGATE_EXPORT std::string edge_gap(const edge_profile& edge, std::uint64_t body_size);

}  // namespace uploadgate
