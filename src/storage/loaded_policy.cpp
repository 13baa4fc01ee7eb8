#include <uploadgate/http/form_policy_file.hpp>
#include <uploadgate/policy_file.hpp>
#include <uploadgate/storage/loaded_policy.hpp>
#include <uploadgate/storage/receipt.hpp>

#include "json_reader.hpp"

#include <algorithm>
#include <utility>

namespace uploadgate {
namespace {

const json::value* member_of(const json::value& o, std::string_view key) {
  const auto it = std::ranges::find(o.members, key, &json::member::key);
  return it == o.members.end() ? nullptr : &it->content;
}

// A field's policy must stand in the text: in place, or in "policies".
void refuse_other_files(const json::value& root) {
  const json::value* known = member_of(root, "policies");
  for (const json::member& field : member_of(root, "fields")->members) {
    const json::value* policy = member_of(field.content, "policy");
    if (!policy || policy->kind != json::kind::text || (known && member_of(*known, policy->text))) continue;
    json::refuse(policy->at, "a version holds its policies in itself: " + json::quoted(policy->text) +
                                 " is not in \"policies\"");
  }
}

form_policy renumbered(const form_policy& form, std::uint64_t number) {
  std::vector<form_field> fields = form.fields();
  for (form_field& f : fields)
    if (f.files) f.files = f.files->named(std::string{f.files->name()}, number);
  return form_policy{std::move(fields), form.limits()};
}

}  // namespace

loaded_policy read_policy_text(std::string text, std::uint64_t number) {
  const json::value root = json::read(text);
  loaded_policy loaded;
  loaded.number = number;
  if (member_of(root, "fields")) {
    refuse_other_files(root);
    const form_policy form = parse_form_policy(text);
    loaded.form = number ? renumbered(form, number) : form;
    loaded.sha256 = policy_digest(text);
  } else {
    const policy_document document = parse_policy(text);
    loaded.files = make_policy(document).named(document.name, number ? number : document.version);
    loaded.sha256 = policy_digest(to_json(document));
  }
  loaded.text = std::move(text);
  return loaded;
}

}  // namespace uploadgate
