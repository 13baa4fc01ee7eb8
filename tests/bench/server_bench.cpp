// Receiving a large body over loopback: a bare Beast server against the same server judging. Each run forks a
// server for one connection and counts that process's CPU time, so the client's cost does not blur the ratio.
#include <uploadgate/http/beast.hpp>
#include <uploadgate/uploadgate.hpp>

#include <benchmark/benchmark.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <openssl/evp.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using net::ip::tcp;
using namespace uploadgate;

constexpr std::uint64_t body_size = GiB;
constexpr std::size_t buffer_size = 64 * KiB;

// A Body that throws its bytes away, or hands them to a function: the baseline.
struct bare_body {
  struct value_type {
    std::function<void(bytes_view)> each;
  };
  struct reader {
    value_type& body;
    template <bool R, class F>
    reader(http::header<R, F>&, value_type& b) : body{b} {}
    void init(const boost::optional<std::uint64_t>&, boost::beast::error_code& ec) { ec = {}; }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, boost::beast::error_code& ec) {
      ec = {};
      std::size_t used = 0;
      for (const auto b : boost::beast::buffers_range_ref(buffers)) {
        if (body.each) body.each({static_cast<const std::byte*>(b.data()), b.size()});
        used += b.size();
      }
      return used;
    }
    void finish(boost::beast::error_code& ec) { ec = {}; }
  };
};

template <class Body, class Prepare>
[[noreturn]] void serve_one(tcp::acceptor& acceptor, Prepare prepare) {
  tcp::socket socket = acceptor.accept();
  boost::beast::flat_buffer buffer;
  buffer.reserve(buffer_size);
  http::request_parser<Body> parser;
  parser.body_limit(boost::none);
  http::read_header(socket, buffer, parser);
  prepare(parser.get().body());
  while (!parser.is_done()) http::read_some(socket, buffer, parser);
  _exit(0);
}

void send(const tcp::endpoint& to) {
  net::io_context context;
  tcp::socket socket{context};
  socket.connect(to);
  net::write(socket, net::buffer("PUT /files/a.png HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                                 std::to_string(body_size) + "\r\n\r\n"));
  std::string piece(256 * KiB, 'x');
  piece.replace(0, 16, std::string{"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16});
  for (std::uint64_t sent = 0; sent < body_size; sent += piece.size()) net::write(socket, net::buffer(piece));
  char end;
  boost::system::error_code ignored;
  socket.read_some(net::buffer(&end, 1), ignored);
}

template <class Body, class Prepare>
void measure(benchmark::State& state, Prepare prepare) {
  long memory = 0;
  for (auto _ : state) {
    net::io_context context;
    tcp::acceptor acceptor{context, {net::ip::address_v4::loopback(), 0}};
    const pid_t child = fork();
    if (child == 0) serve_one<Body>(acceptor, prepare);
    send(acceptor.local_endpoint());
    rusage used{};
    int status = 0;
    wait4(child, &status, 0, &used);
    if (status != 0) return state.SkipWithError("the server failed");
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    state.SetIterationTime(seconds(used.ru_utime) + seconds(used.ru_stime));
    memory = std::max(memory, used.ru_maxrss);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(body_size));
  state.counters["peak_KiB"] = static_cast<double>(memory);
}

void bare_beast(benchmark::State& state) {
  measure<bare_body>(state, [](auto&) {});
}

void bare_beast_with_openssl_sha256(benchmark::State& state) {
  measure<bare_body>(state, [](auto& body) {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestInit_ex(context, EVP_sha256(), nullptr);
    body.each = [context](bytes_view b) { EVP_DigestUpdate(context, b.data(), b.size()); };
  });
}

void judging(benchmark::State& state, const policy& p) {
  measure<beast::judged_body>(
      state, [&](auto& body) { body.judge(p.inspect({.filename = "a.png", .size = body_size})); });
}

const policy four_rules{path_guard{}, extension{"png", "jpg"}, max_size{2 * GiB}, magic_type{}};

void judging_with_four_rules(benchmark::State& state) { judging(state, four_rules); }
void judging_with_four_rules_and_sha256(benchmark::State& state) {
  judging(state, four_rules.with(digest{}));
}

BENCHMARK(bare_beast)->UseManualTime()->Iterations(3);
BENCHMARK(judging_with_four_rules)->UseManualTime()->Iterations(3);
BENCHMARK(bare_beast_with_openssl_sha256)->UseManualTime()->Iterations(3);
BENCHMARK(judging_with_four_rules_and_sha256)->UseManualTime()->Iterations(3);

}  // namespace
