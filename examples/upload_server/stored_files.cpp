#include "stored_files.hpp"

#include <uploadgate/http/serving.hpp>

#include <boost/asio/write.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <span>
#include <utility>
#include <vector>

namespace {

response failed(const header_parser& header, std::error_code ec) {
  return answer(header.get().version(), header.is_done() && header.get().keep_alive(),
                uploadgate::http_status(uploadgate::storage_condition_of(ec)), "application/json",
                problem(ec.message()));
}

std::string_view field(const header_parser& header, http::field name) {
  const auto value = header.get()[name];
  return {value.data(), value.size()};
}

}  // namespace

response list_files(const server_state& server, const header_parser& header) {
  std::error_code ec;
  boost::json::array list;
  for (const uploadgate::entry& e : server.files.list("", ec)) {
    const std::string receipt = server.files.note("", e.id, ec);
    uploadgate::receipt r;
    if (server.keys.verify(receipt, r) != uploadgate::receipt_check::valid) continue;
    list.push_back(boost::json::object{{"id", e.id},
                                       {"name", r.safe_name},
                                       {"media_type", r.media_type},
                                       {"size", e.size},
                                       {"receipt", receipt}});
  }
  return answer(header.get().version(), header.is_done() && header.get().keep_alive(), 200,
                "application/json", boost::json::serialize(list) + "\n");
}

net::awaitable<bool> send_file(connection c, const header_parser& header, std::string id) {
  const server_state& server = c.server;
  std::error_code ec;
  const std::string note = server.files.note("", id, ec);
  uploadgate::receipt r;
  if (!ec && server.keys.verify(note, r) != uploadgate::receipt_check::valid)
    ec = uploadgate::storage_errc::no_such_file;  // the type of a file without a receipt is not known
  const uploadgate::stored_file file = ec ? uploadgate::stored_file{} : server.files.open(id, ec);
  if (ec) {
    response no = failed(header, ec);
    const bool go_on = no.keep_alive();
    co_await send(c, std::move(no));
    co_return go_on;
  }
  const uploadgate::serving_answer a =
      uploadgate::serve({r.sha256, file.size(), r.media_type, r.safe_name},
                        {.range = field(header, http::field::range),
                         .if_range = field(header, http::field::if_range),
                         .if_none_match = field(header, http::field::if_none_match)});
  http::response<http::buffer_body> out{http::int_to_status(a.status), header.get().version()};
  for (const uploadgate::header& h : a.headers) out.set(h.name, h.value);
  out.keep_alive(header.is_done() && header.get().keep_alive());
  http::response_serializer<http::buffer_body> serializer{out};
  out.body().more = false;
  const std::uint64_t length = header.get().method() == http::verb::head ? 0 : a.length;
  std::vector<std::byte> block(static_cast<std::size_t>(std::min<std::uint64_t>(length, read_buffer)));
  error_code failure;
  c.stream.expires_after(c.server.options.idle_timeout);
  co_await http::async_write_header(c.stream, serializer, net::redirect_error(net::use_awaitable, failure));
  for (std::uint64_t sent = 0; sent < length && !failure && !ec;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), length - sent));
    const std::size_t got = file.read(a.first + sent, std::span{block}.first(wanted), ec);
    if (got == 0) break;
    sent += got;
    c.stream.expires_after(c.server.options.idle_timeout);
    co_await net::async_write(c.stream, net::buffer(block.data(), got),
                              net::redirect_error(net::use_awaitable, failure));
    if (sent == length) co_return !failure && out.keep_alive();
  }
  co_return length == 0 && !failure && out.keep_alive();  // an answer that broke off ends the connection
}

response remove_file(const server_state& server, const header_parser& header, const std::string& id) {
  if (const std::error_code ec = server.files.remove("", id)) return failed(header, ec);
  return answer(header.get().version(), header.is_done() && header.get().keep_alive(), 200,
                "application/json", "{}\n");
}
