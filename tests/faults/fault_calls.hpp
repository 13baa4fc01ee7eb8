// System calls that fail or kill the process at a chosen call.
#pragma once

#include "storage/system_calls.hpp"

#include <cstdint>

namespace uploadgate::test {

enum class fault : std::uint8_t {
  error,        // the call does not happen and gives an error
  short_write,  // a write takes one byte; another call gives EIO
  kill_before,  // SIGKILL instead of the call
  kill_after,   // SIGKILL when the call has happened
};

struct fault_plan {
  std::uint64_t at = 0;  // the call that is struck, counted from 1; 0 for none
  fault kind = fault::error;
  int error = 0;
  bool for_good = false;  // and every later call of the same name
};

// Starts counting at zero. One plan for the process.
void plan_fault(const fault_plan& plan);
// How many calls were made since plan_fault, and whether one was struck.
std::uint64_t calls_made();
bool fault_struck();
// The name of the call that was struck first.
const char* struck_call();

// With or without unnamed files (O_TMPFILE).
const storage::system_calls& faulty_calls(bool unnamed);

}  // namespace uploadgate::test
