// The admin listener: GET /metrics and GET /healthz.
#pragma once

#include "wire.hpp"

#include <functional>
#include <string>

namespace gateway {

struct admin_pages {
  std::function<std::string()> metrics;
  std::function<bool()> healthy;
};

net::awaitable<void> serve_admin(tcp::socket socket, const admin_pages& pages);

}  // namespace gateway
