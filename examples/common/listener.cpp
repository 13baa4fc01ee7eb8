#include "listener.hpp"

#include "log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <csignal>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

io_threads::io_threads(unsigned threads) {
  constexpr int one_thread = 1;
  for (unsigned i = 0; i < std::max(threads, 1U); ++i) contexts_.emplace_back(one_thread);
}

net::io_context& io_threads::next() { return contexts_[turn_++ % contexts_.size()]; }

void io_threads::run() {
  std::vector<std::jthread> others;
  for (net::io_context& context : contexts_) {
    if (&context == &first()) continue;
    others.emplace_back([&context] {
      const auto work = net::make_work_guard(context);
      context.run();
    });
  }
  first().run();
  stop();
}

void io_threads::stop() {
  for (net::io_context& context : contexts_) context.stop();
}

listener::listener(io_threads& threads, const tcp::endpoint& at, std::size_t most, serve one)
    : threads_{threads},
      acceptor_{net::make_strand(threads.first()), at},
      most_{most},
      serve_{std::move(one)} {
  net::co_spawn(acceptor_.get_executor(), accept_all(), net::detached);
}

void listener::stop() {
  net::post(acceptor_.get_executor(), [this] {
    error_code ignored;
    acceptor_.close(ignored);
  });
}

net::awaitable<void> listener::one(tcp::socket socket) {
  try {
    co_await serve_(std::move(socket));
  } catch (const std::exception& e) {
    log_line({{"event", "error"}, {"detail", e.what()}});
  }
  --open_;
}

net::awaitable<void> listener::accept_all() {
  while (acceptor_.is_open()) {
    error_code ec;
    tcp::socket socket = co_await acceptor_.async_accept(net::make_strand(threads_.next()),
                                                         net::redirect_error(net::use_awaitable, ec));
    if (ec == net::error::operation_aborted) co_return;
    if (ec) {  // out of descriptors, most likely: wait for some to come back
      log_line({{"event", "accept"}, {"detail", ec.message()}});
      net::steady_timer pause{acceptor_.get_executor(), std::chrono::milliseconds{100}};
      co_await pause.async_wait(net::redirect_error(net::use_awaitable, ec));
      continue;
    }
    if (open_ >= most_) continue;  // the socket closes here
    ++open_;
    const auto executor = socket.get_executor();
    net::co_spawn(executor, one(std::move(socket)), net::detached);
  }
}

void run_until_signal(io_threads& threads, std::chrono::seconds patience,
                      const std::function<void()>& stopping, const std::function<std::size_t()>& open) {
  net::io_context& context = threads.first();
  net::signal_set signals{context, SIGINT, SIGTERM};
  const auto wait_until_done = [&]() -> net::awaitable<void> {
    constexpr std::chrono::milliseconds step{50};
    const auto end = std::chrono::steady_clock::now() + patience;
    net::steady_timer timer{context};
    while (open() > 0 && std::chrono::steady_clock::now() < end) {
      timer.expires_after(step);
      co_await timer.async_wait(net::use_awaitable);
    }
    threads.stop();
  };
  signals.async_wait([&](error_code ec, int) {
    if (ec) return;
    log_line({{"event", "stopping"}, {"open", open()}});
    stopping();
    signals.async_wait([&](error_code again, int) {
      if (!again) threads.stop();
    });
    net::co_spawn(context, wait_until_done, net::detached);
  });
  threads.run();
}
