// The gateway's configuration file; docs/gateway.md describes each key.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/http/edge.hpp>

#include "routes.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace gateway {

using std::chrono::seconds;

struct address {
  std::string host;
  std::string port;
};

struct timeouts {
  seconds idle{60};      // a kept connection without a request
  seconds head{15};      // a whole head, from its first byte
  seconds body{15};      // between two pieces of a body, and a client that does not read
  seconds upload{600};   // a whole judged body
  seconds connect{5};    // the application's connection
  seconds response{60};  // until the application answers, and between two pieces of its answer
  seconds tunnel{300};   // a websocket on which nothing is said
  seconds pooled{4};     // a connection to the application that waits for work; uvicorn closes after 5
  seconds drain{2};      // reading on after a refusal
  seconds stop{30};      // from the signal until open requests are cut off
};

struct settings {
  address listen{"127.0.0.1", "8080"};
  address admin{};  // no port: no admin listener
  address upstream{"127.0.0.1", "8000"};
  uploadgate::trusted_proxies trusted{{}};
  uploadgate::forwarding forwarded_by = uploadgate::forwarding::x_forwarded_for;
  unsigned threads = 2;
  std::size_t max_connections = 1000;
  std::size_t max_idle_upstream = 64;
  timeouts wait;
  std::string spool_folder = "/var/tmp";
  std::uint64_t spool_max = 4 * uploadgate::GiB;  // bytes on the disk of all uploads that are being judged
  std::uint64_t spool_cached = 32 * uploadgate::MiB;  // of one upload, in the kernel's cache
  std::string audit_file;                             // one line for each judged file; empty: standard error
  gateway::routes routes;
};

// load_settings throws uploadgate::configuration_error with path, line and column.
settings load_settings(const std::string& path);

}  // namespace gateway
