// How verdicts are shown: one JSON object a line, or one readable line.
#pragma once

#include <uploadgate/display.hpp>

#include "judge_file.hpp"

#include <chrono>
#include <string>

namespace uploadgate::cli {

// The object of the contract, on one line.
std::string to_json(const judged_file& f);
// One line for a person.
std::string to_line(const judged_file& f);
// The facts for a person: "image/png, 640x480, 1 frame".
std::string summary(const facts& f);
// What one rule learnt, for a person: "image/png, 640x480, every byte".
std::string learnt(const facts& f);
// "2026-11-22T11:22:03Z".
std::string utc_time(std::chrono::system_clock::time_point t);

}  // namespace uploadgate::cli
