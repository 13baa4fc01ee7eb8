#include <uploadgate/maintenance/note.hpp>

#include "maintenance/charts.hpp"
#include "maintenance/markup.hpp"
#include "support/catch.hpp"
#include "support/folder.hpp"

#include <expat.h>

namespace {

using namespace uploadgate;

const std::string hostile = "\"><script>alert(1)</script>\n# | `x` \x1b[31m \xe2\x80\xae.png";

baseline_entry entry(const std::string& path, const std::string& reason) {
  baseline_entry e{.path = path};
  e.size = 3'000;
  e.type = "image/png";
  e.claimed = "png";
  e.accepted = reason.empty();
  e.reason = reason;
  e.rules = {{"structure", reason}};
  return e;
}

change_note full_note() {
  change_note n;
  n.title = "Avatars";
  n.date = "2026-11-22";
  n.author = "Ann";
  n.remarks = "Because of the incident.";
  n.policy_after.name = "avatars";
  n.policy_after.max_size = 5 * MiB;
  for (int i = 0; i < 90; ++i) n.before.add(entry("a.png", ""));
  for (int i = 0; i < 10; ++i) n.before.add(entry("b.png", "trailing_data"));
  n.after = n.before;
  n.after->add(entry("c.png", "size_exceeded"));
  n.difference = store_difference{};
  n.difference->add({.path = "c.png",
                     .outcome = file_outcome::newly_refused,
                     .before = {true},
                     .after = {false, "max_size", "size_exceeded"}});
  for (int i = 0; i < 99; ++i) n.difference->add({.path = "d.png"});
  n.files = {{.path = "c.png",
              .outcome = file_outcome::newly_refused,
              .before = {true},
              .after = {false, "max_size", "size_exceeded"}}};
  n.decisions = decision_counts{.accepted = 40, .rejected = 2, .reasons = {{"html", 2}}};
  n.commands = {"uploadgate diff a b"};
  n.rollback = {"cp a b"};
  return n;
}

change_note hostile_note() {
  change_note n = full_note();
  n.title = n.author = n.remarks = n.policy_after.name = hostile;
  n.before.add(entry(hostile, hostile));
  n.files[0].path = hostile;
  n.files[0].after.reason = hostile;
  n.decisions->reasons[hostile] = 3;
  n.commands = {"```", hostile};
  return n;
}

// Whether the page is well-formed XML behind its first lines: then every tag is closed and every text
// escaped.
bool balanced(const std::string& html) {
  std::string body = html.substr(html.find("<body>"));
  body = body.substr(0, body.find("</html>"));
  XML_Parser p = XML_ParserCreate(nullptr);
  const bool good = XML_Parse(p, body.data(), static_cast<int>(body.size()), 1) == XML_STATUS_OK;
  XML_ParserFree(p);
  return good;
}

}  // namespace

TEST_CASE("a note tells what was, what changed, what came of it, and the way back") {
  const change_note n = full_note();
  for (const std::string& text : {note_markdown(n), note_html(n)}) {
    for (const char* wanted :
         {"Avatars", "2026-11-22, Ann", "Because of the incident.",
          "Of 100 files, 1 (1.0 %) are newly refused", "2 of 42 uploads (4.8 %) were refused",
          "What was before", "100 files", "The change", "newly refused", "To do it again",
          "uploadgate diff a b", "To undo it", "cp a b"}) {
      INFO(wanted);
      CHECK(text.find(wanted) != std::string::npos);
    }
  }
  CHECK(note_markdown(n).find("max\\_size: 100 MiB became 5 MiB (tightened)") != std::string::npos);
  CHECK(note_html(n).find("max_size: 100 MiB became 5 MiB (tightened)") != std::string::npos);
}

TEST_CASE("a page needs nothing from elsewhere and runs nothing") {
  const std::string html = note_html(full_note());
  CHECK(balanced(html));
  CHECK(html.find("default-src 'none'") != std::string::npos);
  for (const char* unwanted : {"<script", "http:", "https:", "url(", "@import", "<img", "<link"}) {
    INFO(unwanted);
    CHECK(html.find(unwanted) == std::string::npos);
  }
  std::size_t charts = 0;
  for (std::size_t at = html.find("<svg"); at != std::string::npos; at = html.find("<svg", at + 1)) ++charts;
  CHECK(charts == 6);
}

TEST_CASE("hostile names stay text") {
  const change_note n = hostile_note();
  const std::string html = note_html(n);
  CHECK(balanced(html));
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find('\x1b') == std::string::npos);
  CHECK(html.find("\xe2\x80\xae") == std::string::npos);
  const std::string page = note_markdown(n);
  CHECK(page.find("\n# | ") == std::string::npos);
  CHECK(page.find('\x1b') == std::string::npos);
  CHECK(page.find("````sh\n") != std::string::npos);  // a fence that the line of backquotes does not close
}

TEST_CASE("a note without files, after and log is a note") {
  change_note n;
  n.before.add(entry("a.png", ""));
  CHECK(note_markdown(n).find("No files were compared") != std::string::npos);
  CHECK(note_markdown(n).find("No setting was changed") != std::string::npos);
  CHECK(balanced(note_html(n)));
  CHECK(balanced(note_html(change_note{})));
}

TEST_CASE("long tables are cut, with a sum of the rest") {
  change_note n;
  for (int i = 0; i < 40; ++i) {
    baseline_entry e = entry("a.png", "");
    e.type = "type/" + std::to_string(i);
    n.before.add(e);
  }
  for (int i = 0; i < 200; ++i)
    n.files.push_back({.path = "file-" + std::to_string(i), .outcome = file_outcome::newly_refused});
  const std::string page = note_markdown(n);
  CHECK(page.find("(other)") != std::string::npos);
  CHECK(page.find("file-49 ") != std::string::npos);
  CHECK(page.find("file-50 ") == std::string::npos);
}

TEST_CASE("markup is escaped") {
  using namespace maintenance;
  CHECK(html_text("<a href='x'>&\"") == "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
  CHECK(html_text("\x1b") == "\\x1b");
  CHECK(markdown_text("a|b*c_d`e<f>\n") == "a\\|b\\*c\\_d\\`e\\<f\\>\\\\x0a");
}

TEST_CASE("charts draw what is there") {
  using namespace maintenance;
  CHECK(bar_chart("none", {}, false).empty());
  const std::string chart = bar_chart("two", {{"much", 1'000'000, 0}, {"little", 1, 0}}, false);
  CHECK(chart.find("width=\"380\"") != std::string::npos);
  CHECK(chart.find("width=\"2\"") != std::string::npos);  // what is there is seen
  CHECK(stacked_chart("empty", {{"nothing", {{"accepted", 0, "good"}}}}).find("width=\"0\"") !=
        std::string::npos);
}

TEST_CASE("decisions are counted from a log, whatever else is in it") {
  const test::folder here;
  const std::string path =
      here.write("log",
                 "{\"verdict\":\"accepted\"}\n"
                 "{\"verdict\":\"rejected\",\"reason\":\"html\"}\n"
                 "{\"verdict\":\"rejected\",\"reason\":\"html\"}\n"
                 "{\"event\":\"started\"}\nnot JSON\n{\"verdict\":1}\n{\"verdict\":\"acc");
  const decision_counts c = count_decisions(path);
  CHECK(c.accepted == 1);
  CHECK(c.rejected == 2);
  CHECK(c.passed_over == 3);
  CHECK(c.reasons.at("html") == 2);
}
