// An upload judged while it arrives, and kept on the disk until it is accepted.
#pragma once

#include <uploadgate/facts.hpp>
#include <uploadgate/http/form.hpp>
#include <uploadgate/verdict.hpp>

#include "answers.hpp"
#include "exchange.hpp"
#include "routes.hpp"

#include <boost/beast/http/empty_body.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace gateway {

// spooled_body is a body in canonical form: text, and runs of the spool.
struct spooled_body {
  struct piece {
    std::string text;
    std::uint64_t from = 0, length = 0;
  };
  std::unique_ptr<spool> file;
  std::vector<piece> pieces;
  judged_body description;
};

// judgement is what became of an upload: accepted with a body to send on, or an answer for the client.
struct judgement {
  bool accepted = false;
  std::error_code storage;  // why the disk did not take it
  spooled_body body;
  own_answer refusal;
};

using header_parser = http::request_parser<http::empty_body>;

// judge reads the whole body, and records a decision for each file in it. What the rules or the disk object
// to ends the reading at once.
net::awaitable<judgement> judge(session& s, const request& r, const origin& from,
                                const uploadgate::loaded_policy& by, header_parser&& header);

// send_spooled sends a judged body on, from the disk by sendfile.
body_sender send_spooled(const spooled_body& body);

}  // namespace gateway
