// Memory: nothing is allocated per chunk in the steady state, and an idle inspection is small.
#include <uploadgate/uploadgate.hpp>

#include "support/catch.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> allocations{0};
std::atomic<std::size_t> bytes_allocated{0};

void* counted(std::size_t n, std::size_t alignment) {
  ++allocations;
  bytes_allocated += n;
  void* p = std::aligned_alloc(alignment, (n + alignment - 1) / alignment * alignment);
  if (!p) throw std::bad_alloc();
  return p;
}
}  // namespace

[[gnu::noinline]] void* operator new(std::size_t n) { return counted(n, alignof(std::max_align_t)); }
[[gnu::noinline]] void* operator new(std::size_t n, std::align_val_t a) {
  return counted(n, static_cast<std::size_t>(a));
}
[[gnu::noinline]] void* operator new(std::size_t n, const std::nothrow_t&) noexcept try {
  return counted(n, alignof(std::max_align_t));
} catch (const std::bad_alloc&) {
  return nullptr;
}
[[gnu::noinline]] void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

namespace uploadgate {
namespace {

const std::string png_head = std::string{"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16};

TEST_CASE("the steady state allocates nothing for a chunk", "[allocation]") {
  const policy p{path_guard{}, extension{"png"}, max_size{GiB}, magic_type{}, digest{}};
  inspection in = p.inspect({.filename = "a.png"});
  const std::string chunk(64 * KiB, 'x');
  in.feed(as_bytes(png_head));
  in.feed(as_bytes(chunk));
  const std::size_t before = allocations;
  for (int i = 0; i < 100; ++i) in.feed(as_bytes(chunk));
  CHECK(allocations == before);
  CHECK(in.verdict().pending());
}

TEST_CASE("an idle inspection holds at most 8 KiB, and gives its window back", "[allocation]") {
  const policy p{path_guard{}, extension{"png", "txt"}, max_size{GiB}, magic_type{}, digest{}};
  const std::size_t before = bytes_allocated;
  inspection in = p.inspect({.filename = "a.png"});
  in.feed(as_bytes(png_head));
  CHECK(bytes_allocated - before <= 8 * KiB);
}

}  // namespace
}  // namespace uploadgate
