// cpp-httplib in the consensus test, through a server of its own; the parts of a name come together.
#include "../line_protocol.hpp"

#include <httplib.h>

#include <thread>

int main() {
  interop::parts seen;
  bool read = false;
  httplib::Server server;
  server.Post("/", [&](const httplib::Request& request, httplib::Response&) {
    read = request.is_multipart_form_data();
    // It keeps no difference between no file name and an empty one.
    for (const auto& [name, part] : request.files)
      seen.add(name, part.filename.empty() ? std::nullopt : std::optional{part.filename}, part.content);
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread serving{[&] { server.listen_after_bind(); }};
  httplib::Client client{"127.0.0.1", port};
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  const int status = interop::serve([&](const std::string& content_type, const std::string& body) {
    seen = {};
    read = false;
    const auto answer = client.Post("/", body, content_type.c_str());
    if (!answer || answer->status != 200 || !read) throw std::runtime_error("refused");
    return seen;
  });
  client.stop();
  server.stop();
  serving.join();
  return status;
}
