#include "log.hpp"

#include <boost/json/serialize.hpp>

#include <chrono>
#include <iostream>
#include <mutex>

void log_line(boost::json::object event) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  event.emplace("time_ms", std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  const std::string line = boost::json::serialize(event) + "\n";
  static std::mutex mutex;
  const std::lock_guard lock{mutex};
  std::cerr << line << std::flush;
}
