#include "buffers.hpp"

#include <uploadgate/display.hpp>

#include <stdexcept>

namespace uploadgate::python {

borrowed_bytes::borrowed_bytes(py::handle object) {
  if (PyObject_GetBuffer(object.ptr(), &view_, PyBUF_SIMPLE) != 0) throw py::error_already_set();
}

one_at_a_time::one_at_a_time(bool& busy) : busy_{busy} {
  if (busy) throw std::runtime_error{"another thread is using this object"};
  busy = true;
}

py::str to_str(std::string_view text) {
  const std::string valid = valid_utf8(text);
  return {valid.data(), valid.size()};
}

std::string to_bytes(py::handle text) {
  if (py::isinstance<py::bytes>(text)) return text.cast<std::string>();
  if (!py::isinstance<py::str>(text)) throw py::type_error{"str or bytes expected"};
  return text.attr("encode")("utf-8", "surrogateescape").cast<std::string>();
}

}  // namespace uploadgate::python
