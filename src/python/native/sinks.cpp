#include "sinks.hpp"

#include <uploadgate/safe_name.hpp>

#include <functional>
#include <optional>
#include <utility>

namespace uploadgate::python {
namespace {

bool inside(bytes_view part, bytes_view whole) {
  const std::less_equal<const std::byte*> not_behind;
  return not_behind(whole.data(), part.data()) &&
         not_behind(part.data() + part.size(), whole.data() + whole.size());
}

}  // namespace

form_consumer spool_sink::consumer() {
  form_consumer c;
  c.data = [to = to_](const form_part&, bytes_view bytes) -> result {
    if (const std::error_code ec = to->write(bytes))
      return objection{ec, "the upload could not be spooled: " + ec.message()};
    return {};
  };
  c.completed = [to = to_](const form_part& part) -> std::optional<completed_file> {
    const std::uint64_t begin = to->size() - part.size;
    return completed_file{part.size, [to, begin](std::uint64_t offset, std::span<std::byte> into) {
                            std::error_code ec;
                            return to->read(begin + offset, into, ec);
                          }};
  };
  return c;
}

form_consumer event_sink::consumer() {
  form_consumer c;
  c.begin = [this](const form_part&) -> result {
    seen_.push_back({"part", parts_++});
    return {};
  };
  c.data = [this](const form_part&, bytes_view bytes) -> result {
    seen s{"data", parts_ - 1};
    if (inside(bytes, chunk_)) {
      s.begin = static_cast<std::size_t>(bytes.data() - chunk_.data());
      s.end = s.begin + bytes.size();
    } else {
      s.own = as_text(bytes);
    }
    seen_.push_back(std::move(s));
    return {};
  };
  c.end = [this](const form_part&) -> result {
    seen_.push_back({"end", parts_ - 1});
    return {};
  };
  return c;
}

void event_sink::after(py::handle chunk, bytes_view) {
  chunk_ = {};
  std::optional<py::object> view;
  for (seen& s : std::exchange(seen_, {})) {
    py::object data = py::none();
    if (!s.own.empty()) {
      data = py::memoryview{py::bytes{s.own}};
    } else if (s.end > s.begin) {
      if (!view) view = py::memoryview{py::reinterpret_borrow<py::object>(chunk)}.attr("cast")("B");
      data = (*view)[py::slice(static_cast<py::ssize_t>(s.begin), static_cast<py::ssize_t>(s.end), 1)];
    }
    events_.push_back({s.kind, s.part, std::move(data)});
  }
}

form_consumer rewrite_sink::consumer() {
  form_consumer c;
  c.begin = [this](const form_part& part) -> result {
    const std::scoped_lock lock{mutex_};
    if (!part.filename) return writer_.begin(out_, part.name, {}, {});
    if (part.filename->empty()) return writer_.begin(out_, part);
    const std::string name = safe_name(*part.filename);
    const std::string_view type =
        part.content_type.empty() ? "application/octet-stream" : std::string_view{part.content_type};
    return writer_.begin(out_, part.name, name, type);
  };
  c.data = [this](const form_part&, bytes_view bytes) -> result {
    const std::scoped_lock lock{mutex_};
    out_ += as_text(bytes);
    return {};
  };
  c.end = [this](const form_part&) -> result {
    const std::scoped_lock lock{mutex_};
    writer_.end(out_);
    return {};
  };
  return c;
}

std::string rewrite_sink::take(bool close) {
  const std::scoped_lock lock{mutex_};
  if (close) writer_.close(out_);
  return std::exchange(out_, {});
}

}  // namespace uploadgate::python
