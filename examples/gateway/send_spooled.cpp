#include "judge.hpp"

#include <sys/sendfile.h>

#include <algorithm>
#include <cerrno>

namespace gateway {
namespace {

constexpr std::uint64_t largest_step = 1024 * 1024;  // so that other connections have their turn

net::awaitable<error_code> send_run(session& s, wire& up, const spooled_body& body,
                                    const spooled_body::piece& run) {
  error_code ec;
  off_t at = static_cast<off_t>(run.from);
  std::uint64_t left = run.length;
  up.socket.native_non_blocking(true, ec);
  while (left > 0 && !ec) {
    const ssize_t n =
        ::sendfile(up.socket.native_handle(), body.file->descriptor(), &at, std::min(left, largest_step));
    if (n > 0) {
      left -= static_cast<std::uint64_t>(n);
    } else if (n == 0) {
      ec = net::error::eof;
    } else if (errno != EAGAIN && errno != EINTR) {
      ec = {errno, boost::system::system_category()};
    } else {
      up.write_within(s.shared.config.wait.response);
      co_await up.socket.async_wait(tcp::socket::wait_write, net::redirect_error(net::use_awaitable, ec));
    }
  }
  up.write_by = clock::time_point::max();
  co_return ec;
}

net::awaitable<sent> send(session& s, wire& up, const spooled_body& body) {
  for (const spooled_body::piece& piece : body.pieces) {
    error_code ec;
    if (piece.length > 0) {
      ec = co_await send_run(s, up, body, piece);
    } else {
      ec = co_await write_all(up, net::buffer(piece.text), s.shared.config.wait.response);
    }
    if (ec) co_return sent::upstream_gone;
  }
  co_return sent::whole;
}

}  // namespace

body_sender send_spooled(const spooled_body& body) {
  return [&body](session& s, wire& up) { return send(s, up, body); };
}

}  // namespace gateway
