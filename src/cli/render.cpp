#include "render.hpp"

#include <uploadgate/display.hpp>

#include "terminal.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <cstdio>
#include <ctime>

namespace uploadgate::cli {

namespace {

std::string numbers(const facts& f) {
  std::string s;
  if (f.width && f.height) s += ", " + std::to_string(*f.width) + "x" + std::to_string(*f.height);
  if (f.frames && *f.frames > 1) s += ", " + std::to_string(*f.frames) + " frames or pages";
  if (f.entries) s += ", " + std::to_string(*f.entries) + " entries";
  if (f.unpacked_size) s += ", unpacks to " + human_size(*f.unpacked_size);
  return s;
}

}  // namespace

std::string to_json(const judged_file& f) {
  if (f.unreadable.empty()) {
    return uploadgate::to_json(f.verdict, f.facts,
                               std::array{json_member{"path", f.path}, json_member{"filename", f.filename}});
  }
  const boost::json::object o{{"path", valid_utf8(f.path)},
                              {"verdict", "rejected"},
                              {"reason", "unreadable"},
                              {"condition", name(condition::not_checked)},
                              {"detail", f.unreadable}};
  return boost::json::serialize(o);
}

std::string utc_time(std::chrono::system_clock::time_point t) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(t);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::string summary(const facts& f) {
  std::string s = f.media_type.empty() ? "unknown type" : f.media_type;
  s += ", " + human_size(f.size) + numbers(f);
  if (f.examined != examined::whole) s += ", examined: " + std::string{name(f.examined)};
  return s;
}

std::string learnt(const facts& f) {
  std::string s;
  const auto add = [&](const std::string& part) { s += (s.empty() ? "" : ", ") + part; };
  if (!f.media_type.empty()) add(f.media_type + numbers(f));
  if (!f.extension.empty()) add("extension " + f.extension);
  if (!f.safe_name.empty()) add("safe name " + f.safe_name);
  if (!f.sniffed_type.empty()) add("a browser sees " + f.sniffed_type);
  if (!f.sha256.empty()) add("SHA-256 " + f.sha256);
  if (f.examined == examined::whole) add("every byte");
  if (f.examined == examined::prefix) add(f.examined_note.empty() ? "the beginning" : f.examined_note);
  for (const std::string& w : f.warnings) add("warning: " + w);
  return s.empty() ? std::to_string(f.size) + " bytes" : s;
}

std::string to_line(const judged_file& f) {
  if (!f.unreadable.empty()) {
    return paint("unreadable", colour::yellow) + "  " + printable(f.path) + "  " + f.unreadable;
  }
  if (f.verdict.accepted()) {
    std::string line =
        paint("accepted  ", colour::green) + "  " + printable(f.path) + "  " + summary(f.facts);
    for (const std::string& w : f.facts.warnings)
      line += "\n            " + paint("warning: " + printable(w), colour::yellow);
    return line;
  }
  std::string line = paint("rejected  ", colour::red) + "  " + printable(f.path) + "  " +
                     std::string{f.verdict.rule()} + ": " + printable(f.verdict.message());
  if (f.verdict.offset()) line += " (byte " + std::to_string(*f.verdict.offset()) + ")";
  return line;
}

}  // namespace uploadgate::cli
