// The parts of the module; each file binds one subject.
#pragma once

#include <uploadgate/policy.hpp>
#include <uploadgate/verdict.hpp>

#include <pybind11/pybind11.h>

#include <string>

namespace uploadgate::python {

namespace py = pybind11;

void bind_errors(py::module_& m);
void bind_verdict(py::module_& m);
void bind_policy(py::module_& m);
void bind_spool(py::module_& m);
void bind_form(py::module_& m);
void bind_receipt(py::module_& m);

// What Python sees as a Policy: the rules, and the canonical JSON that they were made of.
struct python_policy {
  policy rules;
  std::string json;
};

// Raises uploadgate.Rejected with a verdict, the facts of the file and, of a form, the name of the field.
[[noreturn]] void raise_rejected(const py::object& verdict, const py::object& facts, const py::object& field);

}  // namespace uploadgate::python
