#include <uploadgate/display.hpp>
#include <uploadgate/validators/structure.hpp>

#include "commands.hpp"
#include "judge_file.hpp"
#include "render.hpp"
#include "table.hpp"
#include "terminal.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <iostream>
#include <memory>

namespace uploadgate::cli {
namespace {

struct explain_options {
  std::string policy_file;
  judge_options judge;
  bool json = false;
  std::string path;
};

void print_facts(const facts& f) {
  const auto row = [](std::string_view key, std::string_view value) {
    if (!value.empty())
      std::cout << "  " << std::string{key} + std::string(16 - key.size(), ' ') << printable(value) << '\n';
  };
  const auto number = [&](std::string_view key, std::optional<std::uint64_t> value) {
    if (value) row(key, std::to_string(*value));
  };
  row("media type", f.media_type);
  row("extension", f.extension);
  row("safe name", f.safe_name);
  row("browser sees", f.sniffed_type);
  row("size", std::to_string(f.size) + " bytes");
  row("SHA-256", f.sha256);
  number("width", f.width);
  number("height", f.height);
  number("frames", f.frames);
  number("entries", f.entries);
  number("unpacked size", f.unpacked_size);
  row("examined", std::string{name(f.examined)} + (f.examined_note.empty() ? "" : ": " + f.examined_note));
  for (const std::string& w : f.warnings) row("warning", w);
}

// What the file is made of, whatever the policy says of it, up to where its format is broken.
std::vector<file_part> parts_of(const explain_options& o) {
  structure all;
  all.list_parts = true;
  all.allow_partial = true;
  all.check_content_type = false;
  all.image.payload_text = handling::allow;
  all.document.embedded_files = handling::allow;
  return judge_file(policy{all}, o.path, o.judge).facts.parts;
}

void print_parts(const std::vector<file_part>& parts) {
  std::cout << "\nWhat it is made of:\n";
  table t{{"part", ">how many", ">bytes", ">the first at"}};
  for (const file_part& p : parts) {
    t.row({p.name, std::to_string(p.count), std::to_string(p.size), std::to_string(p.offset)});
  }
  std::cout << t.text();
}

int explain(const explain_options& o) {
  const policy p = policy_from(o.policy_file);
  if (o.path == "-")
    throw CLI::ValidationError("PATH", "explain reads the file once a rule, so it takes no standard input");
  const judged_file whole = judge_file(p, o.path, o.judge);
  if (!whole.unreadable.empty()) throw std::runtime_error(o.path + ": " + whole.unreadable);
  std::vector<std::pair<std::string_view, judged_file>> rules;
  for (const policy& single : p.each_rule())
    rules.emplace_back(single.rule_names().front(), judge_file(single, o.path, o.judge));
  if (o.json) {
    boost::json::array list;
    for (const auto& [rule, judged] : rules) {
      list.push_back(boost::json::parse(
          uploadgate::to_json(judged.verdict, judged.facts, std::array{json_member{"by", rule}})));
    }
    boost::json::object line = boost::json::parse(to_json(whole)).as_object();
    line.emplace("rules", std::move(list));
    boost::json::array parts;
    for (const file_part& p : parts_of(o)) {
      parts.push_back(
          {{"name", printable(p.name)}, {"offset", p.offset}, {"size", p.size}, {"count", p.count}});
    }
    if (!parts.empty()) line.emplace("parts", std::move(parts));
    std::cout << boost::json::serialize(line) << '\n';
  } else {
    std::cout << to_line(whole) << "\n\nEvery rule by itself:\n";
    for (const auto& [rule, judged] : rules) {
      const verdict& v = judged.verdict;
      std::cout << "  " << (v.accepted() ? paint("accepts", colour::green) : paint("rejects", colour::red))
                << "  " << rule << std::string(rule.size() < 16 ? 16 - rule.size() : 1, ' ');
      if (v.accepted()) {
        std::cout << printable(learnt(judged.facts));
      } else {
        std::cout << v.reason() << ": " << printable(v.message());
        if (v.offset()) std::cout << " (byte " << *v.offset() << ")";
      }
      std::cout << '\n';
    }
    std::cout << "\nWhat was learnt:\n";
    print_facts(whole.facts);
    if (const std::vector<file_part> parts = parts_of(o); !parts.empty()) print_parts(parts);
  }
  return whole.verdict.accepted() ? all_accepted : some_rejected;
}

}  // namespace

void add_explain(CLI::App& app, int& status) {
  auto o = std::make_shared<explain_options>();
  CLI::App* sub = app.add_subcommand(
      "explain", "Say why a file is judged as it is: every rule, what it saw, at which byte");
  sub->add_option("--policy", o->policy_file, "The policy file; without it the built-in policy `default`");
  sub->add_option("--filename", o->judge.filename,
                  "Judge under this name instead of the path's last component");
  sub->add_option("--content-type", o->judge.content_type, "The content type that the client claims");
  sub->add_flag("--json", o->json, "One JSON object");
  sub->add_option("PATH", o->path, "The file")->required();
  sub->callback([o, &status] { status = explain(*o); });
}

}  // namespace uploadgate::cli
