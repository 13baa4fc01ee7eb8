// An upload server on loopback that judges files while they arrive. `./dev run` starts it.
#include "listener.hpp"
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
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>

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

void run(const server_options& options) {
  const uploadgate::receipt_keys keys = read_keys(options.folder);
  const uploadgate::vault files{options.folder.string()};
  const server_state server{.options = options,
                            .rules = std::make_shared<rules_in_force>(options),
                            .log = open_audit(options),
                            .files = files,
                            .keys = keys,
                            .resumable = std::make_shared<resumable_uploads>(files)};
  io_threads threads{options.threads};
  listener clients{threads, tcp::endpoint{net::ip::make_address(options.address), options.port},
                   options.max_connections,
                   [&](tcp::socket s) { return serve(boost::beast::tcp_stream{std::move(s)}, server); }};
  net::co_spawn(threads.first(), follow_policy(server), net::detached);
  net::signal_set hangup{threads.first(), SIGHUP};
  net::co_spawn(threads.first(), follow_hangups(hangup, server), net::detached);
  const std::string url = "http://" + options.address + ":" + std::to_string(clients.port());
  std::cout << "Serving on " << url << "/  (Ctrl-C stops it)\n"
            << "Accepted files go to " << options.folder.string() << "/\n"
            << "Try:  curl -T photo.jpg " << url << "/files/\n"
            << "      curl -F title=Holiday -F files=@photo.jpg " << url << "/forms\n"
            << std::flush;
  run_until_signal(
      threads, options.stop_timeout, [&] { clients.stop(); }, [&] { return clients.open(); });
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
