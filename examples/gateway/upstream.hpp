// Connections to the application, kept while they are idle.
#pragma once

#include "config.hpp"
#include "wire.hpp"

#include <mutex>
#include <vector>

namespace gateway {

// upstream_pool parks descriptors, not sockets, since a socket belongs to the strand of one session.
// Thread-safe.
class upstream_pool {
 public:
  explicit upstream_pool(const settings& s) : settings_{s} {}
  upstream_pool(const upstream_pool&) = delete;
  upstream_pool& operator=(const upstream_pool&) = delete;
  ~upstream_pool();

  // take gives the wire a parked connection that is open and on which nothing has come; false where there is
  // none.
  bool take(wire& w);
  // park keeps the wire's connection, which must be between two messages.
  void park(wire& w);
  // connect opens a new one.
  net::awaitable<error_code> connect(wire& w) const;

 private:
  struct parked {
    int fd;
    bool v6;
    clock::time_point until;
  };
  const settings& settings_;
  std::mutex mutex_;
  std::vector<parked> idle_;
};

}  // namespace gateway
