// uploadgate in a server of cpp-httplib: PUT /files/NAME judges a file while it arrives.
//   httplib_server [POLICY]        prints its address; without a policy file the built-in policy
#include <uploadgate/display.hpp>
#include <uploadgate/policy_file.hpp>
#include <uploadgate/uploadgate.hpp>

#include <httplib.h>

#include <cstdio>
#include <string>

namespace {

// What the client's words claim. The name is the path's last segment, which httplib has decoded.
uploadgate::upload claim_of(const httplib::Request& request, const std::string& name,
                            const std::string& type) {
  uploadgate::upload claim{.filename = name, .content_type = type};
  if (request.has_header("Content-Length"))
    claim.size = request.get_header_value<std::uint64_t>("Content-Length");
  return claim;
}

void receive(const uploadgate::policy& policy, const httplib::Request& request, httplib::Response& response,
             const httplib::ContentReader& read) {
  const std::string name = request.matches[1];
  const std::string type = request.get_header_value("Content-Type");
  uploadgate::inspection in = policy.inspect(claim_of(request, name, type));
  // Give the bytes to your storage here as well, and keep them only where the verdict is accepted.
  const bool whole = in.verdict().pending() && read([&](const char* data, std::size_t size) {
                       return in.feed(uploadgate::as_bytes({data, size}));
                     });
  const uploadgate::verdict verdict = whole || in.verdict().rejected() ? in.finish() : in.verdict();
  if (verdict.pending()) return;  // the client went away, and httplib answers 400
  response.status = verdict.accepted() ? 201 : static_cast<int>(uploadgate::http_status(verdict.condition()));
  response.set_content(uploadgate::to_json(verdict, in.facts()) + "\n", "application/json");
  if (!whole) response.set_header("Connection", "close");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    using namespace uploadgate;
    const policy rules = make_policy(argc > 1 ? load_policy(argv[1]) : parse_policy(default_policy_json()));
    httplib::Server server;
    server.Put("/files/(.+)", [&](const auto& request, auto& response, const auto& read) {
      receive(rules, request, response, read);
    });
    std::printf("http://127.0.0.1:%d/files/\n", server.bind_to_any_port("127.0.0.1"));
    std::fflush(stdout);
    return server.listen_after_bind() ? 0 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "httplib_server: %s\n", e.what());
    return 2;
  }
}
