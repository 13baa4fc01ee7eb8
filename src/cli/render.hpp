// How verdicts are shown: one JSON object a line, or one readable line.
#pragma once

#include <uploadgate/display.hpp>

#include "judge_file.hpp"

#include <string>

namespace uploadgate::cli {

// The object of the contract, on one line.
std::string to_json(const judged_file& f);
// One line for a person.
std::string to_line(const judged_file& f);
// The facts for a person: "image/png, 640x480, 1 frame".
std::string summary(const facts& f);

}  // namespace uploadgate::cli
