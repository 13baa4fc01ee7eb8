// Bytes that Python owns, borrowed without a copy, and the lock that judging them need not hold.
#pragma once

#include <uploadgate/bytes.hpp>

#include <pybind11/pybind11.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadgate::python {

namespace py = pybind11;

// Whatever has a contiguous buffer. Made and destroyed with the GIL held.
class borrowed_bytes {
 public:
  explicit borrowed_bytes(py::handle object);
  borrowed_bytes(borrowed_bytes&& other) noexcept : view_{std::exchange(other.view_, Py_buffer{})} {}
  borrowed_bytes(const borrowed_bytes&) = delete;
  borrowed_bytes& operator=(const borrowed_bytes&) = delete;
  borrowed_bytes& operator=(borrowed_bytes&&) = delete;
  ~borrowed_bytes() { PyBuffer_Release(&view_); }

  [[nodiscard]] bytes_view view() const noexcept {
    return {static_cast<const std::byte*>(view_.buf), static_cast<std::size_t>(view_.len)};
  }

 private:
  Py_buffer view_{};
};

// Giving the GIL away costs 30 ns, but who takes it back may wait for its switch interval of 5 ms: not worth
// it for work of a few microseconds.
inline constexpr std::size_t gil_kept_below = 8 * KiB;

template <class Work>
auto without_gil(std::size_t bytes, Work work) {
  if (bytes < gil_kept_below) return work();
  const py::gil_scoped_release released;
  return work();
}

// Refuses the second thread that uses a stream while the first is inside, where the GIL no longer does.
class one_at_a_time {
 public:
  explicit one_at_a_time(bool& busy);
  ~one_at_a_time() { busy_ = false; }
  one_at_a_time(const one_at_a_time&) = delete;
  one_at_a_time& operator=(const one_at_a_time&) = delete;

 private:
  bool& busy_;
};

// Text for Python, whatever bytes it is made of.
py::str to_str(std::string_view text);
// Bytes from Python: str as UTF-8 (what os.fsdecode could not read comes back as it was), or bytes.
std::string to_bytes(py::handle text);

}  // namespace uploadgate::python
