// The bytes of one file, as a grammar awaits them.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/completed_file.hpp>
#include <uploadgate/verdict.hpp>

#include <algorithm>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace uploadgate::formats {

class reader {
 public:
  // The most that take() and peek() give at once. It bounds the buffer in which a run that a chunk cut is
  // joined.
  static constexpr std::size_t max_take = 4096;

  // take: exactly n bytes, claimed. The view lives until the next await. Throws std::length_error over
  // max_take.
  auto take(std::size_t n) { return take_awaiter{request(want::take, checked(n))}; }
  // peek: n bytes, or fewer where the stream ends first (never wait for end otherwise); not claimed.
  auto peek(std::size_t n) { return view_awaiter{request(want::peek, checked(n))}; }
  // some: between 1 and n bytes, as they come, claimed. For a payload that is looked at: loop until it is
  // consumed. The cut depends on the chunks; what is made of the bytes must not.
  auto some(std::uint64_t n) { return some_awaiter{request(want::some, n)}; }
  // skip: claims n bytes without looking at them; the cheapest.
  auto skip(std::uint64_t n) { return void_awaiter{request(want::skip, n)}; }
  // window: all bytes that are here now, at least one, not claimed; empty at the end of the stream. Claim
  // with consume(). For scanners that find their own end.
  auto window() { return view_awaiter{request(want::window, 1)}; }
  // more: whether one more byte comes.
  auto more() { return bool_awaiter{request(want::more, 1)}; }

  // completed: the whole file, when the last byte has come and where the host holds one; else null. All bytes
  // that stand behind those claimed so far are trailing_data.
  auto completed() { return file_awaiter{request(want::more, 1)}; }

  // consume claims the first n bytes of the last window() or peek().
  void consume(std::size_t n) { drop(n); }

  // offset of the next byte that is not claimed, from the beginning of the file.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  // object makes an objection at the next unclaimed byte, or `back` bytes before it.
  [[nodiscard]] result object(errc code, std::string detail = {}, std::uint64_t back = 0) const {
    return {code, std::move(detail), offset_ - std::min(back, offset_)};
  }

 private:
  friend class parse;
  enum class want : std::uint8_t { take, peek, some, skip, window, more };

  struct awaiter {
    reader* in;
    bool await_ready() const { return in->satisfied(); }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
  };
  struct take_awaiter : awaiter {
    bytes_view await_resume() const { return in->claim_front(in->count_); }
  };
  struct some_awaiter : awaiter {
    bytes_view await_resume() const {
      return in->claim_front(static_cast<std::size_t>(std::min<std::uint64_t>(in->count_, in->here())));
    }
  };
  struct view_awaiter : awaiter {
    bytes_view await_resume() const {
      const bytes_view all = in->front();
      return in->want_ == want::peek ? all.first(std::min<std::size_t>(all.size(), in->count_)) : all;
    }
  };
  struct void_awaiter : awaiter {
    void await_resume() const noexcept {}
  };
  struct bool_awaiter : awaiter {
    bool await_resume() const noexcept { return in->here() > 0; }
  };

  struct file_awaiter : awaiter {
    const completed_file* await_resume() const noexcept { return in->here() > 0 ? nullptr : in->file_; }
  };

  static std::size_t checked(std::size_t n) {
    if (n > max_take) throw std::length_error("reader: more than max_take at once");
    return n;
  }
  awaiter request(want w, std::uint64_t n) {
    want_ = w;
    count_ = n;
    return {this};
  }

  // Bytes that are served next: what is left in the joining buffer, else what is left of the chunk.
  [[nodiscard]] bytes_view front() const {
    return joined_ ? bytes_view{buffer_}.subspan(buffer_at_) : chunk_;
  }
  [[nodiscard]] std::size_t here() const { return front().size(); }
  bytes_view claim_front(std::uint64_t n) {
    const bytes_view bytes = front().first(static_cast<std::size_t>(n));
    drop(bytes.size());
    return bytes;
  }
  void drop(std::size_t n);
  // Whether the request can be answered now; gathers what it can on the way.
  bool satisfied();
  bool gather(std::size_t n);
  bool skipped();
  // For the driver.
  void give(bytes_view chunk) { chunk_ = chunk; }
  void end(const completed_file* file) {
    ended_ = true;
    file_ = file;
  }
  [[nodiscard]] bool waits_for_bytes() const {
    return (want_ == want::take || want_ == want::some || want_ == want::skip) && count_ > 0;
  }

  want want_ = want::more;
  bool ended_ = false;
  const completed_file* file_ = nullptr;
  bool joined_ = false;  // the buffer holds bytes that stand before the chunk
  std::uint64_t count_ = 0;
  std::uint64_t offset_ = 0;
  bytes_view chunk_{};
  std::vector<std::byte> buffer_;
  std::size_t buffer_at_ = 0;
};

}  // namespace uploadgate::formats
