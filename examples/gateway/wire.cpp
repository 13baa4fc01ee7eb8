#include "wire.hpp"

#include "message_head.hpp"

#include <boost/beast/http/chunk_encode.hpp>

namespace gateway {

void wire::expire(clock::time_point now) {
  if (now < read_by && now < write_by) return;
  give_up();
}

void wire::give_up() {
  late = true;
  read_by = write_by = clock::time_point::max();
  error_code ignored;
  socket.cancel(ignored);
}

void wire::close() {
  error_code ignored;
  socket.close(ignored);
}

std::string_view wire::arrived() const {
  const auto data = buffer.cdata();
  return {static_cast<const char*>(data.data()), data.size()};
}

net::awaitable<head_arrival> read_head(wire& w, seconds first, seconds head) {
  constexpr std::size_t step = 4 * 1024;
  head_arrival out;
  w.late = false;
  w.read_within(first);
  for (std::size_t seen = 0;;) {
    if (seen == 0 && w.arrived().starts_with("\r\n")) w.buffer.consume(2);
    if (!out.begun && !w.arrived().empty()) {
      out.begun = true;
      w.read_within(head);
    }
    if (const auto end = end_of_head(w.arrived(), seen)) {
      out.how = *end > max_head ? head_arrival::end::too_large : head_arrival::end::whole;
      out.size = *end;
      break;
    }
    seen = w.arrived().size();
    if (seen > max_head) {
      out.how = head_arrival::end::too_large;
      break;
    }
    error_code ec;
    const std::size_t n = co_await w.socket.async_read_some(w.buffer.prepare(step),
                                                            net::redirect_error(net::use_awaitable, ec));
    w.buffer.commit(n);
    if (!ec) continue;
    out.how = w.late ? head_arrival::end::late : head_arrival::end::closed;
    break;
  }
  w.read_by = clock::time_point::max();
  co_return out;
}

net::awaitable<error_code> write_piece(wire& w, net::const_buffer piece, bool chunked, seconds patience) {
  error_code ec;
  if (chunked) {
    const auto chunk = boost::beast::http::make_chunk(piece);
    ec = co_await write_all(w, chunk, patience);
  } else {
    ec = co_await write_all(w, piece, patience);
  }
  co_return ec;
}

net::awaitable<error_code> write_end(wire& w, bool chunked, seconds patience) {
  if (!chunked) co_return error_code{};
  const auto last = boost::beast::http::make_chunk_last();
  const error_code ec = co_await write_all(w, last, patience);
  co_return ec;
}

}  // namespace gateway
