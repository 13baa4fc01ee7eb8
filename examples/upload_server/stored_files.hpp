// What the vault has: GET /files lists it, GET /files/ID sends one, DELETE /files/ID removes it.
#pragma once

#include "transfer.hpp"

response list_files(const server_state& server, const header_parser& header);
response send_file(const server_state& server, const header_parser& header, const std::string& id);
response remove_file(const server_state& server, const header_parser& header, const std::string& id);
