#include <uploadgate/display.hpp>
#include <uploadgate/safe_name.hpp>

#include "bindings.hpp"
#include "buffers.hpp"

#include <system_error>

namespace uploadgate::python {

void raise_rejected(const py::object& verdict, const py::object& facts, const py::object& field) {
  const py::object type = py::module_::import("uploadgate._errors").attr("Rejected");
  const py::object error = type(verdict, facts, field);
  PyErr_SetObject(type.ptr(), error.ptr());
  throw py::error_already_set();
}

void bind_errors(py::module_& m) {
  py::register_exception<configuration_error>(m, "ConfigurationError", PyExc_ValueError).attr("__doc__") =
      "A policy, a form policy or a key file is wrong; the message gives line and column.";
  m.attr("ConfigurationError").attr("__module__") = "uploadgate";
  py::register_exception_translator([](std::exception_ptr p) {  // NOLINT(performance-unnecessary-value-param)
    try {
      if (p) std::rethrow_exception(p);
    } catch (const std::system_error& e) {  // OSError chooses its own subclass by errno
      errno = e.code().value();
      PyErr_SetFromErrno(PyExc_OSError);
    }
  });
}

}  // namespace uploadgate::python

PYBIND11_MODULE(_native, m) {
  using namespace uploadgate::python;
  py::options options;
  options.disable_function_signatures();
  m.doc() = "The compiled part of uploadgate; import uploadgate instead.";
  bind_errors(m);
  bind_verdict(m);
  bind_policy(m);
  bind_spool(m);
  bind_form(m);
  bind_receipt(m);
  m.def(
      "safe_name", [](const py::object& name) { return to_str(uploadgate::safe_name(to_bytes(name))); },
      py::arg("name"),
      "safe_name(name) -> str\n\n"
      "One path component, at most 255 bytes, that is safe to store, to send and to show. It does not make\n"
      "names unique.");
  m.def(
      "printable", [](const py::object& text) { return to_str(uploadgate::printable(to_bytes(text))); },
      py::arg("text"),
      "printable(text) -> str\n\nThe text without what could steer a terminal or forge a line of a log.");
}
