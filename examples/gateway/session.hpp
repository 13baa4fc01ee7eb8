// One client's connection, and what all of them share.
#pragma once

#include <uploadgate/audit.hpp>

#include "config.hpp"
#include "forwarding.hpp"
#include "metrics.hpp"
#include "spool.hpp"
#include "upstream.hpp"
#include "wire.hpp"

#include <boost/json/object.hpp>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>

namespace gateway {

// shared_state outlives all sessions. Thread-safe.
struct shared_state {
  explicit shared_state(settings s) : config{std::move(s)}, routes_{config.routes} {}

  const settings config;
  upstream_pool pool{config};
  disk_budget disk{config.spool_max};
  metrics counts;
  const uploadgate::audit decisions{{config.audit_file.empty() ? uploadgate::descriptor_sink(STDERR_FILENO)
                                                               : uploadgate::file_sink(config.audit_file)}};
  std::atomic<bool> stopping{false};

  // current_routes gives the routes of the last good configuration; a request keeps those it began with.
  [[nodiscard]] routes current_routes() const {
    const std::lock_guard lock{mutex_};
    return routes_;
  }
  void replace_routes(routes r) {
    const std::lock_guard lock{mutex_};
    routes_.swap(r);
  }

 private:
  mutable std::mutex mutex_;
  routes routes_;
};

struct session {
  session(tcp::socket socket, shared_state& state);

  shared_state& shared;
  wire client;
  std::unique_ptr<wire> upstream;  // while a request is passed on
  std::string peer;                // the address at the other end
  bool idle = true;                // between two requests
  bool ended = false;
};

// serve answers a connection's requests until one side goes, is too slow, or a request is refused.
net::awaitable<void> serve(tcp::socket socket, shared_state& state);

}  // namespace gateway
