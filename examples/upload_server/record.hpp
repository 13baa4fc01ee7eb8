// What an upload is known by in the audit.
#pragma once

#include "rules.hpp"
#include "transfer.hpp"

#include <chrono>
#include <string>

// One request: whose, since when, and by which rules it is judged to its end.
struct request_context {
  request_context(const connection& c, const header_parser& header);

  std::shared_ptr<const server_rules> rules;
  std::string id;      // X-Request-Id, or one of our own
  std::string client;  // its address
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

  // The decision, but for the names that the client claims.
  [[nodiscard]] uploadgate::decision decided(const uploadgate::verdict& v, const uploadgate::facts& f,
                                             const uploadgate::verdict* candidate) const;
};
