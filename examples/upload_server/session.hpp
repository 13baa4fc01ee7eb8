// One connection: the page, and uploads that are judged while they arrive.
#pragma once

#include <uploadgate/audit.hpp>
#include <uploadgate/storage/receipt.hpp>
#include <uploadgate/storage/vault.hpp>

#include "options.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <memory>

class resumable_uploads;
class rules_in_force;

// What all sessions share. Read-only, but for what guards itself.
struct server_state {
  server_options options;
  std::shared_ptr<rules_in_force> rules;
  uploadgate::audit log;
  uploadgate::vault files;
  uploadgate::receipt_keys keys;
  std::shared_ptr<resumable_uploads> resumable;
};

// serve answers requests until the client goes, is too slow, or an upload is rejected while it arrives.
boost::asio::awaitable<void> serve(boost::beast::tcp_stream stream, const server_state& server);
