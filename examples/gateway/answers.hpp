// The gateway's own answers, all as application/problem+json (RFC 9457).
#pragma once

#include <uploadgate/verdict.hpp>

#include "session.hpp"

#include <boost/json/object.hpp>

namespace gateway {

// own_answer is an answer that the application has no part in.
struct own_answer {
  unsigned status = 0;
  std::string rule, reason, detail;
  boost::json::object more{};  // further members of the problem
};

own_answer answer_of(const uploadgate::verdict& v);

// send_answer writes it; where the connection does not go on, it then reads on for a bounded time and number
// of bytes, so that a client which is still sending reads its answer instead of a reset.
net::awaitable<void> send_answer(session& s, const own_answer& a, std::string_view request_id, bool go_on,
                                 bool head_only);

}  // namespace gateway
