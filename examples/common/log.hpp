// One JSON line an event, on standard error.
#pragma once

#include <boost/json/object.hpp>

// log_line adds the time and writes the line in one piece. Thread-safe.
void log_line(boost::json::object event);
