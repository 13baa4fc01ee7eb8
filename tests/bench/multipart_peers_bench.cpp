// Parsers in C and C++ that Debian has, on the bodies of multipart_bench.cpp. cpp-httplib's cannot be called
// without a connection, and libmicrohttpd's needs one only to begin with.
#include "multipart_bodies.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>

#ifdef BENCH_POCO_AND_CGICC
#include "interop/peers/forms_in_process.hpp"
#endif
#ifdef BENCH_MICROHTTPD
#include <arpa/inet.h>
#include <microhttpd.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace {

// A benchmark of one way to read a whole body, which gives how many bytes of files it saw.
using reader = std::uint64_t (*)(const std::string& type, const std::string& body);

template <reader Read>
void large(benchmark::State& state) {
  const std::string body = bodies::form(static_cast<int>(state.range(0)));
  const std::string type = bodies::content_type();
  for (auto _ : state)
    if (Read(type, body) < bodies::content_size) state.SkipWithError("not all was read");
  bodies::tell_bytes(state, body);
}

template <reader Read>
void tiny(benchmark::State& state) {
  const std::string body = bodies::tiny_form(state.range(0));
  const std::string type = bodies::content_type();
  for (auto _ : state)
    if (Read(type, body) != 8 * bodies::tiny_parts) state.SkipWithError("not all was read");
  bodies::tell_parts(state);
}

void kinds(benchmark::internal::Benchmark* b) {
  for (std::int64_t kind = 0; kind < 6; ++kind) b->Arg(kind);
}

#ifdef BENCH_POCO_AND_CGICC
std::uint64_t poco(const std::string&, const std::string& body) {
  std::istringstream in{body};
  Poco::Net::MultipartReader form{in, std::string{bodies::boundary}};
  std::uint64_t bytes = 0;
  char buffer[64 * 1024];
  while (form.hasNextPart()) {
    Poco::Net::MessageHeader header;
    form.nextPart(header);
    std::string disposition;
    Poco::Net::NameValueCollection said;
    Poco::Net::MessageHeader::splitParameters(header["Content-Disposition"], disposition, said);
    benchmark::DoNotOptimize(said["filename"]);
    while (form.stream().read(buffer, sizeof buffer) || form.stream().gcount() > 0)
      bytes += static_cast<std::uint64_t>(form.stream().gcount());
  }
  return bytes;
}

std::uint64_t cgicc(const std::string& type, const std::string& body) {
  interop::cgi_request request{type, body};
  const ::cgicc::Cgicc form{&request};
  std::uint64_t bytes = 0;
  for (const ::cgicc::FormFile& file : form.getFiles()) bytes += file.getData().size();
  return bytes;
}

BENCHMARK(large<poco>)->Name("POCO")->Apply(kinds);
BENCHMARK(tiny<poco>)->Name("POCO_tiny_parts")->Arg(0)->Arg(1);
BENCHMARK(large<cgicc>)->Name("cgicc")->Apply(kinds);
BENCHMARK(tiny<cgicc>)->Name("cgicc_tiny_parts")->Arg(0)->Arg(1);
#endif

#ifdef BENCH_MICROHTTPD
// A connection whose request has the Content-Type of the forms; `use` is called with it.
void with_connection(const std::function<void(MHD_Connection*)>& use) {
  const auto answer = [](void* what, MHD_Connection* connection, const char*, const char*, const char*,
                         const char*, std::size_t*, void**) {
    (*static_cast<const std::function<void(MHD_Connection*)>*>(what))(connection);
    return MHD_NO;
  };
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  MHD_Daemon* const daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, nullptr, nullptr, answer,
                                              const_cast<std::function<void(MHD_Connection*)>*>(&use),
                                              MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_END);
  if (!daemon) return;
  address.sin_port = htons(MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  const std::string request =
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Type: " + bodies::content_type() +
      "\r\n\r\n";
  char closed = 0;
  if (connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      send(client, request.data(), request.size(), 0) > 0)
    static_cast<void>(recv(client, &closed, 1, 0));
  close(client);
  MHD_stop_daemon(daemon);
}

MHD_Connection* connection = nullptr;
std::size_t chunk = 64 * 1024;

std::uint64_t microhttpd(const std::string&, const std::string& body) {
  std::uint64_t bytes = 0;
  const auto take = [](void* sum, MHD_ValueKind, const char*, const char*, const char*, const char*,
                       const char*, std::uint64_t, std::size_t size) {
    *static_cast<std::uint64_t*>(sum) += size;
    return MHD_YES;
  };
  MHD_PostProcessor* const form = MHD_create_post_processor(connection, 64 * 1024, take, &bytes);
  for (std::size_t i = 0; i < body.size(); i += chunk)
    MHD_post_process(form, body.data() + i, std::min(chunk, body.size() - i));
  MHD_destroy_post_processor(form);
  return bytes;
}

template <void (*Run)(benchmark::State&)>
void connected(benchmark::State& state) {
  with_connection([&](MHD_Connection* c) {
    connection = c;
    chunk = static_cast<std::size_t>(state.range(1));
    Run(state);
  });
}

BENCHMARK(connected<large<microhttpd>>)
    ->Name("libmicrohttpd")
    ->Apply(bodies::arguments)
    ->MeasureProcessCPUTime();
BENCHMARK(connected<tiny<microhttpd>>)
    ->Name("libmicrohttpd_tiny_parts")
    ->Args({0, 65536})
    ->Args({1, 65536})
    ->MeasureProcessCPUTime();
#endif

}  // namespace
