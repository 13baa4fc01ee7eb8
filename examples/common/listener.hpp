// Accepting connections, each served by a coroutine of its own, until told to stop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>

// io_threads has a context for each thread. A connection stays with one of them: threads that share a context
// wake each other at every event.
class io_threads {
 public:
  explicit io_threads(unsigned threads);

  // first is where listeners, signals and timers are.
  boost::asio::io_context& first() { return contexts_.front(); }
  // next gives each in turn. For one thread at a time.
  boost::asio::io_context& next();
  // run returns after stop().
  void run();
  void stop();

 private:
  std::deque<boost::asio::io_context> contexts_;
  std::size_t turn_ = 0;
};

// listener must outlive the run. Each connection has a strand, so one at a time runs of its coroutines.
class listener {
 public:
  using serve = std::function<boost::asio::awaitable<void>(boost::asio::ip::tcp::socket)>;

  // listener binds at once, and throws boost::system::system_error where that fails.
  listener(io_threads& threads, const boost::asio::ip::tcp::endpoint& at, std::size_t most, serve one);

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] std::size_t open() const { return open_; }
  // stop takes no more connections; those that are open go on.
  void stop();

 private:
  boost::asio::awaitable<void> accept_all();
  boost::asio::awaitable<void> one(boost::asio::ip::tcp::socket socket);

  io_threads& threads_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::size_t most_;
  serve serve_;
  std::atomic<std::size_t> open_{0};
};

// run_until_signal runs the threads. The first SIGINT or SIGTERM calls `stopping`; they stop when `open`
// gives zero, when so many seconds have passed, or at the second signal.
void run_until_signal(io_threads& threads, std::chrono::seconds patience,
                      const std::function<void()>& stopping, const std::function<std::size_t()>& open);
