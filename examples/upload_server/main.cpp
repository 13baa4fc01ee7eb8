// An upload server on loopback that judges files while they arrive. `./dev run` starts it.
#include "log.hpp"
#include "resumable_uploads.hpp"
#include "rules.hpp"
#include "session.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>
#include <vector>

namespace net = boost::asio;
using net::ip::tcp;

namespace {

// The keys for receipts; made once, beside the files.
uploadgate::receipt_keys read_keys(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const std::filesystem::path path = folder / "receipt-keys.json";
  if (!std::filesystem::exists(path)) {
    const std::filesystem::path made = folder / "receipt-keys.new";
    std::ofstream{made} << std::flush;
    std::filesystem::permissions(made,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    std::ofstream{made} << uploadgate::receipt_keys::generate("server");
    std::filesystem::rename(made, path);
  }
  return uploadgate::receipt_keys::load(path.string());
}

uploadgate::audit open_audit(const server_options& o) {
  using namespace uploadgate;
  const on_failure failure = o.audit_required ? on_failure::report : on_failure::count;
  if (o.audit_file.empty()) return audit{{descriptor_sink(STDERR_FILENO, failure)}};
  return audit{{file_sink(o.audit_file, failure)}};
}

// Follows what is applied to a policy folder: nobody has to send a signal.
net::awaitable<void> follow_policy(const server_state& server) {
  net::steady_timer timer{co_await net::this_coro::executor};
  for (;;) {
    timer.expires_after(server.options.policy_interval);
    co_await timer.async_wait(net::use_awaitable);
    server.rules->reload();
  }
}

// SIGHUP: another policy may be in force, and the log may have been renamed.
net::awaitable<void> follow_hangups(net::signal_set& hangup, const server_state& server) {
  for (;;) {
    co_await hangup.async_wait(net::use_awaitable);
    server.rules->reload();
    if (const std::error_code ec = server.log.reopen())
      log_line({{"event", "audit"}, {"failure", ec.message()}});
  }
}

net::awaitable<void> one_connection(tcp::socket socket, const server_state& server,
                                    std::atomic<std::size_t>& open) {
  try {
    co_await serve(boost::beast::tcp_stream{std::move(socket)}, server);
  } catch (const std::exception& e) {
    log_line({{"event", "error"}, {"detail", e.what()}});
  }
  --open;
}

net::awaitable<void> accept_all(tcp::acceptor& acceptor, const server_state& server,
                                std::atomic<std::size_t>& open) {
  while (acceptor.is_open()) {
    boost::system::error_code ec;
    tcp::socket socket = co_await acceptor.async_accept(net::make_strand(acceptor.get_executor()),
                                                        net::redirect_error(net::use_awaitable, ec));
    if (ec == net::error::operation_aborted) co_return;
    if (ec) {  // out of descriptors, most likely: wait for some to come back
      log_line({{"event", "accept"}, {"detail", ec.message()}});
      net::steady_timer pause{acceptor.get_executor(), std::chrono::milliseconds{100}};
      co_await pause.async_wait(net::redirect_error(net::use_awaitable, ec));
      continue;
    }
    if (open >= server.options.max_connections) continue;  // the socket closes here
    ++open;
    const auto executor = socket.get_executor();
    net::co_spawn(executor, one_connection(std::move(socket), server, open), net::detached);
  }
}

void run(const server_options& options) {
  const uploadgate::receipt_keys keys = read_keys(options.folder);
  const uploadgate::vault files{options.folder.string()};
  const server_state server{.options = options,
                            .rules = std::make_shared<rules_in_force>(options),
                            .log = open_audit(options),
                            .files = files,
                            .keys = keys,
                            .resumable = std::make_shared<resumable_uploads>(files)};
  net::io_context context{static_cast<int>(options.threads)};
  tcp::acceptor acceptor{context, {net::ip::make_address(options.address), options.port}};
  const std::string url =
      "http://" + options.address + ":" + std::to_string(acceptor.local_endpoint().port());
  std::cout << "Serving on " << url << "/  (Ctrl-C stops it)\n"
            << "Accepted files go to " << options.folder.string() << "/\n"
            << "Try:  curl -T photo.jpg " << url << "/files/\n"
            << "      curl -F title=Holiday -F files=@photo.jpg " << url << "/forms\n"
            << std::flush;
  std::atomic<std::size_t> open{0};
  net::co_spawn(context, accept_all(acceptor, server, open), net::detached);
  net::co_spawn(context, follow_policy(server), net::detached);
  net::signal_set hangup{context, SIGHUP};
  net::co_spawn(context, follow_hangups(hangup, server), net::detached);

  // The first signal stops accepting and lets uploads end; the context then runs out of work. The second one
  // stops.
  net::signal_set signals{context, SIGINT, SIGTERM};
  signals.async_wait([&](auto, auto) {
    log_line({{"event", "stopping"}, {"open", open.load()}});
    acceptor.close();
    signals.async_wait([&](boost::system::error_code ec, auto) {
      if (!ec) context.stop();
    });
    net::co_spawn(
        context,
        [&]() -> net::awaitable<void> {
          net::steady_timer timer{context};
          for (int i = 0; i < 300 && open > 0; ++i) {
            timer.expires_after(std::chrono::milliseconds{100});
            co_await timer.async_wait(net::use_awaitable);
          }
          context.stop();
        },
        net::detached);
  });
  std::vector<std::jthread> others;
  for (unsigned i = 1; i < options.threads; ++i) others.emplace_back([&] { context.run(); });
  context.run();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"An upload server that judges files while they arrive", "upload_server"};
  server_options o;
  app.add_option("--address", o.address, "Address to listen on")->capture_default_str();
  app.add_option("--port", o.port, "Port; 0 takes a free one")->capture_default_str();
  auto* file =
      app.add_option("--policy", o.policy_path, "Policy file; without it the built-in policy `default`");
  app.add_option("--policy-folder", o.policy_path, "Folder of `uploadgate policy apply`, which is followed")
      ->excludes(file);
  app.add_option("--candidate", o.candidate,
                 "Policy file or folder on trial: what it would say goes to the audit, and decides nothing");
  app.add_option("--audit", o.audit_file, "File for one JSON line a decision; without it standard error");
  app.add_flag("--audit-required", o.audit_required, "Let nothing in that could not be recorded");
  app.add_option("--folder", o.folder, "Folder for accepted files")->capture_default_str();
  app.add_option("--threads", o.threads)->check(CLI::Range(1, 64))->capture_default_str();
  app.add_option("--max-connections", o.max_connections)->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    run(o);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "upload_server: " << e.what() << '\n';
    return 1;
  }
}
