#include "formats/crc32.hpp"
#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"
#include "support/zip_builder.hpp"

#include <sys/resource.h>

#include <functional>

namespace uploadgate::formats {
namespace {

using test::little;
using test::zip_entry;
using test::zip_file;

constexpr std::uint32_t folder_mode = 0040755U << 16;

std::string text(std::size_t n) {
  std::string out;
  for (std::size_t i = 0; out.size() < n; ++i) out += "line " + std::to_string(i * 7919) + "\n";
  out.resize(n);
  return out;
}

zip_file two() { return {.entries = {{.name = "a.txt"}, {.name = "b/c.txt", .content = text(900)}}}; }
std::string unicode_path(std::string_view of, std::string_view path) {
  return little(0x7075, 2) + little(5 + path.size(), 2) + "\1" + little(test::crc_of(of), 4) +
         std::string{path};
}

std::string zip64_field(std::uint64_t unpacked, std::uint64_t packed) {
  return little(1, 2) + little(16, 2) + little(unpacked, 8) + little(packed, 8);
}
std::string descriptor_of(std::string_view data) {
  return "PK\x07\x08" + little(test::crc_of(data), 4) + little(data.size(), 4) + little(data.size(), 4);
}
// A stored, empty entry.
std::string local_of(std::string_view name) {
  return "PK\3\4" + little(20, 2) + std::string(20, '\0') + little(name.size(), 2) + little(0, 2) +
         std::string{name};
}

TEST_CASE("archives that honest tools write pass at every split", "[zip]") {
  const std::string zip64_local = little(1, 2) + little(16, 2) + little(5, 8) + little(5, 8);
  const struct {
    const char* name;
    zip_file file;
    std::uint64_t entries;
  } cases[] = {
      {"two entries", two(), 2},
      {"none", {}, 0},
      {"a comment", {.entries = {{}}, .comment = "made by hand"}, 1},
      {"stored", {.entries = {{.deflate = false}}}, 1},
      {"an empty file", {.entries = {{.content = "", .deflate = false}}}, 1},
      {"an empty deflated file", {.entries = {{.content = ""}}}, 1},
      {"deflated nothing without its two bytes", {.entries = {{.content = "", .packed = ""}}}, 1},
      {"a folder",
       {.entries = {{.name = "d/", .content = "", .deflate = false, .attributes = folder_mode}}},
       1},
      {"a descriptor", {.entries = {{.descriptor = true}, {.name = "b"}}}, 2},
      {"an unmarked descriptor", {.entries = {{.descriptor = true, .descriptor_marked = false}}}, 1},
      {"a wide descriptor", {.entries = {{.descriptor = true, .descriptor_wide = true}, {.name = "b"}}}, 2},
      {"stored with a descriptor", {.entries = {{.deflate = false, .descriptor = true}, {.name = "b"}}}, 2},
      {"much stored with a wide descriptor",
       {.entries = {{.content = text(9000) + "PK\x07\x08PK",
                     .deflate = false,
                     .descriptor = true,
                     .descriptor_wide = true}}},
       1},
      {"a stored archive with descriptors inside",
       {.entries = {{.name = "a.zip",
                     .content = zip_file{.entries = {{.deflate = false, .descriptor = true}}}.bytes(),
                     .deflate = false,
                     .descriptor = true}}},
       1},
      {"an empty file with an unmarked descriptor",
       {.entries = {{.content = "", .deflate = false, .descriptor = true, .descriptor_marked = false}}},
       1},
      {"a reserved ZIP64 field", {.entries = {{.local_extra = zip64_field(0, 0)}}}, 1},
      {"a folder with a descriptor",
       {.entries = {{.name = "d/", .content = "", .deflate = false, .descriptor = true}}},
       1},
      {"ZIP64 end records", {.entries = {{}}, .zip64 = true}, 1},
      {"ZIP64 sizes",
       {.entries = {{.deflate = false,
                     .unpacked = 0xFFFFFFFF,
                     .packed_size = 0xFFFFFFFF,
                     .local_extra = zip64_local,
                     .central_extra = zip64_local}}},
       1},
      {"zipalign's padding", {.entries = {{.local_extra = std::string(3, '\0')}}}, 1},
      {"the directory in another order",
       {.entries = {{.name = "x"}, {.name = "y"}, {.name = "z"}}, .reversed_directory = true},
       3},
      {"a UTF-8 name", {.entries = {{.name = "\xC3\xA9", .flags = 0x800}}}, 1},
      {"a Unicode path, and '_' for what the code page lacks, as WinRAR writes it",
       {.entries = {{.name = "_15.txt",
                     .local_extra = unicode_path("_15.txt",
                                                 "\xE2\x82\xAC"
                                                 "15.txt")}}},
       1},
      {"a Unicode path, and numbers for what the code page lacks",
       {.entries = {{.name = "a#U20acb",
                     .local_extra = unicode_path("a#U20acb",
                                                 "a\xE2\x82\xAC"
                                                 "b")}}},
       1},
      {"a Unicode path",
       {.entries = {{.name = "\x82.txt", .local_extra = unicode_path("\x82.txt", "\xC3\xA9.txt")}}},
       1},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const std::string bytes = c.file.bytes();
    const test::outcome o = test::read_every_split(zip, bytes);
    CHECK(o.reason == "");
    CHECK(o.detail == "");
    CHECK(o.found.entries == c.entries);
    CHECK(o.found.examined == examined::whole);
    CHECK(o.found.media_type == "application/zip");
    test::read_every_truncation(zip, bytes);
  }
}

TEST_CASE("archives that two readers could read differently are refused", "[zip]") {
  const struct {
    const char* name;
    std::string_view reason;
    std::optional<std::uint64_t> offset;
    zip_file file;
  } cases[] = {
      {"a prefix", "bad_signature", 0, {.entries = {{.gap = "#!/bin/sh\n"}}}},
      {"a suffix", "trailing_data", {}, {.entries = {{}}, .after = "x"}},
      {"a gap between entries", "unclaimed_data", {}, {.entries = {{}, {.name = "b", .gap = "gap"}}}},
      {"a gap before the directory", "unclaimed_data", {}, {.entries = {{}}, .before_directory = "gap!"}},
      {"a gap before the end", "unclaimed_data", {}, {.entries = {{}}, .before_end = "gap!"}},
      {"an entry the directory hides",
       "directory_mismatch",
       {},
       {.entries = {{}, {.name = "b", .in_directory = false}}}},
      {"an entry the file lacks",
       "directory_mismatch",
       {},
       {.entries = {{}, {.name = "b", .central_offset = 100, .in_file = false}}}},
      {"another name", "directory_mismatch", {}, {.entries = {{.central_name = "b.txt"}}}},
      {"another method", "directory_mismatch", {}, {.entries = {{.central_method = 0}}}},
      {"another CRC", "directory_mismatch", {}, {.entries = {{.central_crc = 1}}}},
      {"another packed size", "directory_mismatch", {}, {.entries = {{.central_packed = 1}}}},
      {"another unpacked size", "directory_mismatch", {}, {.entries = {{.central_unpacked = 1}}}},
      {"encrypted in the directory only", "directory_mismatch", {}, {.entries = {{.central_flags = 1}}}},
      {"UTF-8 in the directory only",
       "directory_mismatch",
       {},
       {.entries = {{.name = "\xC3\xA9", .central_flags = 0x800}}}},
      {"two entries with the same data",
       "overlap",
       {},
       {.entries = {{}, {.name = "b", .central_offset = 0}}}},
      {"an entry within another's data",
       "overlap",
       {},
       {.entries = {{}, {.name = "b", .central_offset = 9}}}},
      {"two directory entries for one",
       "overlap",
       {},
       {.entries = {{.name = "a"}, {.name = "a", .central_offset = 0, .in_file = false}}}},
      {"the same name twice", "duplicate_entry", {}, {.entries = {{}, {}}}},
      {"the same name with and without ./", "duplicate_entry", {}, {.entries = {{}, {.name = "./a.txt"}}}},
      {"a file and a folder of one name",
       "duplicate_entry",
       {},
       {.entries = {{.name = "d"}, {.name = "d/", .content = "", .deflate = false}}}},
      {"a wrong count", "directory_mismatch", {}, {.entries = {{}}, .count = 2}},
      {"a wrong directory size", "directory_mismatch", {}, {.entries = {{}}, .directory_size = 1}},
      {"a wrong directory offset", "directory_mismatch", {}, {.entries = {{}}, .directory_offset = 0}},
      {"a second end record in the comment",
       "second_directory",
       {},
       {.entries = {{}}, .comment = "PK\x05\x06" + std::string(18, '\0')}},
      {"a ZIP64 locator in the last comment",
       "second_directory",
       {},
       {.entries = {{.comment = "PK\x06\x07" + std::string(16, '\0')}}}},
      {"ZIP64 values without ZIP64 records",
       "directory_mismatch",
       {},
       {.entries = {{}}, .directory_offset = 0xFFFFFFFF}},
      {"stored data with an unmarked descriptor",
       "truncated",
       {},
       {.entries = {{.deflate = false, .descriptor = true, .descriptor_marked = false}}}},
      {"stored data that ends early for who reads forward",
       "unclaimed_data",
       {},
       {.entries = {{.content = "data" + descriptor_of("data") + local_of("x.exe"),
                     .deflate = false,
                     .descriptor = true}}}},
      {"zeros behind the end, and something else",
       "trailing_data",
       {},
       {.entries = {{}}, .after = std::string(100, '\0') + "x"}},
      {"more zeros behind the end than a tape block",
       "trailing_data",
       {},
       {.entries = {{}}, .after = std::string(10'240, '\0')}},
      {"other sizes in a ZIP64 field that is not asked for",
       "directory_mismatch",
       {},
       {.entries = {{.local_extra = zip64_field(9, 7)}}}},
      {"other sizes in the directory's ZIP64 field",
       "directory_mismatch",
       {},
       {.entries = {{.central_extra = zip64_field(9, 7)}}}},
      {"a script in the comment", "payload_text", {}, {.entries = {{}}, .comment = "<?php system(1);"}},
      {"a descriptor in stored data that ends it for readers that look no further",
       "ambiguous_length",
       {},
       {.entries = {{.content = "data" + descriptor_of("data") + "and more",
                     .deflate = false,
                     .descriptor = true}}}},
      {"a descriptor that lies",
       "checksum_mismatch",
       {},
       {.entries = {{.descriptor = true, .descriptor_bytes = "PK\x07\x08" + std::string(12, '\1')}}}},
      {"a Unicode path with another letter",
       "directory_mismatch",
       {},
       {.entries = {{.name = "_a.txt", .local_extra = unicode_path("_a.txt", "\xC3\xA9x.txt")}}}},
      {"a Unicode path with a character more",
       "directory_mismatch",
       {},
       {.entries = {{.name = "_a.txt",
                     .local_extra = unicode_path("_a.txt",
                                                 "\xC3\xA9"
                                                 "a.txt\xC3\xA9")}}}},
      {"a Unicode path to elsewhere",
       "directory_mismatch",
       {},
       {.entries = {{.local_extra = unicode_path("a.txt", "b.exe")}}}},
      {"a Unicode path that climbs",
       "entry_name",
       {},
       {.entries = {{.name = "\x82/a.txt", .local_extra = unicode_path("\x82/a.txt", "../a.txt")}}}},
      {"a stale Unicode path",
       "directory_mismatch",
       {},
       {.entries = {{.local_extra = unicode_path("other", "a.txt")}}}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(zip, c.file.bytes());
    CAPTURE(o.detail);
    CHECK(o.reason == c.reason);
    if (c.offset) CHECK(o.offset == c.offset);
  }
}

TEST_CASE("an archive padded for a pipe passes with a warning", "[zip]") {
  for (const std::size_t zeros : {1U, 4096U, 10'239U}) {
    CAPTURE(zeros);
    const test::outcome o =
        test::read(zip, zip_file{.entries = {{}}, .after = std::string(zeros, '\0')}.bytes());
    CHECK(o.reason == "");
    CHECK(o.found.warnings == std::vector<std::string>{"zeros behind the end of the archive"});
  }
}

TEST_CASE("an entry of 300 MiB takes no more memory than a small one", "[zip]") {
  const auto resident = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss * 1024;  // Linux counts in KiB
  };
  const std::string chunk = text(1 << 20);
  parse p{zip, structure_limits{}};
  const auto feed = [&](std::string_view bytes) { REQUIRE(p.feed(as_bytes(bytes)).ok()); };
  const auto before = resident();
  const std::string versions = little(20, 2) + little(8, 2) + little(0, 2) + little(0x210000, 4);
  feed("PK\3\4" + versions + std::string(12, '\0') + little(1, 2) + little(0, 2) + "a");
  std::uint32_t crc = 0;
  for (int i = 0; i < 300; ++i) {
    crc = crc32(crc, as_bytes(chunk));
    feed(chunk);
  }
  const std::string sizes = little(crc, 4) + little(300 * MiB, 4) + little(300 * MiB, 4);
  const std::string central =
      "PK\1\2" + little(20, 2) + versions + sizes + little(1, 2) + std::string(16, '\0') + "a";
  feed("PK\7\x08" + sizes + central + "PK\5\6" + little(0, 4) + little(1, 2) + little(1, 2) +
       little(central.size(), 4) + little(31 + 300 * MiB + 16, 4) + little(0, 2));
  const result r = p.finish();
  CAPTURE(r.ok() ? "" : r.why().detail);
  CHECK(r.ok());
  CHECK(p.found().unpacked_size == 300 * MiB);
  CHECK(resident() - before < 4 * static_cast<long>(MiB));
}

TEST_CASE("a tar within an archive is read, whatever its name", "[zip]") {
  const auto tar_of = [](std::string name) {
    std::string head = name + std::string(100 - name.size(), '\0') + "0000644" + '\0' + "0000000" + '\0' +
                       "0000000" + '\0' + "00000000000" + '\0' + "00000000000" + '\0' + "        0" +
                       std::string(100, '\0') + "ustar" + '\0' + "00" + std::string(247, '\0');
    unsigned sum = 0;
    for (const char c : head) sum += static_cast<unsigned char>(c);
    std::string octal = "000000";
    for (std::size_t i = 6; i-- > 0; sum /= 8) octal[i] = static_cast<char>('0' + sum % 8);
    head.replace(148, 8, octal + '\0' + ' ');
    return head + std::string(1024, '\0');
  };
  for (const char* name : {"a.tar", "a.bin"}) {
    CAPTURE(name);
    const auto judged = [&](std::string inner, bool deflate) {
      return test::read_every_split(
          zip, zip_file{.entries = {{.name = name, .content = tar_of(inner), .deflate = deflate}}}.bytes());
    };
    CHECK(judged("fine.txt", false).reason == "");
    CHECK(judged("../evil", false).reason == "entry_name");
    CHECK(judged("../evil", true).reason == "entry_name");
  }
}

std::string field(std::string_view body) {
  return little(0xBEEF, 2) + little(body.size(), 2) + std::string{body};
}

TEST_CASE("extra fields and comments are looked through, and carry nothing large", "[zip]") {
  const std::string shell = "<?php system($_GET[0]); ?>";
  const struct {
    const char* name;
    std::string_view reason;
    zip_entry entry;
  } cases[] = {
      {"an unknown field", "", {.local_extra = field("abc")}},
      {"times of 13 bytes", "", {.local_extra = little(0x5455, 2) + little(13, 2) + std::string(13, '\7')}},
      {"times that are a script",
       "payload_text",
       {.local_extra = little(0x5455, 2) + little(shell.size(), 2) + shell}},
      {"numbers of an owner that are a script",
       "payload_text",
       {.local_extra = little(0x7875, 2) + little(shell.size(), 2) + shell}},
      {"times of Windows that are a script",
       "payload_text",
       {.local_extra = little(0x000A, 2) + little(shell.size() + 9, 2) + shell + text(9)}},
      {"an unknown field at the limit", "", {.local_extra = field(text(1024))}},
      {"an unknown field over the limit", "metadata_too_large", {.local_extra = field(text(1025))}},
      {"zeros that align the data", "", {.local_extra = field(std::string(16'000, '\0'))}},
      {"data behind zeros that align",
       "metadata_too_large",
       {.local_extra = field(std::string(16'000, '\0') + "x")}},
      {"a script in an extra field", "payload_text", {.local_extra = field(shell)}},
      {"a script in an extra field of the directory", "payload_text", {.central_extra = field(shell)}},
      {"a comment", "", {.comment = "made by hand"}},
      {"a script in an entry's comment", "payload_text", {.comment = shell}},
      {"a page in an entry's comment", "payload_text", {.comment = "<script>alert(1)</script>"}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(zip, zip_file{.entries = {c.entry}}.bytes());
    CAPTURE(o.detail);
    CHECK(o.reason == c.reason);
  }
}

TEST_CASE("a file cannot be a folder too", "[zip]") {
  const struct {
    const char* name;
    std::vector<std::string> entries;
    std::string_view reason;
  } cases[] = {
      {"a file, then an entry beneath it", {"a", "a/b"}, "duplicate_entry"},
      {"an entry, then a file above it", {"a/b", "a"}, "duplicate_entry"},
      {"two folders above", {"x/y/z", "x"}, "duplicate_entry"},
      {"with the root named", {"./x", "x/y"}, "duplicate_entry"},
      {"among others of the folder", {"x/1", "x/2", "x/3/4", "x/3"}, "duplicate_entry"},
      {"folders and their entries", {"a/", "a/b", "a/c/d", "a/c/", "ab"}, ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    zip_file file;
    for (const std::string& n : c.entries)
      file.entries.push_back(
          {.name = n, .content = n.ends_with('/') ? "" : "hello", .deflate = !n.ends_with('/')});
    CHECK(test::read_every_split(zip, file.bytes()).reason == c.reason);
  }
}

TEST_CASE("broken, lying and dangerous entries are refused", "[zip]") {
  const std::string unix_link =
      little(0x756e, 2) + little(14, 2) + little(0, 4) + little(0120777, 2) + little(0, 8);
  const struct {
    const char* name;
    std::string_view reason;
    std::uint64_t offset;
    zip_entry entry;
  } cases[] = {
      {"zip-slip", "entry_name", 30, {.name = "../../etc/passwd"}},
      {"an absolute path", "entry_name", 30, {.name = "/etc/passwd"}},
      {"a drive", "entry_name", 30, {.name = "C:\\x"}},
      {"a name that is not UTF-8 and says so", "entry_name", 30, {.name = "\x82", .flags = 0x800}},
      {"a wrong CRC", "checksum_mismatch", 42, {.crc = 7}},
      {"more than declared", "bad_length", 42, {.unpacked = 4}},
      {"less than declared", "bad_length", 42, {.unpacked = 6}},
      {"bytes behind the deflate stream", "bad_length", 42, {.packed = test::deflated("hello") + "x"}},
      {"a torn deflate stream", "corrupt_data", 41, {.packed = test::deflated("hello").substr(0, 6)}},
      {"no deflate stream", "corrupt_data", 37, {.packed = "\xFF\xFF"}},
      {"a method that is not allowed", "compression_method", 8, {.method = 12}},
      {"encrypted", "encrypted", 0, {.flags = 1}},
      {"strongly encrypted", "encrypted", 0, {.flags = 0x41}},
      {"a masked header", "encrypted", 0, {.flags = 0x2001}},
      {"AES", "encrypted", 0, {.method = 99}},
      {"patch data", "unsupported_feature", 0, {.flags = 0x20}},
      {"a folder with content", "bad_value", 0, {.name = "d/"}},
      {"a symbolic link", "entry_link", 42, {.attributes = 0120777U << 16}},
      {"a symbolic link in an extra field", "entry_link", 0, {.local_extra = unix_link}},
      {"a reparse point", "entry_link", 42, {.attributes = 0x400, .made_by = 0}},
      {"a device", "entry_special", 42, {.attributes = 0020666U << 16}},
      {"a folder by attributes", "bad_value", 42, {.attributes = folder_mode}},
      {"an extra field that passes its block", "bad_length", 35, {.local_extra = "\1\2\xFF\xFF"}},
      {"a torn extra field", "bad_length", 35, {.local_extra = "\1"}},
      {"declared beyond the limit", "unpacked_too_large", 22, {.unpacked = 0xFFFFFFF0}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(zip, zip_file{.entries = {c.entry}}.bytes());
    CAPTURE(o.detail);
    CHECK(o.reason == c.reason);
    CHECK(o.offset == c.offset);
  }
}

TEST_CASE("encrypted entries pass where the policy lets them, and are not examined", "[zip]") {
  structure_limits limits;
  limits.archive.encrypted = handling::warn;
  zip_file file{.entries = {{.flags = 1}, {.name = "b"}}};
  const test::outcome o = test::read_every_split(zip, file.bytes(), limits);
  CHECK(o.reason == "");
  CHECK(o.found.examined == examined::prefix);
}

TEST_CASE("the caps of an archive hold at their number", "[zip]") {
  const auto judge = [](const zip_file& f, auto set) {
    structure_limits limits;
    set(limits.archive);
    return test::read(zip, f.bytes(), limits).reason;
  };
  for (const std::uint64_t n : {1U, 2U, 3U}) {
    CAPTURE(n);
    CHECK(judge(two(), [&](archive_limits& l) { l.max_entries = n; }) == (n < 2 ? "too_many_entries" : ""));
  }
  for (const std::uint64_t n : {904U, 905U, 906U}) {
    CAPTURE(n);
    CHECK(judge(two(), [&](archive_limits& l) { l.max_unpacked = n; }) ==
          (n < 905 ? "unpacked_too_large" : ""));
  }
  for (const std::uint64_t n : {6U, 7U, 8U}) {
    CAPTURE(n);
    CHECK(judge(two(), [&](archive_limits& l) { l.max_entry_name = n; }) == (n < 7 ? "name_too_long" : ""));
  }
  // 100,000 bytes out of what stands before the end of the data.
  const zip_file dense{.entries = {{.content = std::string(100'000, 'x')}}};
  const std::uint64_t data_end = 35 + test::deflated(dense.entries[0].content).size();
  const std::uint64_t ratio = (100'000 + data_end - 1) / data_end;
  for (const std::uint64_t n : {ratio - 1, ratio, ratio + 1}) {
    const std::string answer = judge(dense, [&](archive_limits& l) {
      l.max_ratio = n;
      l.ratio_floor = 1000;
    });
    CHECK(answer == (n < ratio ? "ratio_exceeded" : ""));
  }
  CHECK(judge(dense, [](archive_limits& l) {
          l.max_ratio = 1;
          l.ratio_floor = 100'000;
        }) == "");
}

TEST_CASE("a bomb is refused where the cap breaks, not at the end", "[zip]") {
  structure_limits limits;
  limits.archive.max_unpacked = 1 * MiB;
  zip_entry bomb{.content = std::string(64 * MiB, '\0'), .descriptor = true};
  const std::string bytes = zip_file{.entries = {bomb}}.bytes();
  const test::outcome o = test::read_every_split(zip, bytes.substr(0, 8000), limits);
  CHECK(o.reason == "unpacked_too_large");
  CHECK(o.offset < 5000);
  CHECK(o.found.unpacked_size < 1 * MiB + 64 * KiB);
}

TEST_CASE("archives in archives are read by the same rules", "[zip]") {
  const std::string inner = test::zipped({{"x.txt", text(300)}});
  const std::string middle = test::zipped({{"inner.zip", inner}});
  const test::outcome one = test::read_every_split(zip, test::zipped({{"in.zip", inner}, {"b", "c"}}));
  CHECK(one.reason == "");
  CHECK(one.found.entries == 2);
  CHECK(one.found.unpacked_size == inner.size() + 300 + 1);
  const struct {
    const char* name;
    std::string_view reason;
    std::string_view entry;
    std::string content;
  } cases[] = {
      {"two deep", "nested_too_deep", "m.zip", middle},
      {"two deep under another name", "nested_too_deep", "m.txt", middle},
      {"zip-slip inside", "entry_name", "in.zip", test::zipped({{"../x", "y"}})},
      {"not an archive", "bad_signature", "in.zip", "no archive at all, in a file of that name"},
      {"torn", "truncated", "in.zip", inner.substr(0, inner.size() - 3)},
      {"a document with macros", "macros", "in.docx",
       test::zipped({{"[Content_Types].xml",
                      "<Types><Override ContentType='application/vnd.ms-office.vbaProject'/></Types>"}})},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(zip, test::zipped({{std::string{c.entry}, c.content}}));
    CAPTURE(o.detail);
    CHECK(o.reason == c.reason);
  }
  structure_limits limits;
  limits.archive.max_depth = 0;
  CHECK(test::read(zip, test::zipped({{"in.zip", inner}}), limits).reason == "nested_too_deep");
  limits.archive.max_depth = 2;
  CHECK(test::read(zip, test::zipped({{"m.zip", middle}}), limits).reason == "");
  limits.archive.max_unpacked = middle.size() + inner.size() + 300;
  CHECK(test::read(zip, test::zipped({{"m.zip", middle}}), limits).reason == "");
  --limits.archive.max_unpacked;
  CHECK(test::read(zip, test::zipped({{"m.zip", middle}}), limits).reason == "unpacked_too_large");
  limits.archive.max_unpacked = 1 * MiB;
  limits.archive.max_entries = 3;
  CHECK(test::read(zip, test::zipped({{"m.zip", middle}}), limits).reason == "");
  limits.archive.max_entries = 2;
  CHECK(test::read(zip, test::zipped({{"m.zip", middle}}), limits).reason == "too_many_entries");
}

TEST_CASE("programs in an archive are judged by the policy", "[zip]") {
  structure_limits limits;
  const std::string bytes = test::zipped({{"a/setup.exe", "MZ"}});
  CHECK(test::read(zip, bytes, limits).reason == "");
  limits.archive.executables = handling::reject;
  CHECK(test::read_every_split(zip, bytes, limits).reason == "entry_executable");
}

TEST_CASE("names that differ in case only are told", "[zip]") {
  const test::outcome o = test::read_every_split(zip, test::zipped({{"License", "a"}, {"LICENSE", "b"}}));
  CHECK(o.reason == "");
  REQUIRE(o.found.warnings.size() == 1);
}

TEST_CASE("an Android package may have a signing block, and nothing else may", "[zip]") {
  const std::string pairs = "0123456789";
  const std::string block =
      little(pairs.size() + 24, 8) + pairs + little(pairs.size() + 24, 8) + "APK Sig Block 42";
  const zip_file apk{.entries = {{.name = "AndroidManifest.xml"}}, .before_directory = block};
  CHECK(test::read_every_split(zip, apk.bytes(), {}, "apk").reason == "");
  CHECK(test::read(zip, apk.bytes(), {}, "zip").reason == "wrong_family");
  const zip_file plain{.entries = {{}}, .before_directory = block};
  CHECK(test::read_every_split(zip, plain.bytes()).reason == "unclaimed_data");
}

}  // namespace
}  // namespace uploadgate::formats
