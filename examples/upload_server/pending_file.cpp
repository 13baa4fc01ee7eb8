#include "pending_file.hpp"

#include <uploadgate/validators/digest.hpp>

#include <chrono>
#include <utility>

namespace {

// The rule of a slot whose bytes another inspection judges: it takes over what that one has learnt, the
// digest with it, which is why it has that name.
struct judged_elsewhere {
  static constexpr std::string_view name = uploadgate::digest::name;
  const uploadgate::facts* learnt;
  uploadgate::result finish(uploadgate::facts& f) {
    f = *learnt;
    return {};
  }
};

}  // namespace

pending_file::pending_file(const server_state& server, std::shared_ptr<const server_rules> rules)
    : server_{server}, rules_{std::move(rules)} {
  std::error_code ec;
  slot_ = server.files.receive(uploadgate::policy{judged_elsewhere{learnt_.get()}}.inspect({}), "", ec);
  if (ec) throw std::system_error(ec, "the vault");
}

std::string pending_file::publish(const uploadgate::facts& learnt, std::error_code& ec) {
  *learnt_ = learnt;
  slot_.finish();
  return publish_with_receipt(server_, *rules_, slot_, receipt_, ec);
}

std::string publish_with_receipt(const server_state& server, const server_rules& rules,
                                 uploadgate::slot& slot, std::string& receipt, std::error_code& ec) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
  receipt = server.keys.sign(
      uploadgate::make_receipt(slot.facts(), std::string{rules.policy.name()}, rules.text, seconds));
  return slot.publish(ec, receipt).id;
}
