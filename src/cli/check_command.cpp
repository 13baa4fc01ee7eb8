#include "commands.hpp"
#include "judge_file.hpp"
#include "render.hpp"
#include "terminal.hpp"

#include <filesystem>
#include <iostream>
#include <memory>

namespace uploadgate::cli {
namespace {

struct check_options {
  std::string policy_file, files_from;
  judge_options judge;
  bool json = false;
  std::vector<std::string> paths;
};

std::uint64_t total_size(const std::vector<std::string>& paths) {
  std::uint64_t total = 0;
  for (const std::string& path : paths) {
    std::error_code ignored;
    const std::uintmax_t size = path == "-" ? 0 : std::filesystem::file_size(path, ignored);
    if (size != static_cast<std::uintmax_t>(-1)) total += size;
  }
  return total;
}

int check(check_options& o) {
  const policy p = policy_from(o.policy_file);
  if (!o.files_from.empty()) {
    const std::vector<std::string> more = read_list(o.files_from, '\n');
    o.paths.insert(o.paths.end(), more.begin(), more.end());
  } else if (o.paths.empty()) {
    throw CLI::RequiredError("a PATH, or --files-from,");
  }
  progress bar{o.paths.size(), total_size(o.paths)};
  o.judge.on_bytes = [&](std::uint64_t n) { bar.bytes_done(n); };
  bool rejected = false;
  bool unreadable = false;
  for (const std::string& path : o.paths) {
    const judged_file f = judge_file(p, path, o.judge);
    bar.file_done();
    std::cout << (o.json ? to_json(f) : to_line(f)) << '\n';
    rejected = rejected || f.verdict.rejected();
    unreadable = unreadable || !f.unreadable.empty();
  }
  return unreadable ? unreadable_file : rejected ? some_rejected : all_accepted;
}

}  // namespace

void add_check(CLI::App& app, int& status) {
  auto o = std::make_shared<check_options>();
  CLI::App* sub = app.add_subcommand("check", "Judge files by a policy");
  sub->add_option("--policy", o->policy_file, "The policy file; without it the built-in policy `default`");
  sub->add_option("--filename", o->judge.filename,
                  "Judge under this name instead of the path's last component");
  sub->add_option("--content-type", o->judge.content_type, "The content type that the client claims");
  sub->add_flag("--json", o->json, "One JSON object a line");
  sub->add_option("--chunk-size", o->judge.chunk_size, "Bytes to feed at a time")->check(chunk_sizes());
  sub->add_option("--files-from", o->files_from,
                  "Read paths from this file (`-`: standard input), one a line");
  sub->add_option("PATH", o->paths, "Files to judge (`-`: standard input)");
  sub->callback([o, &status] { status = check(*o); });
}

}  // namespace uploadgate::cli
