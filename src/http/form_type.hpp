// A request's Content-Type, as the parser of forms takes it.
#pragma once

#include <uploadgate/verdict.hpp>

#include <string_view>

namespace uploadgate::http {

struct form_type {
  std::string_view boundary{};
  bool ascii_only = false;  // it names a character set in which only ASCII is what it is in UTF-8
};

// read_form_type is parse_boundary that tells of the character set too.
result read_form_type(std::string_view content_type, form_type& out);

// is_ascii_superset says whether a character set, as a header names it, is one of those that clients name by
// default and that agree with UTF-8 in ASCII, and only there.
bool is_ascii_superset(std::string_view charset);

}  // namespace uploadgate::http
