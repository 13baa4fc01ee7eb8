#include <uploadgate/completed_file.hpp>
#include <uploadgate/http/form.hpp>
#include <uploadgate/maintenance/capture.hpp>
#include <uploadgate/storage/rescan.hpp>
#include <uploadgate/uploadgate.hpp>

#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/judge.hpp"
#include "support/sevenzip_builder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace uploadgate {
namespace {

const std::string seven = test::seven_archive{}.file_with_packed_header();

std::string first_bytes(const completed_file& f, std::size_t n) {
  std::string out(n, '?');
  return f.read(0, std::as_writable_bytes(std::span{out})) ? out : "unreadable";
}

// Wants the file, and says what it got in a warning.
struct wants_file {
  static constexpr std::string_view name = "wants_file";
  char objects = ' ';
  result finish(facts& f, const completed_file* file) const {
    f.warn(file ? "file of " + std::to_string(file->size()) : "no file");
    return objects == 'e' ? result{errc::content_mismatch} : result{};
  }
};

struct refuses {
  static constexpr std::string_view name = "refuses";
  result begin(const upload&) const { return errc::content_mismatch; }
};

inspection fed(const policy& p, std::string_view bytes, const upload& claim = {}) {
  inspection in = p.inspect(claim);
  in.feed(as_bytes(bytes));
  return in;
}

TEST_CASE("a completed file reads all that is asked, in as many steps as it takes, or fails",
          "[completed_file]") {
  const std::string_view text = "0123456789";
  const completed_file slow{text.size(), [&](std::uint64_t offset, std::span<std::byte> into) -> std::size_t {
                              into[0] = as_bytes(text)[static_cast<std::size_t>(offset)];
                              return 1;
                            }};
  std::string out(4, ' ');
  CHECK(slow.read(6, std::as_writable_bytes(std::span{out})));
  CHECK(out == "6789");
  CHECK_FALSE(slow.read(7, std::as_writable_bytes(std::span{out})));
  CHECK_FALSE(slow.read(UINT64_MAX, std::as_writable_bytes(std::span{out})));
  CHECK(slow.read(10, {}));
  const completed_file lies{10, [](std::uint64_t, std::span<std::byte> into) { return into.size() + 1; }};
  CHECK_FALSE(lies.read(0, std::as_writable_bytes(std::span{out})));
}

TEST_CASE("a completed file of a descriptor reads without moving it", "[completed_file]") {
  const test::folder here;
  const std::string path = here.write("a.txt", "hello");
  const int fd = ::open(path.c_str(), O_RDONLY);
  std::error_code ec;
  const completed_file file = completed_file::of_descriptor(fd, ec);
  CHECK_FALSE(ec);
  CHECK(file.size() == 5);
  CHECK(first_bytes(file, 4) == "hell");
  CHECK(::lseek(fd, 0, SEEK_CUR) == 0);
  REQUIRE(::truncate(path.c_str(), 2) == 0);
  CHECK(first_bytes(file, 4) == "unreadable");
  ::close(fd);
  CHECK(first_bytes(file, 4) == "unreadable");
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  CHECK(completed_file::of_descriptor(pipe[0], ec).size() == 0);
  CHECK(ec);
  for (const int end : pipe) ::close(end);
  completed_file::of_descriptor(-1, ec);
  CHECK(ec == std::errc::bad_file_descriptor);
}

TEST_CASE("finish hands the file to the rules that want it, through every rule of rules",
          "[completed_file]") {
  const policy policies[] = {policy{wants_file{}}, policy{any_of{refuses{}, wants_file{}}},
                             policy{report_only{wants_file{}}},
                             policy{any_of{policy{report_only{wants_file{}}}}}};
  for (const policy& p : policies) {
    inspection with = fed(p, "hello");
    CHECK(with.finish(test::file_of("hello")).accepted());
    CHECK(with.facts().warnings == std::vector<std::string>{"file of 5"});
    inspection without = fed(p, "hello");
    CHECK(without.finish().accepted());
    CHECK(without.facts().warnings == std::vector<std::string>{"no file"});
  }
  inspection judged = fed(policy{max_size{10}}.with_candidate(policy{wants_file{'e'}}), "hello");
  CHECK(judged.finish(test::file_of("hello")).accepted());
  CHECK(judged.candidate_verdict()->rejected());
}

TEST_CASE("a completed file of another size is refused, and one of a rejected upload not asked for",
          "[completed_file]") {
  for (const std::string_view other : {"hell", "hello!", ""}) {
    inspection in = fed(policy{wants_file{}}, "hello");
    CHECK(in.finish(test::file_of(other)).reason() == "completed_file_differs");
    CHECK(in.verdict().rule() == "inspection");
    CHECK(in.finish().rejected());
  }
  inspection rejected = policy{refuses{}}.inspect({});
  CHECK(rejected.finish(test::file_of("hello")).reason() == "content_mismatch");
}

TEST_CASE("a reader that throws rejects, whoever reads", "[completed_file]") {
  const auto broken = [](std::uint64_t, std::span<std::byte>) -> std::size_t {
    throw std::runtime_error("gone");
  };
  inspection in = fed(policy{structure{}}, seven, {.filename = "a.7z"});
  const verdict v = in.finish(completed_file{seven.size(), broken});
  CHECK(v.reason() == "validator_failed");
  CHECK(v.detail() == "gone");
}

TEST_CASE("structure looks into the completed file, for a candidate too", "[completed_file]") {
  const upload claim{.filename = "a.7z"};
  CHECK(fed(policy{structure{}}, seven, claim).finish().reason() == "not_examined");
  inspection in = fed(policy{structure{}}, seven, claim);
  CHECK(in.finish(test::file_of(seven)).accepted());
  CHECK(in.facts().examined == examined::whole);
  CHECK(in.facts().entries == 1);
  structure stricter;
  stricter.archive.max_unpacked = 4;
  inspection both = fed(policy{structure{}}.with_candidate(policy{stricter}), seven, claim);
  CHECK(both.finish(test::file_of(seven)).accepted());
  CHECK(both.candidate_verdict()->reason() == "unpacked_too_large");
}

TEST_CASE("a vault's slot gives its own file to the rules, and a rescan the stored one", "[completed_file]") {
  const test::folder here;
  std::error_code ec;
  const vault v{here / "vault", {.min_free = 0}};
  const policy_document document = parse_policy(R"({"name": "archives", "extensions": ["7z"]})");
  const policy rules = make_policy(document);
  slot resumable = v.create(rules, {.filename = "b.7z", .size = seven.size()}, "", ec);
  REQUIRE_FALSE(ec);
  slot direct = v.receive(rules.inspect({.filename = "a.7z"}), "", ec);
  std::string id;
  for (slot* s : {&direct, &resumable}) {
    REQUIRE_FALSE(s->write(as_bytes(seven)));
    CHECK(first_bytes(s->contents(), 2) == "7z");
    CHECK(s->finish().accepted());
    CHECK(s->facts().examined == examined::whole);
    id = s->publish(ec).id;
    CHECK_FALSE(ec);
  }
  CHECK(slot{}.contents().size() == 0);
  std::string answers;
  rescan(v, document, {},
         [&](const rescanned& r) { answers += r.verdict.accepted() ? "accepted" : r.verdict.reason(); });
  CHECK(answers == "accepted");
}

TEST_CASE("a baseline looks into the files of a store", "[completed_file]") {
  const test::folder here;
  const baseline_judge judge{parse_policy(R"({"name": "archives", "extensions": ["7z"]})")};
  const baseline_entry e = capture_file(judge, {.path = here.write("a.7z", seven)}, {});
  CHECK(e.reason == "");
  CHECK(e.accepted);
  CHECK(e.entries == 1);
}

TEST_CASE("a form's files are looked into where the host holds them", "[completed_file]") {
  const form_policy form{{{.name = "file", .files = policy{structure{}}}}};
  const std::string body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.7z\"\r\n\r\n" +
                           seven + "\r\n--b--\r\n";
  for (const bool held : {true, false}) {
    std::string kept;
    form_consumer consumer;
    consumer.data = [&](const form_part&, bytes_view bytes) {
      kept += as_text(bytes);
      return result{};
    };
    if (held) consumer.completed = [&](const form_part&) { return test::file_of(kept); };
    form_inspection in = form.inspect("multipart/form-data; boundary=b", body.size(), consumer);
    for (std::size_t i = 0; i < body.size(); i += 7) in.feed(as_bytes(std::string_view{body}.substr(i, 7)));
    CHECK(in.finish().accepted() == held);
    CHECK(in.verdict().rule() == (held ? "" : "structure"));
  }
}

}  // namespace
}  // namespace uploadgate
