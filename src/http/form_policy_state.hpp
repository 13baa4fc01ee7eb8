// How a form policy keeps its fields.
#pragma once

#include <uploadgate/http/form.hpp>

#include <string_view>
#include <vector>

namespace uploadgate {

struct form_policy::shared {
  std::vector<form_field> fields;  // sorted by name; empty where no field is judged
  multipart_limits limits;
  policy digest_only;

  [[nodiscard]] const form_field* find(std::string_view name) const noexcept;
};

}  // namespace uploadgate
