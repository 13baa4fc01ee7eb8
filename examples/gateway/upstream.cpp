#include "upstream.hpp"

#include <boost/asio/connect.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>

namespace gateway {
namespace {

// Open, and silent: a byte before the next request would be part of no answer.
bool usable(int fd) {
  char byte = 0;
  return ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace

upstream_pool::~upstream_pool() {
  for (const parked& p : idle_) ::close(p.fd);
}

bool upstream_pool::take(wire& w) {
  for (;;) {
    std::optional<parked> p;
    {
      const std::lock_guard lock{mutex_};
      if (idle_.empty()) return false;
      p = idle_.back();
      idle_.pop_back();
    }
    error_code ec;
    if (clock::now() < p->until && usable(p->fd)) {
      w.socket.assign(p->v6 ? tcp::v6() : tcp::v4(), p->fd, ec);
      if (!ec) return true;
    }
    ::close(p->fd);
  }
}

void upstream_pool::park(wire& w) {
  if (w.buffer.size() > 0) return w.close();
  error_code ec;
  const bool v6 = w.socket.local_endpoint(ec).protocol() == tcp::v6();
  const int fd = w.socket.release(ec);
  if (ec) return;
  const std::lock_guard lock{mutex_};
  const auto now = clock::now();
  std::erase_if(idle_, [&](const parked& p) {
    if (now < p.until) return false;
    ::close(p.fd);
    return true;
  });
  if (idle_.size() < settings_.max_idle_upstream) {
    idle_.push_back({fd, v6, now + settings_.wait.pooled});
  } else {
    ::close(fd);
  }
}

net::awaitable<error_code> upstream_pool::connect(wire& w) const {
  error_code ec;
  tcp::resolver resolver{w.socket.get_executor()};
  const auto found = co_await resolver.async_resolve(settings_.upstream.host, settings_.upstream.port,
                                                     net::redirect_error(net::use_awaitable, ec));
  if (ec) co_return ec;
  w.write_within(settings_.wait.connect);
  co_await net::async_connect(w.socket, found, net::redirect_error(net::use_awaitable, ec));
  w.write_by = clock::time_point::max();
  if (!ec) w.socket.set_option(tcp::no_delay{true}, ec);
  co_return ec;
}

}  // namespace gateway
