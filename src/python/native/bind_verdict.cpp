#include <uploadgate/display.hpp>
#include <uploadgate/facts.hpp>
#include <uploadgate/verdict.hpp>

#include "bindings.hpp"
#include "buffers.hpp"

#include <pybind11/stl.h>

#include <array>

namespace uploadgate::python {
namespace {

const char* state(const verdict& v) {
  return v.pending() ? "pending" : v.accepted() ? "accepted" : "rejected";
}

// Nothing for an empty text, which says that the fact was not learnt.
template <std::string facts::*member>
py::object text_of(const facts& f) {
  return (f.*member).empty() ? py::object{py::none()} : py::object{to_str(f.*member)};
}

std::string json_of(const verdict& v, const facts& f, const py::dict& lead) {
  std::vector<std::pair<std::string, std::string>> kept;
  for (const auto& [key, value] : lead) kept.emplace_back(to_bytes(key), to_bytes(value));
  const std::vector<json_member> members{kept.begin(), kept.end()};
  return to_json(v, f, members);
}

}  // namespace

void bind_verdict(py::module_& m) {
  py::class_<verdict>(m, "Verdict",
                      "The state of an inspection: pending, accepted or rejected. True only where accepted.")
      .def_property_readonly("state", &state)
      .def_property_readonly("pending", &verdict::pending)
      .def_property_readonly("accepted", &verdict::accepted)
      .def_property_readonly("rejected", &verdict::rejected)
      .def_property_readonly(
          "rule", [](const verdict& v) { return to_str(v.rule()); },
          "The rule that rejected; empty otherwise.")
      .def_property_readonly(
          "reason", [](const verdict& v) { return to_str(v.reason()); },
          "The stable word for the reason (\"size_exceeded\"); \"none\" unless rejected.")
      .def_property_readonly(
          "condition", [](const verdict& v) { return to_str(name(v.condition())); },
          "The coarse class of the reason (\"too_large\"); \"none\" unless rejected.")
      .def_property_readonly(
          "message", [](const verdict& v) { return to_str(v.message()); },
          "The reason in words, with the detail behind it.")
      .def_property_readonly(
          "detail", [](const verdict& v) { return to_str(v.detail()); },
          "Particulars for the log; may quote the file, so escape it where it is shown.")
      .def_property_readonly("offset", &verdict::offset, "The byte at which the reason was seen, or None.")
      .def_property_readonly(
          "http_status", [](const verdict& v) { return http_status(v.condition()); },
          "The status that a server answers with.")
      .def("__bool__", &verdict::accepted)
      .def("__repr__", [](const verdict& v) {
        if (!v.rejected()) return py::str{std::string{"<Verdict "} + state(v) + ">"};
        return to_str("<Verdict rejected by " + std::string{v.rule()} + ": " + printable(v.message()) + ">");
      });

  py::class_<facts>(m, "Facts", "What an inspection learnt about a file. None where it was not learnt.")
      .def_property_readonly("media_type", &text_of<&facts::media_type>,
                             "What the content is, never what the client claimed.")
      .def_property_readonly("extension", &text_of<&facts::extension>,
                             "The canonical extension, lower case, without a dot.")
      .def_property_readonly("safe_name", &text_of<&facts::safe_name>,
                             "A name that is safe to store, to send and to show.")
      .def_property_readonly("sniffed_type", &text_of<&facts::sniffed_type>,
                             "What a browser would take the content for.")
      .def_property_readonly("sha256", &text_of<&facts::sha256>, "64 lower-case hexadecimal digits.")
      .def_readonly("size", &facts::size, "Bytes fed.")
      .def_readonly("width", &facts::width)
      .def_readonly("height", &facts::height)
      .def_readonly("frames", &facts::frames)
      .def_readonly("entries", &facts::entries)
      .def_readonly("unpacked_size", &facts::unpacked_size)
      .def_property_readonly(
          "examined", [](const facts& f) { return to_str(name(f.examined)); },
          "How much was looked at: \"whole\", \"prefix\" or \"none\".")
      .def_property_readonly("examined_note", [](const facts& f) { return to_str(f.examined_note); })
      .def_property_readonly("warnings",
                             [](const facts& f) {
                               py::list list;
                               for (const std::string& w : f.warnings) list.append(to_str(w));
                               return list;
                             })
      .def("__repr__", [](const facts& f) {
        return to_str("<Facts " + (f.media_type.empty() ? "of an unknown type" : f.media_type) + ", " +
                      std::to_string(f.size) + " bytes>");
      });

  m.def("to_json", &json_of, py::arg("verdict"), py::arg("facts"), py::arg("lead") = py::dict{},
        "to_json(verdict, facts, lead={}) -> str\n\n"
        "One JSON object on one line, as `uploadgate check --json` prints it; `lead` stands in front.");
}

}  // namespace uploadgate::python
