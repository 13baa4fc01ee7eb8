// Accepting connections, each served by a coroutine of its own, until told to stop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

// listener must outlive the context's run. Each connection has a strand, so one at a time runs of its
// coroutines.
class listener {
 public:
  using serve = std::function<boost::asio::awaitable<void>(boost::asio::ip::tcp::socket)>;

  // listener binds at once, and throws boost::system::system_error where that fails.
  listener(boost::asio::io_context& context, const boost::asio::ip::tcp::endpoint& at, std::size_t most,
           serve one);

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] std::size_t open() const { return open_; }
  // stop takes no more connections; those that are open go on.
  void stop();

 private:
  boost::asio::awaitable<void> accept_all();
  boost::asio::awaitable<void> one(boost::asio::ip::tcp::socket socket);

  boost::asio::ip::tcp::acceptor acceptor_;
  std::size_t most_;
  serve serve_;
  std::atomic<std::size_t> open_{0};
};

// run_until_signal runs the context on so many threads. The first SIGINT or SIGTERM calls `stopping`; the
// context stops when `open` gives zero, when so many seconds have passed, or at the second signal.
void run_until_signal(boost::asio::io_context& context, unsigned threads, std::chrono::seconds patience,
                      const std::function<void()>& stopping, const std::function<std::size_t()>& open);
