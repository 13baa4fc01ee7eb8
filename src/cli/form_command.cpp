#include <uploadgate/display.hpp>
#include <uploadgate/http/form.hpp>
#include <uploadgate/http/form_policy_file.hpp>

#include "commands.hpp"
#include "judge_file.hpp"
#include "render.hpp"
#include "terminal.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <memory>
#include <system_error>
#include <vector>

namespace uploadgate::cli {
namespace {

struct form_options {
  std::string policy_file, content_type;
  std::size_t chunk_size = 64 * KiB;
  bool json = false;
};

// A part may be whole and still stand in a rejected form, so only what was judged is said of it.
std::string_view word(const verdict& v) {
  return v.accepted() ? "accepted" : v.rejected() ? "rejected" : "pending";
}

boost::json::object to_json(const form_part& part) {
  boost::json::object o{{"name", valid_utf8(part.name)}};
  o.emplace("filename",
            part.filename ? boost::json::value(valid_utf8(*part.filename)) : boost::json::value(nullptr));
  if (!part.content_type.empty()) o.emplace("content_type", valid_utf8(part.content_type));
  o.emplace("size", part.size);
  if (!part.sha256.empty()) o.emplace("sha256", part.sha256);
  o.emplace("verdict", word(part.verdict));
  if (part.verdict.rejected()) o.emplace("reason", part.verdict.reason());
  return o;
}

void print_json(const verdict& v, const std::vector<form_part>& parts) {
  boost::json::object o{{"verdict", word(v)}};
  if (v.rejected()) {
    o.emplace("rule", v.rule());
    o.emplace("reason", v.reason());
    o.emplace("condition", name(v.condition()));
    if (v.offset()) o.emplace("offset", *v.offset());
    if (!v.detail().empty()) o.emplace("detail", valid_utf8(v.detail()));
  }
  boost::json::array list;
  for (const form_part& part : parts) list.push_back(to_json(part));
  o.emplace("parts", std::move(list));
  std::cout << boost::json::serialize(o) << '\n';
}

void print_lines(const verdict& v, const std::vector<form_part>& parts) {
  std::cout << (v.accepted() ? paint("accepted", colour::green) : paint("rejected", colour::red));
  if (v.rejected()) {
    std::cout << "  " << v.rule() << ": " << printable(v.message());
    if (v.offset()) std::cout << " (byte " << *v.offset() << ")";
  }
  std::cout << '\n';
  for (const form_part& part : parts) {
    std::cout << "  " << word(part.verdict) << "  " << printable(part.name);
    if (part.filename) std::cout << "  \"" << printable(*part.filename) << '"';
    std::cout << "  " << human_size(part.size);
    if (part.verdict.rejected()) std::cout << "  " << printable(part.verdict.message());
    std::cout << '\n';
  }
}

int judge_form(const form_options& o) {
  const form_policy p = o.policy_file.empty() ? form_policy{} : load_form_policy(o.policy_file);
  form_inspection form = p.inspect(o.content_type);
  std::vector<std::byte> chunk(o.chunk_size);
  while (form.verdict().pending()) {
    const ssize_t n = read(STDIN_FILENO, chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw std::system_error(errno, std::generic_category(), "standard input");
    if (n == 0) break;
    form.feed(bytes_view{chunk}.first(static_cast<std::size_t>(n)));
  }
  const verdict v = form.finish();
  o.json ? print_json(v, form.parts()) : print_lines(v, form.parts());
  return v.accepted() ? all_accepted : some_rejected;
}

}  // namespace

void add_form(CLI::App& app, int& status) {
  auto o = std::make_shared<form_options>();
  CLI::App* sub = app.add_subcommand("form", "Judge a multipart/form-data body on standard input");
  sub->add_option("--content-type", o->content_type, "The request's Content-Type, with its boundary")
      ->required();
  sub->add_option("--policy", o->policy_file,
                  "The form policy file; without it only the form itself is judged");
  sub->add_flag("--json", o->json, "One JSON object");
  sub->add_option("--chunk-size", o->chunk_size, "Bytes to feed at a time")->check(chunk_sizes());
  sub->callback([o, &status] { status = judge_form(*o); });
}

}  // namespace uploadgate::cli
