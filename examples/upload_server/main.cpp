// An upload server on loopback that judges files while they arrive. `./dev run` starts it.
#include <uploadgate/policy_file.hpp>

#include "log.hpp"
#include "resumable_uploads.hpp"
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
#include <boost/asio/use_awaitable.hpp>

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

uploadgate::policy_document read_policy(const std::string& path) {
  using namespace uploadgate;
  policy_document document = path.empty() ? parse_policy(default_policy_json()) : load_policy(path);
  document.content.digest = true;  // files are stored under it
  return document;
}

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

// The fields of the page's form.
uploadgate::form_policy page_form(const uploadgate::policy& files) {
  std::vector<uploadgate::form_field> fields{{.name = "title"}, {.name = "note"}};
  fields.push_back({.name = "files", .files = files, .max_count = 50});
  return uploadgate::form_policy{std::move(fields)};
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
  const uploadgate::policy_document document = read_policy(options.policy_file);
  const uploadgate::policy policy = uploadgate::make_policy(document);
  const uploadgate::receipt_keys keys = read_keys(options.folder);
  const uploadgate::vault files{options.folder.string()};
  const server_state server{.options = options,
                            .policy = policy,
                            .form = page_form(policy),
                            .files = files,
                            .keys = keys,
                            .policy_name = document.name,
                            .policy_text = uploadgate::to_json(document),
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
  app.add_option("--policy", o.policy_file, "Policy file; without it the built-in policy `default`");
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
