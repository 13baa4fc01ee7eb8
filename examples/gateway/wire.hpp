// One connection with what has arrived on it, and the time by which it must go on.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <string_view>

namespace gateway {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;
using clock = std::chrono::steady_clock;
using std::chrono::seconds;

inline constexpr seconds never{1'000'000'000};
inline constexpr std::size_t piece_size = 64 * 1024;  // bytes read at a time

// wire holds deadlines which a watchdog enforces: expire() cancels what is under way, and `late` says so. A
// deadline may be moved while an operation is waiting.
struct wire {
  explicit wire(tcp::socket s) : socket{std::move(s)} {}

  tcp::socket socket;
  boost::beast::flat_buffer buffer;
  clock::time_point read_by = clock::time_point::max();
  clock::time_point write_by = clock::time_point::max();
  bool late = false;

  void read_within(seconds s) { read_by = clock::now() + s; }
  void write_within(seconds s) { write_by = clock::now() + s; }
  void expire(clock::time_point now);
  // give_up ends what is under way, as if it were late.
  void give_up();
  void close();
  [[nodiscard]] std::string_view arrived() const;
};

// head_arrival says how waiting for a head ended, and its length where it is there.
struct head_arrival {
  enum class end { whole, closed, late, too_large } how = end::closed;
  std::size_t size = 0;
  bool begun = false;  // at least one byte had come
};

// read_head waits for a whole head: for its first byte until `first`, then `head` for the rest. Empty lines
// in front are dropped (RFC 9112 section 2.2).
net::awaitable<head_arrival> read_head(wire& w, seconds first, seconds head);

// write_all writes what the buffers hold, all of it within the time.
template <class Buffers>
net::awaitable<error_code> write_all(wire& w, Buffers buffers, seconds patience) {
  error_code ec;
  w.write_within(patience);
  co_await net::async_write(w.socket, buffers, net::redirect_error(net::use_awaitable, ec));
  w.write_by = clock::time_point::max();
  co_return ec;
}

// write_piece writes some bytes of a body, as a chunk where the body goes in chunks; write_end what stands
// behind the last one.
net::awaitable<error_code> write_piece(wire& w, net::const_buffer piece, bool chunked, seconds patience);
net::awaitable<error_code> write_end(wire& w, bool chunked, seconds patience);

}  // namespace gateway
