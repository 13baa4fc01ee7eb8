// Which uploads are judged, and by what.
#pragma once

#include "route_policy.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gateway {

// route judges the bodies of requests to a path: a form, or one file as the whole body.
struct route {
  std::string pattern;  // "/avatars", "/users/*/avatar", or "/files/" for all that is below
  std::vector<std::string> methods;
  std::shared_ptr<route_policy> policy;

  // covers compares segment by segment; what stands behind a `;` in a segment does not count, since some
  // servers cut it off.
  [[nodiscard]] bool covers(std::string_view method, std::string_view path) const;
};

struct route_table {
  std::vector<route> routes;       // the first that covers a request judges it
  bool refuse_other_forms = true;  // multipart bodies that no route covers do not pass

  [[nodiscard]] const route* find(std::string_view method, std::string_view path) const;
};

using routes = std::shared_ptr<const route_table>;

}  // namespace gateway
