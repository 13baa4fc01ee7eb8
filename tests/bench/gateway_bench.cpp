// An upload of 1 GiB through a proxy to an application that throws it away: a bare Beast proxy against
// uploadgate-proxy judging and spooling it. Each run starts a proxy for one upload and counts that process's
// CPU time, so the cost of the client and of the application does not blur the ratio.
#include <uploadgate/bytes.hpp>

#include <benchmark/benchmark.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <openssl/evp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using net::ip::tcp;
using uploadgate::GiB;
using uploadgate::KiB;

constexpr std::uint64_t file_size = GiB;
constexpr std::size_t buffer_size = 64 * KiB;

// Reads one message's body and answers: the application.
void swallow(tcp::acceptor& acceptor) {
  tcp::socket socket = acceptor.accept();
  boost::beast::flat_buffer buffer;
  buffer.reserve(buffer_size);
  http::request_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  http::read_header(socket, buffer, parser);
  std::uint64_t left =
      *parser.content_length() - std::min<std::uint64_t>(buffer.size(), *parser.content_length());
  std::vector<char> piece(256 * KiB);
  while (left > 0) left -= socket.read_some(net::buffer(piece));
  net::write(socket, net::buffer(std::string_view{"HTTP/1.1 204 No Content\r\n\r\n"}));
}

// A form with one file; gives the answer's status.
unsigned upload(std::uint16_t port) {
  net::io_context context;
  tcp::socket socket{context};
  socket.connect({net::ip::address_v4::loopback(), port});
  const std::string head =
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: "
      "image/png\r\n\r\n";
  const std::string tail = "\r\n--b--\r\n";
  net::write(
      socket,
      net::buffer("POST /files HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                  "Content-Length: " +
                  std::to_string(head.size() + file_size + tail.size()) + "\r\n\r\n" + head));
  std::string piece(256 * KiB, 'x');
  net::write(socket, net::buffer(std::string{"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16} + piece.substr(16)));
  for (std::uint64_t sent = piece.size(); sent < file_size; sent += piece.size())
    net::write(socket, net::buffer(piece));
  net::write(socket, net::buffer(tail));
  boost::beast::flat_buffer buffer;
  http::response<http::string_body> answer;
  http::read(socket, buffer, answer);
  return answer.result_int();
}

// The classic relay of Beast's documentation: a buffer_body in, a buffer_body out.
[[noreturn]] void bare_proxy(tcp::acceptor& acceptor, std::uint16_t upstream_port, bool hashing) {
  EVP_MD_CTX* hash = EVP_MD_CTX_new();
  EVP_DigestInit_ex(hash, EVP_sha256(), nullptr);
  tcp::socket client = acceptor.accept();
  tcp::socket upstream{client.get_executor()};
  upstream.connect({net::ip::address_v4::loopback(), upstream_port});
  boost::beast::flat_buffer buffer;
  buffer.reserve(buffer_size);
  http::request_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  http::read_header(client, buffer, parser);
  http::request_serializer<http::buffer_body> serializer{parser.get()};
  std::vector<char> piece(buffer_size);
  boost::system::error_code ec;
  do {
    auto& body = parser.get().body();
    if (!parser.is_done()) {
      body.data = piece.data();
      body.size = piece.size();
      http::read_some(client, buffer, parser, ec);
      body.size = piece.size() - body.size;
      body.data = piece.data();
      body.more = !parser.is_done();
      if (hashing) EVP_DigestUpdate(hash, body.data, body.size);
    } else {
      body.data = nullptr;
      body.size = 0;
      body.more = false;
    }
    if (ec == http::error::need_buffer) ec = {};
    http::write(upstream, serializer, ec);
    if (ec == http::error::need_buffer) ec = {};
  } while (!ec && !(parser.is_done() && serializer.is_done()));
  boost::beast::flat_buffer answer_buffer;
  http::response<http::string_body> answer;
  http::read(upstream, answer_buffer, answer, ec);
  http::write(client, answer, ec);
  _exit(ec ? 1 : 0);
}

// A started uploadgate-proxy, and the pipe with its first line.
struct gateway_process {
  pid_t pid = -1;
  std::uint16_t port = 0;
  std::string config;
};

gateway_process start_gateway(std::uint16_t upstream_port, const std::string& content_rules) {
  gateway_process p;
  p.config =
      (std::filesystem::temp_directory_path() / ("gateway_bench." + std::to_string(getpid()))).string();
  std::ofstream{p.config}
      << R"({"listen": "127.0.0.1:0", "upstream": "127.0.0.1:)" << upstream_port
      << R"(", "spool": {"folder": ")" << std::filesystem::temp_directory_path().string()
      << R"("}, "routes": [{"path": "/files", "form": {"max_body": "2 GiB", "fields": {"file": )"
      << R"({"policy": {"extensions": ["png"], "max_size": "1 GiB", "content": )" << content_rules
      << "}}}}}]}";
  int out[2];
  if (pipe(out) != 0) return p;
  p.pid = fork();
  if (p.pid == 0) {
    dup2(out[1], STDOUT_FILENO);
    if (!std::freopen("/dev/null", "w", stderr)) _exit(1);
    execl(UPLOADGATE_PROXY, UPLOADGATE_PROXY, "--config", p.config.c_str(), static_cast<char*>(nullptr));
    _exit(1);
  }
  close(out[1]);
  std::string line(128, '\0');
  const ssize_t n = read(out[0], line.data(), line.size());
  close(out[0]);
  const std::string mark = "127.0.0.1:";
  if (const std::size_t at = line.find(mark); n > 0 && at != line.npos)
    p.port = static_cast<std::uint16_t>(std::stoul(line.substr(at + mark.size())));
  return p;
}

// start(upstream port) gives the process and its port.
template <class Start>
void measure(benchmark::State& state, Start start) {
  long memory = 0;
  std::chrono::duration<double> wall{};
  for (auto _ : state) {
    net::io_context context;
    tcp::acceptor application{context, {net::ip::address_v4::loopback(), 0}};
    const auto [pid, port, config] = start(application.local_endpoint().port());
    if (port == 0) return state.SkipWithError("the proxy did not start");
    const auto started = std::chrono::steady_clock::now();
    std::thread swallower{[&] { swallow(application); }};
    const unsigned status = upload(port);
    swallower.join();
    wall += std::chrono::steady_clock::now() - started;
    kill(pid, SIGTERM);
    rusage used{};
    int ended = 0;
    wait4(pid, &ended, 0, &used);
    if (!config.empty()) std::filesystem::remove(config);
    if (status != 204) return state.SkipWithError(("the answer was " + std::to_string(status)).c_str());
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    state.SetIterationTime(seconds(used.ru_utime) + seconds(used.ru_stime));
    memory = std::max(memory, used.ru_maxrss);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(file_size));
  state.counters["peak_KiB"] = static_cast<double>(memory);
  state.counters["wall_s"] = wall.count() / static_cast<double>(state.iterations());
}

void bare(benchmark::State& state, bool hashing) {
  measure(state, [hashing](std::uint16_t upstream_port) {
    net::io_context context;
    tcp::acceptor acceptor{context, {net::ip::address_v4::loopback(), 0}};
    const std::uint16_t port = acceptor.local_endpoint().port();
    const pid_t pid = fork();
    if (pid == 0) bare_proxy(acceptor, upstream_port, hashing);
    return gateway_process{pid, port, {}};
  });
}

void bare_beast_proxy(benchmark::State& state) { bare(state, false); }
void bare_beast_proxy_with_openssl_sha256(benchmark::State& state) { bare(state, true); }

void gateway(benchmark::State& state, const char* content_rules) {
  measure(state, [&](std::uint16_t port) { return start_gateway(port, content_rules); });
}

void gateway_with_four_rules(benchmark::State& state) {
  gateway(state, R"({"structure": "off", "digest": false})");
}
void gateway_with_four_rules_and_sha256(benchmark::State& state) {
  gateway(state, R"({"structure": "off", "digest": true})");
}

BENCHMARK(bare_beast_proxy)->UseManualTime()->Iterations(3);
BENCHMARK(bare_beast_proxy_with_openssl_sha256)->UseManualTime()->Iterations(3);
BENCHMARK(gateway_with_four_rules)->UseManualTime()->Iterations(3);
BENCHMARK(gateway_with_four_rules_and_sha256)->UseManualTime()->Iterations(3);

}  // namespace
