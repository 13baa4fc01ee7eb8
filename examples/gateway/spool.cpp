#include "spool.hpp"

namespace gateway {

bool disk_budget::take(std::uint64_t bytes) {
  if (used_.fetch_add(bytes) + bytes <= most_) return true;
  used_ -= bytes;
  return false;
}

spool::spool(const std::string& folder, disk_budget& budget, std::uint64_t cached)
    : budget_{budget}, file_{cached} {
  if (const std::error_code ec = file_.open(folder)) throw std::system_error{ec, folder};
}

spool::~spool() { budget_.give(size_); }

std::error_code spool::write(uploadgate::bytes_view bytes) {
  if (!budget_.take(bytes.size())) return make_error_code(std::errc::no_space_on_device);
  size_ += bytes.size();
  return file_.write(bytes);
}

}  // namespace gateway
