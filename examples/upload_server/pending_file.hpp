// A file on its way into the vault. Its bytes were judged by the body that they come from.
#pragma once

#include <uploadgate/storage/vault.hpp>

#include "rules.hpp"
#include "session.hpp"

#include <memory>
#include <string>
#include <system_error>

class pending_file {
 public:
  // Throws std::system_error.
  pending_file(const server_state& server, std::shared_ptr<const server_rules> rules);

  std::error_code write(uploadgate::bytes_view bytes) { return slot_.write(bytes); }
  // What was written, for the inspection that judges it.
  [[nodiscard]] uploadgate::completed_file contents() const { return slot_.contents(); }
  // Publishes the bytes with a receipt of what was learnt about them. The id is empty where it fails.
  std::string publish(const uploadgate::facts& learnt, std::error_code& ec);
  [[nodiscard]] const std::string& receipt() const { return receipt_; }

 private:
  const server_state& server_;
  std::shared_ptr<const server_rules> rules_;  // that judge it
  std::unique_ptr<uploadgate::facts> learnt_ = std::make_unique<uploadgate::facts>();
  uploadgate::slot slot_;
  std::string receipt_;
};

// publish_with_receipt stores a slot that the rules accepted with a receipt, and gives its id; empty where it
// fails.
std::string publish_with_receipt(const server_state& server, const server_rules& rules,
                                 uploadgate::slot& slot, std::string& receipt, std::error_code& ec);
