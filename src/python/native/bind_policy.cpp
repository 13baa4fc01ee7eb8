#include <uploadgate/policy_file.hpp>
#include <uploadgate/storage/receipt.hpp>

#include "bindings.hpp"
#include "buffers.hpp"
#include "spool.hpp"

#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <span>

namespace uploadgate::python {
namespace {

python_policy from_document(const policy_document& d) { return {make_policy(d), to_json(d)}; }

python_policy from_source(const py::object& source, const py::kwargs& rules) {
  if (source.is_none() && rules.empty()) return from_document(parse_policy(default_policy_json()));
  const py::object text = py::module_::import("uploadgate._sources").attr("policy_json")(source, rules);
  return from_document(parse_policy(to_bytes(text)));
}

// The file that holds an upload's bytes: an open one, a path, or a spool. Made and destroyed with the GIL
// held.
class held_file {
 public:
  explicit held_file(const py::object& file) {
    if (py::isinstance<spool>(file)) {
      const auto kept = file.cast<std::shared_ptr<spool>>();
      whole_.emplace(kept->size(), [kept](std::uint64_t offset, std::span<std::byte> into) {
        std::error_code ec;
        return kept->read(offset, into, ec);
      });
      return;
    }
    const py::module_ os = py::module_::import("os");
    if (py::hasattr(file, "fileno")) {
      if (py::hasattr(file, "flush")) file.attr("flush")();
      fd_ = file.attr("fileno")().cast<int>();
    } else {
      opened_ = os.attr("open")(file, os.attr("O_RDONLY"));
      fd_ = opened_.cast<int>();
    }
    std::error_code ec;
    whole_.emplace(completed_file::of_descriptor(fd_, ec));
    if (ec) {
      close();
      throw py::value_error("not a regular file");
    }
  }
  ~held_file() { close(); }
  held_file(const held_file&) = delete;
  held_file& operator=(const held_file&) = delete;
  [[nodiscard]] const completed_file& whole() const { return *whole_; }

 private:
  void close() {
    if (opened_.is_none()) return;
    py::module_::import("os").attr("close")(opened_);
    opened_ = py::none();
  }
  py::object opened_ = py::none();
  int fd_ = -1;
  std::optional<completed_file> whole_;
};

struct python_inspection {
  inspection in;
  bool busy = false;

  bool feed(const py::object& chunk) {
    const borrowed_bytes bytes{chunk};
    const one_at_a_time alone{busy};
    const bytes_view view = bytes.view();
    return without_gil(view.size(), [&] { return in.feed(view); });
  }
  verdict finish(const py::object& file) {
    const one_at_a_time alone{busy};
    std::optional<held_file> held;
    if (!file.is_none()) held.emplace(file);
    const py::gil_scoped_release released;
    return held ? in.finish(held->whole()) : in.finish();
  }
  facts accept(const py::object& file) {
    const verdict v = finish(file);
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
      .def("finish", &python_inspection::finish, py::arg("file") = py::none(),
           "finish(file=None) -> Verdict\n\n"
           "Say that the last byte has come. Only this accepts. The file (open, a path or a Spool) holds the "
           "bytes\n"
           "that were fed: formats that a stream alone does not show (7z, RAR) are looked into there.")
      .def("accept", &python_inspection::accept, py::arg("file") = py::none(),
           "accept(file=None) -> Facts\n\n"
           "Finish, and give the facts of an accepted file; raise Rejected otherwise.")
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
