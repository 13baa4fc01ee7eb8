#include "storage/spool_file.hpp"

#include "support/catch.hpp"
#include "support/temp_folder.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

using namespace uploadgate;
using storage::spool_file;

namespace {

using bytes = std::vector<std::byte>;

constexpr std::array<std::size_t, 14> sizes{0,     1,       4095,    4096, 4097,    65535,   65536,
                                            65537, 300'000, MiB - 1, MiB,  MiB + 1, 2 * MiB, 3 * MiB + 5};

// A spool_file, and what it should hold.
struct twin {
  twin(const std::string& folder, std::uint64_t cached) : file{cached} { REQUIRE_FALSE(file.open(folder)); }

  bytes noise(std::size_t size) {
    bytes out(size);
    for (std::byte& b : out) b = static_cast<std::byte>(random());
    return out;
  }
  void write(bytes_view piece) {
    wanted.insert(wanted.end(), piece.begin(), piece.end());
    REQUIRE_FALSE(file.write(piece));  // may move what has landed
  }
  // As a parser writes what it has read: with gaps, and now and then bytes of its own in between.
  void land() {
    const std::span<std::byte> place = file.landing();
    const std::size_t n = std::min<std::size_t>(place.size(), any_size());
    std::ranges::copy(noise(n), place.begin());
    const std::size_t begin = random() % 2 == 0 ? n / 3 : 0, middle = n / 2;
    write(place.subspan(begin, middle - begin));
    if (random() % 3 == 0) write(noise(5));
    write(place.subspan(middle, n - middle));
  }
  void read(std::uint64_t at, std::size_t size) {
    bytes found(size);
    std::size_t got = 0;
    std::error_code ec;
    while (const std::size_t n = file.read(at + got, std::span{found}.subspan(got), ec)) got += n;
    REQUIRE_FALSE(ec);
    REQUIRE(got == std::min<std::uint64_t>(size, wanted.size() - at));
    REQUIRE(std::equal(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(got),
                       wanted.begin() + static_cast<std::ptrdiff_t>(at)));
  }
  std::size_t any_size() { return sizes[random() % sizes.size()]; }

  std::mt19937 random{7};
  spool_file file;
  bytes wanted;
};

}  // namespace

TEST_CASE("any sequence of writes, landings and reads agrees with memory") {
  const test::temp_folder on_disk;
  for (const std::string& folder : {on_disk.path(), std::string{"/dev/shm"}}) {
    for (const std::uint64_t cached : {std::uint64_t{0}, 64 * KiB, 100 * KiB, 1 * MiB}) {
      CAPTURE(folder, cached);
      twin t{folder, cached};
      for (int step = 0; step < 60; ++step) {
        switch (t.random() % 4) {
          case 0:
            t.write(t.noise(t.any_size()));
            break;
          case 3:
            t.read(t.random() % (t.wanted.size() + 1), t.any_size());
            break;
          default:
            t.land();
        }
        REQUIRE(t.file.size() == t.wanted.size());
      }
      t.read(0, t.wanted.size());
    }
  }
}

TEST_CASE("a sealed file is as long as what was written") {
  const test::temp_folder folder;
  for (const std::size_t size : sizes) {
    CAPTURE(size);
    twin t{folder.path(), 64 * KiB};
    for (int round = 0; round < 3; ++round) {
      t.write(t.noise(size));
      REQUIRE_FALSE(t.file.seal());
      struct stat s {};
      REQUIRE(::fstat(t.file.descriptor(), &s) == 0);
      CHECK(static_cast<std::size_t>(s.st_size) == t.wanted.size());
      CHECK((s.st_mode & 0777U) == 0600U);
      CHECK(s.st_nlink == 0);
    }
  }
}

TEST_CASE("a file that may not grow fails for good") {
  const test::temp_folder folder;
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto old = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{500'000, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  std::vector<std::error_code> found;
  for (const std::size_t size : {std::size_t{600'000}, std::size_t{3 * MiB}}) {
    spool_file file{64 * KiB};
    found.push_back(file.open(folder.path()));
    (void)file.write(bytes(size));
    found.push_back(file.seal());
    found.push_back(file.write(bytes(1)));
    std::error_code of_read;
    std::array<std::byte, 1> one{};
    found.push_back(file.read(0, one, of_read) == 0 ? of_read : std::error_code{});
  }
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  ::signal(SIGXFSZ, old);
  const std::error_code too_large = std::make_error_code(std::errc::file_too_large);
  CHECK(found == std::vector<std::error_code>{
                     {}, too_large, too_large, too_large, {}, too_large, too_large, too_large});
}

TEST_CASE("a folder that is not there is an error of the system") {
  spool_file file{0};
  CHECK(file.open("/no/such/folder") == std::errc::no_such_file_or_directory);
  CHECK(file.landing().empty());
  CHECK(file.write({}) == std::errc::no_such_file_or_directory);
}
