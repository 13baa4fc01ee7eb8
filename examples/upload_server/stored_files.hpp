// What the vault has: GET /files lists it, GET /files/ID sends one, DELETE /files/ID removes it.
#pragma once

#include "transfer.hpp"

response list_files(const server_state& server, const header_parser& header);
// send_file sends in blocks, and says whether the connection may go on.
net::awaitable<bool> send_file(connection c, const header_parser& header, std::string id);
response remove_file(const server_state& server, const header_parser& header, const std::string& id);
