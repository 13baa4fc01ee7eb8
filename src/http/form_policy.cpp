#include <uploadgate/http/content_disposition.hpp>
#include <uploadgate/http/form.hpp>
#include <uploadgate/validators/digest.hpp>

#include "http/form_policy_state.hpp"

#include <algorithm>
#include <utility>

namespace uploadgate {
namespace {

void check(const std::vector<form_field>& fields, const multipart_limits& limits) {
  if (fields.empty()) throw configuration_error{"a form policy needs a field"};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string& name = fields[i].name;
    if (i > 0 && fields[i - 1].name == name) throw configuration_error{"two fields are named " + name};
    std::string header;
    if (const result r = build_form_disposition(name, {}, header); !r.ok())
      throw configuration_error{"no form can have the field name '" + name + "': " + r.why().code.message()};
    if (name.size() > limits.max_name) throw configuration_error{"a field name is longer than max_name"};
    if (fields[i].max_count == 0) throw configuration_error{"max_count of field " + name + " is 0"};
  }
}

}  // namespace

const form_field* form_policy::shared::find(std::string_view name) const noexcept {
  const auto it = std::ranges::lower_bound(fields, name, {}, &form_field::name);
  return it != fields.end() && it->name == name ? &*it : nullptr;
}

form_policy::form_policy() : form_policy{multipart_limits{}} {}

form_policy::form_policy(const multipart_limits& limits)
    : shared_{std::make_shared<const shared>(shared{{}, limits, policy{digest{}}})} {}

form_policy::form_policy(std::vector<form_field> fields, const multipart_limits& limits) {
  std::ranges::sort(fields, {}, &form_field::name);
  check(fields, limits);
  for (form_field& f : fields) {
    if (!f.files || !f.digest) continue;
    const std::vector<std::string_view> rules = f.files->rule_names();
    if (std::ranges::find(rules, digest::name) == rules.end()) f.files = f.files->with(digest{});
  }
  shared_ = std::make_shared<const shared>(shared{std::move(fields), limits, policy{digest{}}});
}

const multipart_limits& form_policy::limits() const noexcept { return shared_->limits; }
const std::vector<form_field>& form_policy::fields() const noexcept { return shared_->fields; }

}  // namespace uploadgate
