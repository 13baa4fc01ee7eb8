// uploadgate in a server of POCO: POST /forms judges a form, and each file in it, while it arrives.
//   poco_server FORM_POLICY        prints its address
#include <uploadgate/display.hpp>
#include <uploadgate/http/form.hpp>
#include <uploadgate/http/form_policy_file.hpp>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Util/ServerApplication.h>

#include <array>
#include <iostream>
#include <optional>
#include <string>

namespace {

namespace net = Poco::Net;

class receive_form : public net::HTTPRequestHandler {
 public:
  explicit receive_form(const uploadgate::form_policy& rules) : rules_{rules} {}

  // POCO's own form parser is not used: what is judged is what uploadgate reads.
  void handleRequest(net::HTTPServerRequest& request, net::HTTPServerResponse& response) override {
    std::optional<std::uint64_t> length;
    if (request.hasContentLength()) length = static_cast<std::uint64_t>(request.getContentLength64());
    uploadgate::form_inspection in = rules_.inspect(request.getContentType(), length);
    std::array<char, 65536> piece;
    std::istream& body = request.stream();
    while (in.verdict().pending() && body.good()) {
      body.read(piece.data(), static_cast<std::streamsize>(piece.size()));
      in.feed(uploadgate::as_bytes({piece.data(), static_cast<std::size_t>(body.gcount())}));
    }
    const uploadgate::verdict verdict = in.finish();
    const unsigned status = verdict.accepted() ? 201 : uploadgate::http_status(verdict.condition());
    response.setStatusAndReason(static_cast<net::HTTPResponse::HTTPStatus>(status));
    response.setContentType("application/json");
    if (verdict.rejected()) response.setKeepAlive(false);
    std::ostream& out = response.send();
    for (const uploadgate::form_part& part : in.parts())
      if (part.filename) out << uploadgate::to_json(part.verdict, part.facts) << "\n";
    if (verdict.rejected()) out << uploadgate::to_json(verdict, {}) << "\n";
  }

 private:
  const uploadgate::form_policy& rules_;
};

class factory : public net::HTTPRequestHandlerFactory {
 public:
  explicit factory(uploadgate::form_policy rules) : rules_{std::move(rules)} {}
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override {
    return new receive_form{rules_};  // POCO deletes it
  }

 private:
  uploadgate::form_policy rules_;
};

class application : public Poco::Util::ServerApplication {
  int main(const std::vector<std::string>& words) override {
    if (words.size() != 1) {
      std::cerr << "poco_server FORM_POLICY\n";
      return EXIT_USAGE;
    }
    net::ServerSocket socket{Poco::Net::SocketAddress{"127.0.0.1", 0}};
    Poco::SharedPtr<factory> handlers{new factory{uploadgate::load_form_policy(words[0])}};
    net::HTTPServer server{handlers, socket, new net::HTTPServerParams};
    server.start();
    std::cout << "http://127.0.0.1:" << socket.address().port() << "/forms" << std::endl;
    waitForTerminationRequest();
    server.stopAll();
    return EXIT_OK;
  }
};

}  // namespace

POCO_SERVER_MAIN(application)
