// Uploads that go on over several requests, as tus 1.0 says: POST /uploads begins one, HEAD tells how far it
// is, PATCH goes on, DELETE gives it up.
#pragma once

#include <uploadgate/policy.hpp>
#include <uploadgate/storage/vault.hpp>

#include "rules.hpp"
#include "transfer.hpp"

#include <algorithm>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>

// One upload in parts, and the rules that judge it, whatever comes into force meanwhile.
struct upload_in_parts {
  uploadgate::slot slot;
  std::shared_ptr<const server_rules> rules;
};

// resumable_uploads keeps the slots between their requests, so that no byte is judged twice; a slot that it
// has let go, or that is from before a restart, is judged again from its beginning, by the rules of then.
// Thread-safe.
class resumable_uploads {
 public:
  explicit resumable_uploads(uploadgate::vault files) : files_{std::move(files)} {}

  [[nodiscard]] uploadgate::slot create(const uploadgate::policy& policy, const uploadgate::upload& claim,
                                        std::error_code& ec);
  // take gives the slot to one request; until it is kept again, another gets storage_errc::slot_in_use.
  [[nodiscard]] upload_in_parts take(std::shared_ptr<const server_rules> now, const std::string& id,
                                     std::error_code& ec);
  void keep(upload_in_parts upload);

 private:
  uploadgate::vault files_;
  std::mutex mutex_;
  std::list<upload_in_parts> kept_;  // the latest in front
};

// is_part_of_upload says whether the target is /uploads or /uploads/ID.
bool is_part_of_upload(boost::beast::string_view target);
// receive_part answers one such request, and says whether the connection may go on.
net::awaitable<bool> receive_part(connection c, header_parser&& header);
