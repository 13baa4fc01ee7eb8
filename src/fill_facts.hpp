// Facts from one inspection to another.
#pragma once

#include <uploadgate/facts.hpp>

namespace uploadgate {

// fill gives `to` the facts that it lacks.
void fill(facts& to, const facts& from);

}  // namespace uploadgate
