#include <uploadgate/policy_file.hpp>
#include <uploadgate/storage/receipt.hpp>

#include "bindings.hpp"
#include "buffers.hpp"

#include <pybind11/stl.h>

#include <memory>
#include <optional>

namespace uploadgate::python {
namespace {

python_policy from_document(const policy_document& d) { return {make_policy(d), to_json(d)}; }

python_policy from_source(const py::object& source, const py::kwargs& rules) {
  if (source.is_none() && rules.empty()) return from_document(parse_policy(default_policy_json()));
  const py::object text = py::module_::import("uploadgate._sources").attr("policy_json")(source, rules);
  return from_document(parse_policy(to_bytes(text)));
}

struct python_inspection {
  inspection in;
  bool busy = false;

  bool feed(const py::object& chunk) {
    const borrowed_bytes bytes{chunk};
    const one_at_a_time alone{busy};
    const bytes_view view = bytes.view();
    return without_gil(view.size(), [&] { return in.feed(view); });
  }
  verdict finish() {
    const one_at_a_time alone{busy};
    const py::gil_scoped_release released;
    return in.finish();
  }
  facts accept() {
    const verdict v = finish();
    if (!v.accepted()) raise_rejected(py::cast(v), py::cast(in.facts()), py::none());
    return in.facts();
  }
  verdict verdict_now() {
    const one_at_a_time alone{busy};
    return in.verdict();
  }
  facts facts_now() {
    const one_at_a_time alone{busy};
    return in.facts();
  }
};

std::unique_ptr<python_inspection> inspect(const python_policy& p, const py::object& filename,
                                           const py::object& content_type, std::optional<std::uint64_t> size,
                                           const py::object& field) {
  const std::string name = to_bytes(filename);
  const std::string type = to_bytes(content_type);
  const std::string in_field = to_bytes(field);
  return std::make_unique<python_inspection>(
      python_inspection{p.rules.inspect({name, type, size, in_field})});
}

void bind_inspection(py::module_& m) {
  py::class_<python_inspection>(
      m, "Inspection",
      "One upload being judged: feed its bytes as they come, then finish. One thread at a time.")
      .def("feed", &python_inspection::feed, py::arg("chunk"),
           "feed(chunk) -> bool\n\n"
           "Judge the next bytes, of anything with a contiguous buffer, without a copy; of 8 KiB and more\n"
           "without the GIL, so nobody may change them meanwhile. True while the verdict is pending.")
      .def("finish", &python_inspection::finish,
           "finish() -> Verdict\n\nSay that the last byte has come. Only this accepts.")
      .def("accept", &python_inspection::accept,
           "accept() -> Facts\n\nFinish, and give the facts of an accepted file; raise Rejected otherwise.")
      .def_property_readonly("verdict", &python_inspection::verdict_now,
                             "Pending until a rule objects or finish() is called.")
      .def_property_readonly("facts", &python_inspection::facts_now, "What was learnt so far.");
}

}  // namespace

void bind_policy(py::module_& m) {
  py::class_<python_policy, std::shared_ptr<python_policy>>(
      m, "Policy",
      "Policy(source=None, /, **rules)\n\n"
      "An immutable set of rules, shared by any number of threads. The source is the JSON of a policy file "
      "or\n"
      "a dict of the same; the rules are its keys as keyword arguments, and win over the source:\n"
      "Policy(extensions=[\"png\", \"jpg\"], max_size=\"5 MiB\"). Without either it is the built-in policy\n"
      "`default`: every known type, strict, 100 MiB. Wrong rules raise ConfigurationError.")
      .def(py::init(&from_source), py::arg("source") = py::none(), py::pos_only())
      .def_static(
          "load",
          [](const py::object& path) {
            return from_document(load_policy(to_bytes(py::module_::import("os").attr("fspath")(path))));
          },
          py::arg("path"), "load(path) -> Policy\n\nRead a policy file.")
      .def_property_readonly("name", [](const python_policy& p) { return to_str(p.rules.name()); })
      .def_property_readonly("version", [](const python_policy& p) { return p.rules.version(); })
      .def_property_readonly(
          "rules",
          [](const python_policy& p) {
            py::list names;
            for (const std::string_view rule : p.rules.rule_names()) names.append(to_str(rule));
            return names;
          },
          "The names of the rules, in the order in which they are asked.")
      .def_property_readonly(
          "json", [](const python_policy& p) { return to_str(p.json); },
          "The policy as a file, with all its keys.")
      .def_property_readonly(
          "digest", [](const python_policy& p) { return policy_digest(p.json); },
          "The SHA-256 of json, as receipts quote it.")
      .def("inspect", &inspect, py::kw_only(), py::arg("filename") = "", py::arg("content_type") = "",
           py::arg("size") = py::none(), py::arg("field") = "",
           "inspect(*, filename='', content_type='', size=None, field='') -> Inspection\n\n"
           "Start judging one upload by what the client claims about it; the verdict may be a rejection\n"
           "already.")
      .def("__repr__", [](const python_policy& p) {
        return to_str("<Policy " + std::string{p.rules.name().empty() ? "without a name" : p.rules.name()} +
                      ", version " + std::to_string(p.rules.version()) + ">");
      });
  bind_inspection(m);
}

}  // namespace uploadgate::python
