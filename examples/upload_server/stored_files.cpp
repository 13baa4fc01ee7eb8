#include "stored_files.hpp"

#include <uploadgate/http/serving.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

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

response send_file(const server_state& server, const header_parser& header, const std::string& id) {
  std::error_code ec;
  const std::string note = server.files.note("", id, ec);
  uploadgate::receipt r;
  if (!ec && server.keys.verify(note, r) != uploadgate::receipt_check::valid)
    ec = uploadgate::storage_errc::no_such_file;  // the type of a file without a receipt is not known
  const uploadgate::stored_file file = ec ? uploadgate::stored_file{} : server.files.open(id, ec);
  if (ec) return failed(header, ec);
  const uploadgate::serving_answer a =
      uploadgate::serve({r.sha256, file.size(), r.media_type, r.safe_name},
                        {.range = field(header, http::field::range),
                         .if_range = field(header, http::field::if_range),
                         .if_none_match = field(header, http::field::if_none_match)});
  response out{http::int_to_status(a.status), header.get().version()};
  for (const uploadgate::header& h : a.headers) out.set(h.name, h.value);
  out.body().resize(a.length);
  file.read(a.first, std::as_writable_bytes(std::span{out.body()}), ec);
  if (ec) return failed(header, ec);
  out.keep_alive(header.is_done() && header.get().keep_alive());
  return out;
}

response remove_file(const server_state& server, const header_parser& header, const std::string& id) {
  if (const std::error_code ec = server.files.remove("", id)) return failed(header, ec);
  return answer(header.get().version(), header.is_done() && header.get().keep_alive(), 200,
                "application/json", "{}\n");
}
