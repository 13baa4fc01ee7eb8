#include "terminal.hpp"

#include "render.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace uploadgate::cli {
std::string paint(std::string_view text, colour c) {
  static const bool wanted = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  if (!wanted) return std::string{text};
  constexpr std::array codes{"31", "32", "33", "2"};
  return "\x1b[" + std::string{codes[static_cast<std::size_t>(c)]} + "m" + std::string{text} + "\x1b[0m";
}

progress::progress(std::uint64_t files, std::uint64_t bytes)
    : files_{files},
      bytes_{bytes},
      terminal_{isatty(STDERR_FILENO) == 1},
      next_{std::chrono::steady_clock::now() + std::chrono::milliseconds{500}} {}

progress::~progress() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
}

void progress::bytes_done(std::uint64_t n) {
  bytes_done_ += n;
  if (terminal_ && std::chrono::steady_clock::now() >= next_) show();
}

void progress::show() {
  next_ = std::chrono::steady_clock::now() + std::chrono::milliseconds{100};
  shown_ = true;
  constexpr int width = 30;
  const double part =
      bytes_ ? std::min(1.0, static_cast<double>(bytes_done_) / static_cast<double>(bytes_)) : 0;
  const auto filled = static_cast<std::size_t>(part * width);
  std::fprintf(stderr, "\r\x1b[K[%s%s] %3.0f%%  %llu of %llu files", std::string(filled, '#').c_str(),
               std::string(width - filled, '.').c_str(), part * 100,
               static_cast<unsigned long long>(files_done_), static_cast<unsigned long long>(files_));
  std::fflush(stderr);
}

running_line::running_line()
    : terminal_{isatty(STDERR_FILENO) == 1},
      begin_{std::chrono::steady_clock::now()},
      next_{begin_ + std::chrono::milliseconds{500}} {}

running_line::~running_line() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
}

void running_line::show(std::uint64_t files, std::uint64_t bytes) {
  if (!terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds{100};
  shown_ = true;
  const double seconds = std::chrono::duration<double>(now - begin_).count();
  const auto rate = static_cast<std::uint64_t>(static_cast<double>(bytes) / seconds);
  std::fprintf(stderr, "\r\x1b[K%llu files, %s, %s/s", static_cast<unsigned long long>(files),
               human_size(bytes).c_str(), human_size(rate).c_str());
  std::fflush(stderr);
}

}  // namespace uploadgate::cli
