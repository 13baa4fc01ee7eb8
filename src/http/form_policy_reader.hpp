// A form policy inside of another configuration file.
#pragma once

#include <uploadgate/http/form.hpp>

#include "json_reader.hpp"

#include <string>

namespace uploadgate {

// read_form_policy reads the object of a form policy; paths in it are relative to the folder.
form_policy read_form_policy(const json::value& v, const std::string& folder);

}  // namespace uploadgate
