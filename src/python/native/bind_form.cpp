#include <uploadgate/http/form.hpp>
#include <uploadgate/http/form_policy_file.hpp>
#include <uploadgate/http/form_writer.hpp>

#include "bindings.hpp"
#include "buffers.hpp"
#include "sinks.hpp"

#include <pybind11/stl.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <variant>

namespace uploadgate::python {
namespace {

using destination = std::variant<std::monostate, std::shared_ptr<spool>, std::shared_ptr<event_sink>,
                                 std::shared_ptr<rewrite_sink>>;

struct make_sink {
  std::shared_ptr<sink> operator()(std::monostate) const { return nullptr; }
  std::shared_ptr<sink> operator()(std::shared_ptr<spool> s) const {
    return std::make_shared<spool_sink>(std::move(s));
  }
  template <class Sink>
  std::shared_ptr<sink> operator()(std::shared_ptr<Sink> s) const {
    return s;
  }
};

struct python_form {
  std::shared_ptr<sink> to;
  form_inspection in;
  bool busy = false;

  bool feed(const py::object& chunk) {
    const borrowed_bytes bytes{chunk};
    const one_at_a_time alone{busy};
    const bytes_view view = bytes.view();
    if (to) to->before(view);
    const bool pending = without_gil(view.size(), [&] { return in.feed(view); });
    if (to) to->after(chunk, view);
    return pending;
  }
  verdict finish() {
    const one_at_a_time alone{busy};
    const py::gil_scoped_release released;
    return in.finish();
  }
  verdict verdict_now() {
    const one_at_a_time alone{busy};
    return in.verdict();
  }
  std::vector<form_part> parts() {
    const one_at_a_time alone{busy};
    return in.parts();
  }
  std::vector<form_part> accept() {
    const verdict v = finish();
    if (!v.accepted()) raise(v);
    return in.parts();
  }
  // The part that was refused is the last one, unless the form itself was.
  void raise(const verdict& v) const {
    const bool by_part = !in.parts().empty() && in.parts().back().verdict.rejected();
    const py::object field = by_part ? py::object{to_str(in.parts().back().name)} : py::object{py::none()};
    const py::object learnt = by_part ? py::cast(in.parts().back().facts) : py::object{py::none()};
    raise_rejected(py::cast(v), learnt, field);
  }
};

std::unique_ptr<python_form> inspect(const form_policy& p, const py::object& content_type,
                                     std::optional<std::uint64_t> content_length, const destination& to) {
  std::shared_ptr<sink> s = std::visit(make_sink{}, to);
  form_consumer consumer = s ? s->consumer() : form_consumer{};
  form_inspection in = p.inspect(to_bytes(content_type), content_length, std::move(consumer));
  return std::make_unique<python_form>(python_form{std::move(s), std::move(in)});
}

form_policy from_source(const py::object& source, const py::kwargs& rules) {
  if (source.is_none() && rules.empty()) return form_policy{};
  const py::tuple made = py::module_::import("uploadgate._sources").attr("form_policy_json")(source, rules);
  return parse_form_policy(to_bytes(made[0]), to_bytes(made[1]));
}

// The headings, the closing and the size of the whole.
py::tuple laid_out(python_form& form, const form_writer& writer) {
  const one_at_a_time alone{form.busy};
  if (!form.in.verdict().accepted()) throw std::runtime_error{"only an accepted form is laid out"};
  form_layout layout;
  if (const result r = lay_out(writer, form.in.parts(), layout); !r.ok())
    throw py::value_error{"the form cannot be written: " + r.why().code.message()};
  py::list headings;
  for (const std::string& heading : layout.headings) headings.append(py::bytes{heading});
  return py::make_tuple(writer.content_type(), layout.size, headings, py::bytes{layout.closing});
}

void bind_part(py::module_& m) {
  py::class_<form_part>(m, "Part", "What became of one part of a form.")
      .def_property_readonly("name", [](const form_part& p) { return to_str(p.name); })
      .def_property_readonly(
          "filename",
          [](const form_part& p) -> py::object {
            if (!p.filename) return py::none();
            return to_str(*p.filename);
          },
          "As the client claims; None for a text, empty where no file was chosen.")
      .def_property_readonly(
          "content_type", [](const form_part& p) { return to_str(p.content_type); },
          "As the client claims; empty where it claims none.")
      .def_readonly("offset", &form_part::offset, "Where the content begins in the body.")
      .def_readonly("size", &form_part::size, "Bytes of content so far.")
      .def_property_readonly("sha256", [](const form_part& p) { return to_str(p.sha256); })
      .def_property_readonly(
          "text", [](const form_part& p) { return to_str(p.text); }, "Of a text field.")
      .def_property_readonly(
          "raw_text", [](const form_part& p) { return py::bytes{p.text}; },
          "The same as bytes, for fields that need not be UTF-8.")
      .def_readonly("verdict", &form_part::verdict,
                    "Of this part alone; trust it only where the form is accepted.")
      .def_readonly("facts", &form_part::facts, "Of a file.")
      .def("__repr__", [](const form_part& p) {
        return to_str("<Part " + p.name + ", " + std::to_string(p.size) + " bytes>");
      });
}

}  // namespace

void bind_form(py::module_& m) {
  bind_part(m);
  py::class_<python_form>(
      m, "Form", "One form being judged: feed the body as it comes, then finish. One thread at a time.")
      .def("feed", &python_form::feed, py::arg("chunk"),
           "feed(chunk) -> bool\n\nJudge the next bytes of the body; see Inspection.feed.")
      .def("finish", &python_form::finish,
           "finish() -> Verdict\n\nSay that the body has ended. Only this accepts.")
      .def("accept", &python_form::accept,
           "accept() -> list[Part]\n\nFinish, and give the parts of an accepted form; raise Rejected\n"
           "otherwise.")
      .def_property_readonly("verdict", &python_form::verdict_now)
      .def_property_readonly("parts", &python_form::parts, "The parts begun so far.")
      .def(
          "_layout", [](python_form& f) { return laid_out(f, form_writer{}); },
          "_layout() -> (content_type, size, headings, closing)\n\nFor the middleware.");
  py::class_<form_policy, std::shared_ptr<form_policy>>(
      m, "FormPolicy",
      "FormPolicy(source=None, /, **rules)\n\n"
      "Which fields a form may have, and the policy of each. The source is the JSON of a form policy or a\n"
      "dict of the same; the rules are its keys as keyword arguments. In a dict a field may be a Policy, "
      "and\n"
      "a number or \"64 KiB\" stands for a text of that size. Without either it judges framing and limits "
      "only.")
      .def(py::init(&from_source), py::arg("source") = py::none(), py::pos_only())
      .def_static(
          "load",
          [](const py::object& path) {
            return load_form_policy(to_bytes(py::module_::import("os").attr("fspath")(path)));
          },
          py::arg("path"), "load(path) -> FormPolicy\n\nRead a form policy file.")
      .def_property_readonly(
          "fields",
          [](const form_policy& p) {
            py::list names;
            for (const form_field& field : p.fields()) names.append(to_str(field.name));
            return names;
          },
          "The names of the fields, sorted; empty where any may stand.")
      .def_property_readonly(
          "file_fields",
          [](const form_policy& p) {
            py::list names;
            for (const form_field& field : p.fields())
              if (field.files) names.append(to_str(field.name));
            return names;
          },
          "The names of the fields that take files.")
      .def_property_readonly("max_body", [](const form_policy& p) { return p.limits().max_body; })
      .def("inspect", &inspect, py::arg("content_type"), py::arg("content_length") = py::none(),
           py::kw_only(), py::arg("to") = py::none(),
           "inspect(content_type, content_length=None, *, to=None) -> Form\n\n"
           "Start judging a form whose request has these headers. `to` is what becomes of the content: a\n"
           "Spool, Events, a Rewriter, or None.");
}

}  // namespace uploadgate::python
