// Verdicts to record.
#pragma once

#include <uploadgate/decision.hpp>
#include <uploadgate/validators/max_size.hpp>

#include "support/uploads.hpp"

namespace uploadgate::test {

inline judged accepted() { return judge(policy{max_size{10}}, {}, "abc"); }
inline judged rejected() { return judge(policy{max_size{2}}, {}, "abc"); }
inline judged unfinished() { return {}; }

// A time that is easy to read: 2026-11-22 11:22:03.000456 UTC.
inline constexpr std::chrono::system_clock::time_point noon{std::chrono::microseconds{1795346523000456}};

}  // namespace uploadgate::test
