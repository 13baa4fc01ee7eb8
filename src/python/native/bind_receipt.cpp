#include <uploadgate/storage/receipt.hpp>

#include "bindings.hpp"
#include "buffers.hpp"

#include <pybind11/stl.h>

#include <chrono>
#include <memory>
#include <optional>

namespace uploadgate::python {
namespace {

std::uint64_t seconds_now() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(since_1970).count());
}

[[noreturn]] void raise_receipt_error(receipt_check why) {
  const py::object type = py::module_::import("uploadgate._errors").attr("ReceiptError");
  const py::object error = type(to_str(name(why)));
  PyErr_SetObject(type.ptr(), error.ptr());
  throw py::error_already_set();
}

receipt state(const verdict& v, const facts& f, const python_policy& p, std::optional<std::uint64_t> issued) {
  if (!v.accepted()) throw py::value_error{"a receipt states an accepted file"};
  return make_receipt(f, p.rules.name(), p.json, issued ? *issued : seconds_now());
}

receipt verify(const receipt_keys& keys, const py::object& text) {
  receipt r;
  const receipt_check c = keys.verify(to_bytes(text), r);
  if (c != receipt_check::valid) raise_receipt_error(c);
  return r;
}

void require(const receipt& r, const facts& read, const py::object& policy) {
  const std::string digest = policy.is_none() ? "" : policy_digest(policy.cast<const python_policy&>().json);
  const receipt_check c = compare(r, read, digest);
  if (c != receipt_check::valid) raise_receipt_error(c);
}

template <std::string receipt::*member>
py::str text_of(const receipt& r) {
  return to_str(r.*member);
}

}  // namespace

void bind_receipt(py::module_& m) {
  py::class_<receipt>(
      m, "Receipt",
      "Receipt(verdict, facts, policy, issued=None)\n\n"
      "A statement about an accepted file, to be signed: digest, size, facts and policy. `issued`\n"
      "is in seconds since 1970, now by default. The facts need the digest, which policies of\n"
      "files have by default.")
      .def(py::init(&state), py::arg("verdict"), py::arg("facts"), py::arg("policy"),
           py::arg("issued") = py::none())
      .def_property_readonly("sha256", &text_of<&receipt::sha256>)
      .def_readonly("size", &receipt::size)
      .def_property_readonly("media_type", &text_of<&receipt::media_type>)
      .def_property_readonly("extension", &text_of<&receipt::extension>)
      .def_property_readonly("safe_name", &text_of<&receipt::safe_name>)
      .def_property_readonly("examined", &text_of<&receipt::examined>)
      .def_readonly("width", &receipt::width)
      .def_readonly("height", &receipt::height)
      .def_readonly("frames", &receipt::frames)
      .def_readonly("entries", &receipt::entries)
      .def_readonly("unpacked_size", &receipt::unpacked_size)
      .def_property_readonly("policy", &text_of<&receipt::policy>)
      .def_property_readonly("policy_sha256", &text_of<&receipt::policy_sha256>)
      .def_readonly("issued", &receipt::issued)
      .def("require", &require, py::arg("facts"), py::arg("policy") = py::none(),
           "require(facts, policy=None)\n\n"
           "Raise ReceiptError unless the digest and size of bytes that were read are those stated, and the\n"
           "policy is this one.")
      .def(
          "__eq__", [](const receipt& a, const receipt& b) { return a == b; }, py::is_operator());

  py::class_<receipt_keys>(
      m, "ReceiptKeys", "ReceiptKeys(json)\n\nA key ring: one key signs, any verifies. Threads may share it.")
      .def(py::init([](const py::object& json) { return receipt_keys{to_bytes(json)}; }), py::arg("json"))
      .def_static(
          "load",
          [](const py::object& path) {
            return receipt_keys::load(to_bytes(py::module_::import("os").attr("fspath")(path)));
          },
          py::arg("path"), "load(path) -> ReceiptKeys\n\nRead a key file.")
      .def_static(
          "generate",
          [](const py::object& id, const std::string& algorithm) {
            return receipt_keys::generate(to_bytes(id), algorithm);
          },
          py::arg("id"), py::arg("algorithm") = "ed25519",
          "generate(id, algorithm='ed25519') -> str\n\nThe JSON of a ring with one new key, for a file of "
          "mode 0600.")
      .def("public_json", &receipt_keys::public_json,
           "public_json() -> str\n\nThe public halves, for those who only verify.")
      .def("sign", &receipt_keys::sign, py::arg("receipt"), "sign(receipt) -> str")
      .def("verify", &verify, py::arg("text"),
           "verify(text) -> Receipt\n\nRaise ReceiptError unless the text is exactly what a key of the ring "
           "signed.");
}

}  // namespace uploadgate::python
