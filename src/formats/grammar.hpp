// The seam of all formats: a grammar reads one file from the first byte to the last, as it streams.
//
// A grammar is a coroutine over a reader. It awaits bytes, and the reader suspends it where a chunk ends, so
// the code reads like the specification and cannot depend on how the bytes were cut:
//
//   grammar bmp(reader& in, context& ctx) {
//     const bytes_view header = co_await in.take(14);
//     if (as_text(header.first(2)) != "BM") co_return in.object(errc::bad_signature);
//     ...
//     co_await in.skip(pixel_bytes);
//     co_return result{};
//   }
//
// When it returns without an objection, one more byte is trailing_data. When the stream ends while it awaits
// bytes that must come, that is truncated. It must hold no view across an await, size no allocation by a
// number from input, and call no sub-coroutine (a frame is an allocation): keep a stack of your own where a
// format nests.
#pragma once

#include <uploadgate/facts.hpp>
#include <uploadgate/limits.hpp>
#include <uploadgate/verdict.hpp>

#include "reader.hpp"

#include <coroutine>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace uploadgate::formats {

struct format;

// What a grammar is told, and what it finds. It outlives the grammar and does not move.
struct context {
  const structure_limits& limits;
  // The row of the registry that was chosen; a grammar that serves several rows asks it which.
  const format* chosen = nullptr;
  // How many archives this file lies in.
  std::uint64_t nesting = 0;
  // Bytes that had come out of the archives around this file when its first byte came; nothing where it lies
  // in none. See unpack_budget.
  std::optional<std::uint64_t> unpacked_before{};
  // What is found: only the members that a grammar can know are used. `examined` is set to whole when the
  // grammar ends well, unless the grammar has lowered it with examined_only().
  facts found{};
  bool lowered = false;
  std::uint64_t total_pixels = 0;  // see count_frame

  // Says that not every byte could be understood, and why. The strict policy refuses such a file.
  void examined_only(examined much, std::string why) {
    lowered = true;
    found.examined = much;
    found.examined_note = std::move(why);
  }
};

// Holds width x height against max_pixels, and keeps the first such size in the facts: for a header that
// comes before its frames.
result judge_size(context& ctx, std::uint64_t width, std::uint64_t height, std::uint64_t offset);

// Judges one frame or page: counts it, and holds width x height against the limits. Facts keep the first
// one's size.
result count_frame(context& ctx, std::uint64_t width, std::uint64_t height, std::uint64_t offset);

// Answers for something that is legal and often unwanted: an objection, a warning, or nothing.
result handle(context& ctx, handling how, errc code, std::string detail, std::uint64_t offset);

class grammar {
 public:
  struct promise_type {
    result outcome;
    grammar get_return_object() { return grammar{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_value(result r) { outcome = std::move(r); }
    void unhandled_exception() { throw; }
  };

  grammar(grammar&& other) noexcept : handle_{std::exchange(other.handle_, nullptr)} {}
  grammar& operator=(grammar&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~grammar() {
    if (handle_) handle_.destroy();
  }

 private:
  friend class parse;
  explicit grammar(std::coroutine_handle<promise_type> h) : handle_{h} {}
  std::coroutine_handle<promise_type> handle_;
};

using grammar_function = grammar (*)(reader&, context&);

// One file being read by one grammar. Two allocations at its start (this state and the coroutine's frame);
// after that only what a grammar's own, bounded buffers need.
class parse {
 public:
  parse(grammar_function function, const structure_limits& limits, const format* chosen = nullptr,
        std::uint64_t nesting = 0, std::optional<std::uint64_t> unpacked_before = {});

  // Reads the next bytes. After an objection, the same objection again.
  result feed(bytes_view chunk);
  // Says that there are no more. Sets found().examined. The file, where there is one, is what the grammar gets
  // from reader::completed().
  result finish(const completed_file* file = nullptr);
  [[nodiscard]] const facts& found() const { return state_->ctx.found; }
  // Bytes that the grammar has claimed so far.
  [[nodiscard]] std::uint64_t claimed() const { return state_->in.offset(); }

 private:
  struct state {
    state(const structure_limits& limits, const format* chosen, std::uint64_t nesting,
          std::optional<std::uint64_t> unpacked_before)
        : limits{limits},
          ctx{.limits = this->limits,
              .chosen = chosen,
              .nesting = nesting,
              .unpacked_before = unpacked_before} {}
    structure_limits limits;  // its own, so that a caller's may be a temporary
    reader in;
    context ctx;
    bool started = false;
    bool ended = false;
    std::optional<objection> rejected;
  };
  result advance();
  result object(result r);

  std::unique_ptr<state> state_;
  grammar grammar_;
};

}  // namespace uploadgate::formats
