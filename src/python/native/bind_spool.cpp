#include "bindings.hpp"
#include "buffers.hpp"
#include "sinks.hpp"

#include <pybind11/stl.h>

#include <algorithm>
#include <memory>
#include <span>

namespace uploadgate::python {
namespace {

void throw_if(std::error_code ec) {
  if (ec) throw std::system_error{ec};
}

void write(spool& s, const py::object& chunk) {
  const borrowed_bytes bytes{chunk};
  const bytes_view view = bytes.view();
  throw_if(without_gil(view.size(), [&] { return s.write(view); }));
}

// Short only at the end of the spool.
std::size_t fill(spool& s, std::uint64_t offset, std::span<std::byte> to) {
  std::error_code ec;
  std::size_t got = 0;
  without_gil(to.size(), [&] {
    while (got < to.size()) {
      const std::size_t n = s.read(offset + got, to.subspan(got), ec);
      if (n == 0) break;
      got += n;
    }
  });
  throw_if(ec);
  return got;
}

py::bytes read(spool& s, std::uint64_t offset, std::uint64_t size) {
  const std::uint64_t all = s.size();
  const std::uint64_t wanted = std::min(size, offset < all ? all - offset : 0);
  PyObject* made = PyBytes_FromStringAndSize(nullptr, static_cast<py::ssize_t>(wanted));
  if (made == nullptr) throw py::error_already_set();
  auto out = py::reinterpret_steal<py::bytes>(made);
  auto* to = reinterpret_cast<std::byte*>(PyBytes_AS_STRING(made));
  const std::size_t got = fill(s, offset, {to, static_cast<std::size_t>(wanted)});
  if (got != wanted) throw_if(std::make_error_code(std::errc::io_error));
  return out;
}

std::size_t readinto(spool& s, std::uint64_t offset, const py::object& buffer) {
  Py_buffer to;
  if (PyObject_GetBuffer(buffer.ptr(), &to, PyBUF_WRITABLE) != 0) throw py::error_already_set();
  const std::unique_ptr<Py_buffer, decltype(&PyBuffer_Release)> release{&to, &PyBuffer_Release};
  return fill(s, offset, {static_cast<std::byte*>(to.buf), static_cast<std::size_t>(to.len)});
}

}  // namespace

void bind_spool(py::module_& m) {
  py::class_<spool, std::shared_ptr<spool>>(
      m, "Spool",
      "Spool(folder, threshold=1048576)\n\n"
      "Bytes that wait: in memory, and above the threshold in a file without a name in the folder, which\n"
      "goes with the object. Give it to FormPolicy.inspect(to=) to keep the contents of the parts, one\n"
      "behind the other.")
      .def(py::init([](const py::object& folder, std::uint64_t threshold) {
             return std::make_shared<spool>(to_bytes(folder), threshold);
           }),
           py::arg("folder"), py::arg("threshold") = std::uint64_t{1} * MiB)
      .def("write", &write, py::arg("chunk"), "write(chunk)\n\nAppend. OSError where there is no room.")
      .def("read", &read, py::arg("offset"), py::arg("size"),
           "read(offset, size) -> bytes\n\nShort only at the end.")
      .def("readinto", &readinto, py::arg("offset"), py::arg("buffer"),
           "readinto(offset, buffer) -> int\n\nShort only at the end.")
      .def(
          "copy",
          [](spool& s, std::uint64_t offset, std::uint64_t size, int to) {
            throw_if(without_gil(gil_kept_below, [&] { return s.copy(offset, size, to); }));
          },
          py::arg("offset"), py::arg("size"), py::arg("fileno"),
          "copy(offset, size, fileno)\n\nWrite a range to another file, where that stands.")
      .def(
          "fileno",
          [](spool& s) {
            std::error_code ec;
            const int fd = s.descriptor(ec);
            throw_if(ec);
            return fd;
          },
          "fileno() -> int\n\nThe descriptor of the file, which is made where all was still in memory.")
      .def("close", [](spool& s) { s.close(); })
      .def("__len__", &spool::size)
      .def_property_readonly("on_disk", &spool::on_disk)
      .def_property_readonly("closed", &spool::closed);

  py::class_<rewrite_sink, std::shared_ptr<rewrite_sink>>(
      m, "Rewriter",
      "Rewriter()\n\n"
      "The canonical form, written while it is judged: give it to FormPolicy.inspect(to=) and take its "
      "bytes\n"
      "after each feed. Names are safe names; types are those that the client claims.")
      .def(py::init<>())
      .def_property_readonly("content_type", [](const rewrite_sink& r) { return r.writer().content_type(); })
      .def(
          "take", [](rewrite_sink& r, bool close) { return py::bytes{r.take(close)}; },
          py::arg("close") = false,
          "take(close=False) -> bytes\n\nWhat was written since the last call; `close` ends the form.");

  py::class_<event>(m, "FormEvent", "A step of a form: a part begins, brings bytes, or ends.")
      .def_property_readonly(
          "kind", [](const event& e) { return e.kind; }, "\"part\", \"data\" or \"end\"")
      .def_readonly("part", &event::part, "The index in Form.parts.")
      .def_readonly("data", &event::data, "Of \"data\": a memoryview of the chunk that was fed.")
      .def("__repr__", [](const event& e) {
        return "<FormEvent " + std::string{e.kind} + " of part " + std::to_string(e.part) + ">";
      });
  py::class_<event_sink, std::shared_ptr<event_sink>>(
      m, "Events",
      "Events()\n\n"
      "What a form consists of, told while it is judged: give it to FormPolicy.inspect(to=) and take the\n"
      "events after each feed. Throw away what they brought unless finish() accepts the form.")
      .def(py::init<>())
      .def("take", &event_sink::take, "take() -> list[FormEvent]\n\nThe events since the last call.");
}

}  // namespace uploadgate::python
