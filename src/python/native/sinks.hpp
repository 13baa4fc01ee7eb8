// What may become of a form's content while it is judged: kept, told, or written again.
#pragma once

#include <uploadgate/http/form.hpp>
#include <uploadgate/http/form_writer.hpp>

#include "buffers.hpp"
#include "spool.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace uploadgate::python {

class sink {
 public:
  virtual ~sink() = default;
  virtual form_consumer consumer() = 0;
  // Called with the GIL, around each chunk that is judged.
  virtual void before(bytes_view) {}
  virtual void after(py::handle /*chunk*/, bytes_view) {}
};

// Keeps the contents of all parts, one behind the other.
class spool_sink final : public sink {
 public:
  explicit spool_sink(std::shared_ptr<spool> to) : to_{std::move(to)} {}
  form_consumer consumer() override;

 private:
  std::shared_ptr<spool> to_;
};

struct event {
  const char* kind;
  std::size_t part;
  py::object data;  // of "data": a view of the chunk that was fed
};

// Tells what the form consists of. Content comes as views of the chunks.
class event_sink final : public sink {
 public:
  form_consumer consumer() override;
  void before(bytes_view chunk) override { chunk_ = chunk; }
  void after(py::handle chunk, bytes_view bytes) override;
  std::vector<event> take() { return std::exchange(events_, {}); }

 private:
  struct seen {
    const char* kind;
    std::size_t part;
    std::size_t begin = 0, end = 0;  // in the chunk
    std::string own{};               // bytes that are not in the chunk
  };

  std::vector<seen> seen_;
  std::vector<event> events_;
  bytes_view chunk_;
  std::size_t parts_ = 0;
};

// Writes the canonical form while it is judged. Names are safe, types are those that the client claims: what
// the content is will be known when all of it has been seen.
class rewrite_sink final : public sink {
 public:
  form_consumer consumer() override;
  [[nodiscard]] const form_writer& writer() const { return writer_; }
  // What was written since the last call; `close` with the closing delimiter.
  std::string take(bool close);

 private:
  form_writer writer_;
  std::mutex mutex_;
  std::string out_;
};

}  // namespace uploadgate::python
