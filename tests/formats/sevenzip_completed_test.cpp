#include "formats/crc32.hpp"
#include "formats/grammars.hpp"
#include "formats/library_archive.hpp"
#include "formats/sevenzip_contents.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"
#include "support/pack.hpp"
#include "support/sevenzip_builder.hpp"
#include "support/zip_builder.hpp"

#include <sys/resource.h>

#include <array>
#include <string>

namespace uploadgate::formats {
namespace {

using test::completed;
using test::lzma1_properties;
using test::lzma1ed;
using test::lzma2ed;
using test::seven_archive;
using test::seven_coder;
using test::seven_entry;
using test::seven_number;

constexpr std::uint64_t start = 32;  // behind the start header
const std::string zero(1, '\0');

std::string by_lzma(std::string_view content, std::uint32_t dictionary, std::string behind = {}) {
  seven_archive a{.entries = {{.content = std::string{content}}}};
  a.coders = "\1" + seven_coder("\3\1\1", lzma1_properties(dictionary));
  a.packed = lzma1ed(content, dictionary) + behind;
  return a.file();
}
std::string by_lzma2(std::string_view content, char dictionary, std::string behind = {}) {
  seven_archive a{.entries = {{.content = std::string{content}}}};
  a.coders = "\1" + seven_coder("\x21", std::string(1, dictionary));
  a.packed = lzma2ed(content, 1 << 16) + behind;
  return a.file();
}
// "hello hello hello ppmd" in a.txt, packed by 7-Zip.
std::string by_ppmd(std::string_view name = "a.txt") {
  seven_archive a{.entries = {{.name = std::string{name}, .content = "hello hello hello ppmd"}}};
  a.coders = "\1" + seven_coder("\3\4\1", std::string{"\2\0\0\1\0", 5});
  a.packed = std::string{"\0\x67\xFB\x83\x7D\x70\x24\x5B\xF5\x2C\xD3\xEA\xF1\x7A\x58\0", 16};
  return a.file();
}

std::string text(std::size_t n) {
  std::string out;
  for (std::uint32_t i = 1; out.size() < n; i = i * 1664525 + 1013904223)
    out += static_cast<char>('a' + (i >> 24) % 26);
  out.resize(n);
  return out;
}

TEST_CASE("a 7z archive on a completed file is examined whole", "[sevenzip]") {
  struct row {
    std::string_view name;
    std::string file;
    std::uint64_t entries;
    std::uint64_t unpacked;
  };
  const seven_archive three{.entries = {{},
                                        {.name = "b", .content = "", .folder = true},
                                        {.name = "b/c.txt", .content = ""},
                                        {.name = "b/d.txt", .content = "goodbye"}}};
  seven_archive filtered{.entries = {{.content = text(600)}}};
  filtered.coders =
      "\2" + seven_coder("\3\1\1", lzma1_properties(4096)) + seven_coder("\3", zero) + seven_number(1) + zero;
  std::string differences = filtered.content();
  for (std::size_t i = differences.size() - 1; i > 0; --i)
    differences[i] = static_cast<char>(differences[i] - differences[i - 1]);
  filtered.packed = lzma1ed(differences, 4096);
  filtered.unpack_sizes = {600, 600};
  const row rows[] = {
      {"stored", seven_archive{}.file(), 1, 5},
      {"header packed", seven_archive{}.file_with_packed_header(), 1, 5},
      {"several in one folder", three.file(), 4, 12},
      {"nothing but a folder",
       seven_archive{.entries = {{.name = "d", .content = "", .folder = true}}}.file(), 1, 0},
      {"LZMA", by_lzma(text(300), 1 << 16), 1, 300},
      {"LZMA that names 4 GiB", by_lzma(text(300), 0xFFFFFFFF), 1, 300},
      {"LZMA2", by_lzma2(text(300), 8), 1, 300},
      {"LZMA2 that names 4 GiB", by_lzma2(text(300), 40), 1, 300},
      {"delta behind LZMA", filtered.file(), 1, 600},
      {"PPMd", by_ppmd(), 1, 22},
      {"attributes of a file", seven_archive{.entries = {{.attributes = 0x81A48020}}}.file(), 1, 5},
  };
  for (const row& r : rows) {
    CAPTURE(r.name);
    const test::outcome o = completed(sevenzip, r.file);
    CAPTURE(o.detail);
    CHECK(o.reason == "");
    CHECK(o.found.examined == examined::whole);
    CHECK(o.found.entries == r.entries);
    CHECK(o.found.unpacked_size == r.unpacked);
    CHECK(test::read(sevenzip, r.file).found.examined == examined::prefix);
  }
}

TEST_CASE("a hostile 7z archive is refused on the completed file", "[sevenzip]") {
  const auto one = [](const seven_entry& e) { return seven_archive{.entries = {e}}.file(); };
  const auto with = [](auto change) {
    seven_archive a;
    change(a);
    return a.file();
  };
  const auto two = [](std::string_view a, std::string_view b) {
    return seven_archive{.entries = {{.name = std::string{a}}, {.name = std::string{b}}}}.file();
  };
  const auto property = [&](std::string bytes) {
    return with([&](seven_archive& a) { a.properties = bytes; });
  };
  const std::uint64_t header = start + 5;  // of an archive whose one stored entry is "hello"
  const std::string zip = test::zipped({{"../evil", "x"}});
  const test::judged cases[] = {
      {"slip", one({.name = "../a"}), "entry_name"},
      {"absolute", one({.name = "/a"}), "entry_name"},
      {"backslash", one({.name = "a\\b"}), "entry_name"},
      {"alternate stream", one({.name = "a:b"}), "entry_name"},
      {"no name", one({.name = ""}), "entry_name"},
      {"a path twice", two("a", "a"), "duplicate_entry"},
      {"a file that is a folder", two("a", "a/b"), "duplicate_entry"},
      {"link by mode", one({.attributes = 0xA1FF8000}), "entry_link"},
      {"link by reparse point", one({.attributes = 0x400}), "entry_link"},
      {"device", one({.attributes = 0x21A48000}), "entry_special"},
      {"a folder with content", one({.attributes = 0x10}), "entry_conflict"},
      {"an entry that deletes",
       seven_archive{.entries = {{}, {.name = "b", .content = ""}}, .properties = "\x10\1\x80"}.file(),
       "entry_special"},
      {"wrong checksum", with([](seven_archive& a) { a.crc = 1; }), "checksum_mismatch", header},
      {"no checksum", with([](seven_archive& a) { a.checksums = false; }), "missing_part"},
      {"bytes in a gap", with([](seven_archive& a) { a.gap = "secret"; }), "unclaimed_data", header},
      {"bytes before", with([](seven_archive& a) {
         a.packed = "xxhello";
         a.packed_sizes = {5};
         a.position = 2;
       }),
       "unclaimed_data", start},
      {"streams beyond the header", with([](seven_archive& a) { a.packed_sizes = {6}; }), "bad_length",
       start},
      {"streams far beyond", with([](seven_archive& a) { a.packed_sizes = {INT64_MAX}; }), "bad_length"},
      {"position beyond 63 bits", with([](seven_archive& a) { a.position = UINT64_MAX; }), "bad_structure"},
      {"position far beyond", with([](seven_archive& a) { a.position = INT64_MAX; }), "unclaimed_data"},
      {"a stream of no folder", with([](seven_archive& a) {
         a.packed_sizes = {4, 1};
       }),
       "unclaimed_data"},
      {"stored, says less", with([](seven_archive& a) {
         a.packed = "helloxx";
         a.unpacked = 5;
       }),
       "unclaimed_data", start + 5},
      {"stored, says more", with([](seven_archive& a) { a.unpacked = 6; }), "corrupt_data"},
      {"says a bomb", with([](seven_archive& a) { a.unpacked = 2 * GiB; }), "unpacked_too_large"},
      {"a part too many", with([](seven_archive& a) { a.more_parts = 1; }), "directory_mismatch"},
      {"an entry without a name", with([](seven_archive& a) { a.more_entries = 1; }), "entry_name"},
      {"entries without end", with([](seven_archive& a) { a.more_entries = INT64_MAX; }), "too_many_entries"},
      {"behind LZMA", by_lzma(text(300), 1 << 16, "PK\5\6"), "unclaimed_data"},
      {"behind LZMA2", by_lzma2(text(300), 8, "PK\5\6"), "unclaimed_data"},
      {"behind the header", with([](seven_archive& a) { a.behind_header = "x"; }), "unclaimed_data",
       header + seven_archive{}.header().size()},
      {"LZMA cut", with([](seven_archive& a) {
         a.coders = "\1" + seven_coder("\3\1\1", lzma1_properties(4096));
         a.packed = lzma1ed("hello", 4096);
         a.packed->resize(6);
       }),
       "corrupt_data", start},
      {"LZMA says less", with([](seven_archive& a) {
         a.coders = "\1" + seven_coder("\3\1\1", lzma1_properties(4096));
         a.packed = lzma1ed("hello, hello, hello, hello and goodbye", 4096);
       }),
       "corrupt_data", start},
      {"LZMA2 says less", with([](seven_archive& a) {
         a.coders = "\1" + seven_coder("\x21", "\10");
         a.packed = lzma2ed("hello and goodbye", 4096);
       }),
       "bad_length", start},
      {"LZMA2 says more", with([](seven_archive& a) {
         a.coders = "\1" + seven_coder("\x21", "\10");
         a.packed = lzma2ed("hell", 4096);
       }),
       "bad_length", start},
      {"LZMA without properties", with([](seven_archive& a) { a.coders = "\1" + seven_coder("\3\1\1"); }),
       "bad_value"},
      {"LZMA2 of 42 bits", with([](seven_archive& a) { a.coders = "\1" + seven_coder("\x21", "\x29"); }),
       "bad_value"},
      {"encrypted", with([](seven_archive& a) { a.coders = "\1" + seven_coder("\6\xF1\7\1"); }), "encrypted"},
      {"seventeen coders", with([](seven_archive& a) { a.coders = "\x11"; }), "unsupported_feature"},
      {"no coder", with([](seven_archive& a) { a.coders = zero; }), "bad_structure"},
      {"two outputs", with([&](seven_archive& a) {
         a.coders = std::string{"\1\x11\0\1\2", 5};
       }),
       "unsupported_feature"},
      {"inputs without end", with([&](seven_archive& a) {
         a.coders = std::string{"\1\x11\0", 3} + seven_number(1ULL << 40) + "\1";
       }),
       "bad_structure"},
      {"coders that feed each other", with([&](seven_archive& a) {
         a.coders = "\2" + seven_coder("\x21", "\10") + seven_coder("\4") + std::string{"\0\0", 2};
       }),
       "bad_structure"},
      {"bound beyond its coders", with([&](seven_archive& a) {
         a.coders = "\2" + seven_coder("\x21", "\10") + seven_coder("\4") + "\5\5";
       }),
       "bad_structure"},
      {"padding that is not zero", property("\x19\2xx"), "unclaimed_data"},
      {"an unknown property", property("\x1B\1x"), "unsupported_feature"},
      {"attributes twice", property("\x11\1x"), "duplicate_part"},
      {"a property beyond the header", property("\x19\x7Fx"), "bad_structure"},
      {"times too short", property(std::string{"\x14\4\1\0xx", 6}), "bad_structure"},
      {"times elsewhere", property("\x14\3\1\1\1"), "unsupported_feature"},
      {"header packed, and says more", seven_archive{}.file_with_packed_header(4096), "corrupt_data"},
      {"header that says gigabytes", seven_archive{}.file_with_packed_header(4 * GiB), "too_many_entries"},
      {"header that unpacks to another", seven_archive{}.file_with_packed_header({}, "\x17xxxx"),
       "bad_structure"},
      {"nested slip", one({.content = zip}), "entry_name"},
      {"PPMd under another name", by_ppmd("../a.txt"), "entry_name"},
      {"bomb", by_lzma(std::string(64 * MiB, 'x'), 1 << 20), "ratio_exceeded"},
  };
  for (const test::judged& c : cases) {
    CAPTURE(c.name);
    const test::outcome o =
        c.input.size() < 1024 ? completed(sevenzip, c.input) : test::completed_once(sevenzip, c.input);
    CAPTURE(o.detail);
    CHECK(o.reason == c.reason);
    if (c.offset) CHECK(o.offset == c.offset);
  }
}

TEST_CASE("the limits of a 7z archive hold to the last one", "[sevenzip]") {
  const auto reason = [](const std::string& file, auto change) {
    structure_limits limits;
    change(limits.archive);
    return test::completed_once(sevenzip, file, limits).reason;
  };
  const std::string three = seven_archive{.entries = {{.name = "a"}, {.name = "b"}, {.name = "cc"}}}.file();
  const std::string packed = by_lzma(text(5000), 1 << 16);
  for (const std::uint64_t n : {2U, 3U, 4U}) {
    CAPTURE(n);
    CHECK(reason(three, [&](archive_limits& l) { l.max_entries = n; }) == (n < 3 ? "too_many_entries" : ""));
    CHECK(reason(three, [&](archive_limits& l) { l.max_entry_name = n - 1; }) ==
          (n < 3 ? "name_too_long" : ""));
    CHECK(reason(three, [&](archive_limits& l) { l.max_unpacked = 12 + n; }) ==
          (n < 3 ? "unpacked_too_large" : ""));
    CHECK(reason(packed, [&](archive_limits& l) { l.max_completed_window = 4997 + n; }) ==
          (n < 3 ? "budget_exhausted" : ""));
  }
  const std::string ppmd = by_ppmd();
  CHECK(reason(ppmd, [](archive_limits& l) { l.max_completed_window = 64 * KiB; }) == "");
  CHECK(reason(ppmd, [](archive_limits& l) { l.max_completed_window = 64 * KiB - 1; }) == "budget_exhausted");
  const std::string zipped = seven_archive{.entries = {{.content = test::zipped({{"a.txt", "x"}})}}}.file();
  CHECK(reason(zipped, [](archive_limits&) {}) == "");
  CHECK(reason(zipped, [](archive_limits& l) { l.max_depth = 0; }) == "nested_too_deep");
  const std::string dense = by_lzma(std::string(100'000, 'x'), 1 << 20);
  const std::uint64_t ratio = (100'000 + unpack_budget::step_of(dense.size()) + unpack_budget::step - 1) /
                              (unpack_budget::step_of(dense.size()) + unpack_budget::step);
  for (const std::uint64_t n : {ratio - 1, ratio, ratio + 1}) {
    CAPTURE(n);
    CHECK(reason(dense, [&](archive_limits& l) {
            l.ratio_floor = 1;
            l.max_ratio = n;
          }) == (n < ratio ? "ratio_exceeded" : ""));
  }
}

TEST_CASE("no count of a 7z header sizes an allocation, whatever the policy allows", "[sevenzip]") {
  structure_limits limits;
  limits.archive.max_entries = UINT64_MAX;
  const std::string many = seven_number(1ULL << 50);
  const std::string headers[] = {
      "\1\4\6" + zero + many + "\x0A\1",             // checksums of packed streams
      "\1\4\6" + zero + many + "\x0A" + zero,        // bits that say which have one
      "\1\4\6" + zero + many + "\x09",               // sizes
      "\1\4\7\x0B" + many + zero,                    // folders
      "\1\5" + many + "\x0E\1" + zero,               // entries without a stream
      "\1\5" + many + std::string{"\x14\2\1\0", 4},  // times
      "\1\5" + many + std::string{"\x15\2\1\0", 4},  // attributes
      "\1\4\6" + zero + "\1\x09" + zero + zero + "\7\x0B\1" + zero + "\1\1" + zero + "\x0C\5" + zero +
          "\x08\x0D" + many,  // parts
  };
  for (const std::string& header : headers) {
    const test::outcome o = completed(sevenzip, test::seven_file("", header), limits);
    CAPTURE(o.detail);
    CHECK(o.reason == "bad_structure");
  }
}

TEST_CASE("what a policy lets pass in a 7z archive is said", "[sevenzip]") {
  structure_limits limits;
  limits.archive.encrypted = handling::warn;
  seven_archive a;
  a.coders = "\1" + seven_coder("\6\xF1\7\1");
  const test::outcome o = completed(sevenzip, a.file(), limits);
  CHECK(o.ok());
  CHECK(o.found.examined == examined::prefix);
  limits.archive.executables = handling::reject;
  CHECK(completed(sevenzip, seven_archive{.entries = {{.name = "a.exe"}}}.file(), limits).reason ==
        "entry_executable");
  a.coders = "\1" + seven_coder("\4\1\x09");  // Deflate64
  CHECK(completed(sevenzip, a.file()).found.examined == examined::prefix);
}

TEST_CASE("a completed file that is not what streamed is refused", "[sevenzip]") {
  const std::string good = seven_archive{}.file();
  const auto other = [&](std::size_t at) {
    std::string changed = good;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    return test::completed_as(sevenzip, good, test::file_of(changed)).reason;
  };
  CHECK(other(12) == "completed_file_differs");
  CHECK(other(start) == "checksum_mismatch");
  CHECK(other(good.size() - 1) == "completed_file_differs");
  const completed_file unreadable{good.size(), [](std::uint64_t, std::span<std::byte>) { return 0; }};
  CHECK(test::completed_as(sevenzip, good, unreadable).reason == "completed_file_unreadable");
  const completed_file half{good.size(), [&](std::uint64_t offset, std::span<std::byte> into) -> std::size_t {
                              if (offset >= start) return 0;
                              return test::file_of(good).read(offset, into) ? into.size() : 0;
                            }};
  CHECK(test::completed_as(sevenzip, good, half).reason == "completed_file_unreadable");
}

TEST_CASE("a 7z archive cut short is never whole, completed or not", "[sevenzip]") {
  const std::string good = seven_archive{}.file_with_packed_header();
  for (std::size_t n = 0; n < good.size(); ++n) {
    CAPTURE(n);
    REQUIRE_FALSE(completed(sevenzip, good.substr(0, n)).ok());
  }
}

TEST_CASE("a 7z archive with one byte changed is refused or says the same", "[sevenzip]") {
  for (const std::string& good :
       {seven_archive{}.file_with_packed_header(), by_lzma(text(50), 4096), by_lzma2(text(50), 8)}) {
    for (std::size_t i = 0; i < good.size(); ++i) {
      std::string changed = good;
      changed[i] = static_cast<char>(changed[i] ^ 0x10);
      if (i == 7) continue;  // the minor version
      CAPTURE(i);
      CHECK_FALSE(test::completed_as(sevenzip, changed, test::file_of(changed)).ok());
    }
  }
}

TEST_CASE("unpacking 7z takes the memory of its window, and none beyond the policy's", "[sevenzip]") {
  const auto resident = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;  // Linux counts in KiB
  };
  // Chunks that LZMA2 stores, which go through its window as others do, made as they are read.
  constexpr std::uint64_t chunks = 1536, chunk = 64 * KiB, packed_chunk = chunk + 3, size = chunks * chunk;
  const std::string part = text(chunk);
  const std::string first = "\1\xFF\xFF" + part;
  const std::string other = "\2\xFF\xFF" + part;
  std::uint32_t crc = 0;
  for (std::uint64_t i = 0; i < chunks; ++i) crc = crc32(crc, as_bytes(part));
  seven_archive a{.packed_sizes = {chunks * packed_chunk + 1}, .unpacked = size, .crc = crc};
  a.coders = "\1" + seven_coder("\x21", std::string(1, 40));
  const std::string tail = zero + a.header();
  const std::string start_fields = test::little(chunks * packed_chunk + 1, 8) +
                                   test::little(a.header().size(), 8) +
                                   test::little(test::crc_of(a.header()), 4);
  const std::string head =
      std::string{"7z\xBC\xAF\x27\x1C\0\4", 8} + test::little(test::crc_of(start_fields), 4) + start_fields;
  const completed_file whole{
      head.size() + chunks * packed_chunk + tail.size(), [&](std::uint64_t at, std::span<std::byte> into) {
        const std::uint64_t in_chunks = at - head.size();
        std::string_view from = tail;
        if (at < head.size()) {
          from = std::string_view{head}.substr(at);
        } else if (in_chunks < chunks * packed_chunk) {
          from = std::string_view{in_chunks < packed_chunk ? first : other}.substr(in_chunks % packed_chunk);
        } else {
          from.remove_prefix(in_chunks - chunks * packed_chunk);
        }
        const std::size_t n = std::min(from.size(), into.size());
        std::ranges::copy(as_bytes(from.substr(0, n)), into.begin());
        return n;
      }};
  const auto judge = [&](std::uint64_t window) {
    structure_limits limits;
    limits.archive.max_completed_window = window;
    parse p{sevenzip, limits};
    std::vector<std::byte> block(chunk);
    for (std::uint64_t at = 0; at < whole.size();) {
      const auto n = std::min<std::uint64_t>(chunk, whole.size() - at);
      REQUIRE(whole.read(at, std::span{block}.first(n)));
      REQUIRE(p.feed(bytes_view{block}.first(n)).ok());
      at += n;
    }
    return p.finish(&whole).ok();
  };
  const std::uint64_t before = resident();
  CHECK_FALSE(judge(size - 1));
  CHECK(resident() - before < 4 * MiB);
  CHECK(judge(size));
  CHECK(resident() - before < size + 4 * MiB);
}

TEST_CASE("libarchive must find the entries that were described", "[library_archive]") {
  const std::string file = by_ppmd();
  const auto reason_of = [&](std::vector<described_entry> entries) {
    structure_limits limits;
    context ctx{limits};
    completed_entries to{ctx, file.size()};
    const result r = unpack_by_library(test::file_of(file), library_format::sevenzip, entries, to);
    return r.ok() ? std::string_view{} : reason(r.why().code);
  };
  const described_entry right{.name = "a.txt", .size = 22};
  CHECK(reason_of({right}) == "");
  CHECK(reason_of({{.name = "b.txt", .size = 22}}) == "directory_mismatch");
  CHECK(reason_of({{.name = "a.txt", .size = 21}}) == "directory_mismatch");
  CHECK(reason_of({}) == "directory_mismatch");
  CHECK(reason_of({right, right}) == "directory_mismatch");
  CHECK(reason_of({{.name = "a.txt", .size = 22, .crc = 1}}) == "checksum_mismatch");
}

}  // namespace
}  // namespace uploadgate::formats
