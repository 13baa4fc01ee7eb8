#include <uploadgate/error.hpp>
#include <uploadgate/http/edge.hpp>

#include "support/catch.hpp"

namespace {

using namespace uploadgate;

const trusted_proxies proxies{{"10.0.0.0/8", "192.0.2.7", "2001:db8:1::/48"}};

struct address_case {
  const char* what;
  const char* peer;
  const char* value;
  const char* client;
};

}  // namespace

TEST_CASE("X-Forwarded-For is believed as far as the proxies are trusted") {
  const address_case cases[] = {
      {"a direct client", "203.0.113.9", "", "203.0.113.9"},
      {"a direct client that lies", "203.0.113.9", "1.2.3.4", "203.0.113.9"},
      {"one proxy", "10.0.0.1", "203.0.113.9", "203.0.113.9"},
      {"a lie in front", "10.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"},
      {"a lie that names a proxy", "10.0.0.1", "1.2.3.4, 10.0.0.2, 203.0.113.9", "203.0.113.9"},
      {"two proxies", "10.0.0.1", "203.0.113.9, 192.0.2.7", "203.0.113.9"},
      {"only proxies", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"},
      {"no header", "10.0.0.1", "", "10.0.0.1"},
      {"a port", "10.0.0.1", "203.0.113.9:1234", "203.0.113.9"},
      {"IPv6", "2001:db8:1::5", "2001:DB8::0:1", "2001:db8::1"},
      {"IPv6 with a port", "10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"},
      {"IPv4 in IPv6", "::ffff:10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"},
      {"nobody", "10.0.0.1", "1.2.3.4, unknown", "10.0.0.1"},
      {"an empty element", "10.0.0.1", "1.2.3.4, ", "10.0.0.1"},
      {"nobody behind the second proxy", "10.0.0.1", "1.2.3.4, <script>, 192.0.2.7", "192.0.2.7"},
      {"a zone", "10.0.0.1", "fe80::1%eth0", "10.0.0.1"},
      {"a wrong port", "10.0.0.1", "203.0.113.9:123456", "10.0.0.1"},
      {"a number", "10.0.0.1", "3405803785", "10.0.0.1"},
      {"octal", "10.0.0.1", "0313.0.0161.011", "10.0.0.1"},
      {"no peer", "", "203.0.113.9", ""},
      {"a peer that is no address", "localhost", "203.0.113.9", ""},
  };
  for (const address_case& c : cases) {
    CAPTURE(c.what);
    CHECK(proxies.client(c.peer, forwarding::x_forwarded_for, c.value) == c.client);
  }
}

TEST_CASE("Forwarded is read by RFC 7239") {
  const address_case cases[] = {
      {"plain", "10.0.0.1", "for=203.0.113.9", "203.0.113.9"},
      {"case and parameters", "10.0.0.1", "proto=https;For=203.0.113.9;by=10.0.0.1", "203.0.113.9"},
      {"quoted IPv6", "10.0.0.1", "for=\"[2001:db8::1]:4711\"", "2001:db8::1"},
      {"two elements", "10.0.0.1", "for=1.2.3.4, for=203.0.113.9", "203.0.113.9"},
      {"a proxy last", "10.0.0.1", "for=203.0.113.9,for=192.0.2.7", "203.0.113.9"},
      {"hidden", "10.0.0.1", "for=1.2.3.4, for=_hidden", "10.0.0.1"},
      {"no for", "10.0.0.1", "for=1.2.3.4, proto=http", "10.0.0.1"},
      {"two fors", "10.0.0.1", "for=1.2.3.4;for=203.0.113.9", "10.0.0.1"},
      {"a comma in quotes", "10.0.0.1", "for=\"1.2.3.4, for=5.6.7.8\"", "10.0.0.1"},
      {"an open quote", "10.0.0.1", "for=\"1.2.3.4, for=203.0.113.9", "10.0.0.1"},
      {"X-Forwarded-For's form", "10.0.0.1", "203.0.113.9", "10.0.0.1"},
  };
  for (const address_case& c : cases) {
    CAPTURE(c.what);
    CHECK(proxies.client(c.peer, forwarding::forwarded, c.value) == c.client);
  }
}

TEST_CASE("the number of hops is bounded") {
  std::string value = "203.0.113.9";
  for (std::size_t i = 1; i < trusted_proxies::max_hops; ++i) value += ",10.0.0.2";
  CHECK(proxies.client("10.0.0.1", forwarding::x_forwarded_for, value) == "203.0.113.9");
  value += ",10.0.0.2";
  CHECK(proxies.client("10.0.0.1", forwarding::x_forwarded_for, value) == "10.0.0.2");
}

TEST_CASE("networks are read strictly") {
  CHECK(proxies.contains("10.255.255.255"));
  CHECK_FALSE(proxies.contains("11.0.0.0"));
  CHECK(proxies.contains("::ffff:192.0.2.7"));
  CHECK_FALSE(proxies.contains("192.0.2.8"));
  CHECK_FALSE(proxies.contains("2001:db8:2::1"));
  CHECK_FALSE(proxies.contains("10.0.0"));
  for (const char* wrong : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.1/8", "10.0.0.0/8 ",
                            "example.com", "2001:db8::/129", "2001:db8::1/64", "10/8"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(trusted_proxies{{wrong}}, configuration_error);
  }
  CHECK(trusted_proxies{{"0.0.0.0/0"}}.contains("8.8.8.8"));
  CHECK_FALSE(trusted_proxies{{}}.contains("8.8.8.8"));
}

TEST_CASE("what an edge has not seen is said") {
  for (const edge_profile& edge : edge_profiles()) {
    CAPTURE(edge.name);
    CHECK(edge_gap(edge, edge.inspected_bytes).empty() == edge.inspects_files);
    CHECK_FALSE(edge_gap(edge, edge.inspected_bytes + 1).empty());
    CHECK(edge.source.starts_with("https://"));
  }
}
