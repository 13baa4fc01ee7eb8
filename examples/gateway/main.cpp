// uploadgate-proxy: a reverse proxy that judges uploads before the application sees a byte of them.
#include "admin.hpp"
#include "listener.hpp"
#include "log.hpp"
#include "session.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <csignal>
#include <iostream>
#include <map>
#include <optional>

namespace {

namespace net = boost::asio;
using net::ip::tcp;

tcp::endpoint endpoint_of(const gateway::address& a) {
  return {net::ip::make_address(a.host), static_cast<std::uint16_t>(std::stoul(a.port))};
}

// Takes the routes of the file anew; the last good ones stay where it is wrong.
void reload(gateway::shared_state& state, const std::string& path) {
  try {
    state.replace_routes(gateway::load_settings(path).routes);
    ++state.counts.reloads;
    log_line({{"event", "reloaded"}, {"routes", state.current_routes()->routes.size()}});
  } catch (const std::exception& e) {
    ++state.counts.failed_reloads;
    log_line({{"event", "reload_failed"}, {"detail", e.what()}});
  }
}

// Follows what is applied to the policy folders of routes; nobody has to send a signal. What is wrong is said
// once.
net::awaitable<void> follow_folders(gateway::shared_state& state) {
  constexpr std::chrono::seconds interval{1};
  net::steady_timer timer{co_await net::this_coro::executor};
  for (std::map<std::string, std::string> told;;) {
    timer.expires_after(interval);
    co_await timer.async_wait(net::use_awaitable);
    const gateway::routes routes = state.current_routes();
    for (const gateway::route& r : routes->routes) {
      const uploadgate::reload_result result = r.policy->follow();
      if (result.changed) {
        const auto now = r.policy->get();
        log_line({{"event", "policy"},
                  {"route", r.pattern},
                  {"policy_version", now->number},
                  {"policy_sha256", now->sha256}});
      } else if (!result.error.empty() && told[r.pattern] != result.error) {
        log_line({{"event", "policy"}, {"route", r.pattern}, {"failure", result.error}});
      }
      told[r.pattern] = result.error;
    }
  }
}

void run(const std::string& path) {
  gateway::shared_state state{gateway::load_settings(path)};
  const gateway::settings& config = state.config;
  io_threads threads{config.threads};
  listener clients{threads, endpoint_of(config.listen), config.max_connections,
                   [&](tcp::socket s) { return gateway::serve(std::move(s), state); }};
  const gateway::admin_pages pages{
      [&] { return state.counts.text(clients.open(), state.disk.used()) + state.decisions.prometheus(); },
      [&] { return !state.stopping; }};
  std::optional<listener> admin;
  if (!config.admin.port.empty()) {
    constexpr std::size_t few = 16;
    admin.emplace(threads, endpoint_of(config.admin), few,
                  [&](tcp::socket s) { return gateway::serve_admin(std::move(s), pages); });
  }
  net::signal_set hangups{threads.first(), SIGHUP};
  std::function<void()> wait_for_hangup = [&] {
    hangups.async_wait([&](boost::system::error_code ec, int) {
      if (ec) return;
      reload(state, path);
      (void)state.decisions.reopen();  // its counters tell of a failure
      wait_for_hangup();
    });
  };
  wait_for_hangup();
  net::co_spawn(threads.first(), follow_folders(state), net::detached);
  std::cout << "Listening on http://" << config.listen.host << ":" << clients.port() << "/";
  if (admin) std::cout << "  admin on http://" << config.admin.host << ":" << admin->port() << "/";
  std::cout << std::endl;
  run_until_signal(
      threads, config.wait.stop,
      [&] {
        state.stopping = true;
        clients.stop();
      },
      [&] { return clients.open(); });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"A reverse proxy that judges uploads before the application sees a byte of them",
               "uploadgate-proxy"};
  std::string config;
  bool check = false;
  app.add_option("--config", config, "Configuration file (JSON)")->required();
  app.add_flag("--check", check, "Read the configuration, say whether it is in order, and stop");
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);  // sendfile has no flag for it
  try {
    if (check) {
      const gateway::settings s = gateway::load_settings(config);
      std::cout << config << ": in order, " << s.routes->routes.size() << " routes\n";
    } else {
      run(config);
    }
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "uploadgate-proxy: " << e.what() << '\n';
    return 2;
  }
}
