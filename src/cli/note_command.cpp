#include <uploadgate/maintenance/note.hpp>

#include "commands.hpp"
#include "judge_file.hpp"
#include "render.hpp"
#include "store_items.hpp"

#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>

namespace uploadgate::cli {
namespace {

struct note_options {
  std::string old_policy, new_policy, before, after, audit, html, markdown, vault, folder;
  change_note text;
};

std::string today() {
  constexpr std::size_t date = 10;  // "2026-11-22"
  return utc_time(std::chrono::system_clock::now()).substr(0, date);
}

// A word as a shell takes it for one.
std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789_-+=./:,%") == std::string::npos;
  if (plain) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return out + "'";
}

void add_commands(const note_options& o, change_note& n) {
  const std::string store = is_folder(o.folder) ? quoted(o.folder) : "STORE";
  n.commands.insert(n.commands.begin(), {"uploadgate baseline " + store + " --policy " +
                                             quoted(o.old_policy) + " --out " + quoted(o.before),
                                         "uploadgate diff " + quoted(o.old_policy) + " " +
                                             quoted(o.new_policy) + " --against " + quoted(o.before)});
  if (!o.after.empty()) {
    n.commands.push_back("uploadgate baseline " + store + " --policy " + quoted(o.new_policy) + " --out " +
                         quoted(o.after));
  }
  if (n.rollback.empty()) {
    n.rollback.push_back("# put " + o.old_policy + " (id " + policy_id(n.policy_before) +
                         ") back in the place of " + o.new_policy + " (id " + policy_id(n.policy_after) +
                         ")");
  }
  if (!o.vault.empty()) n.rollback.push_back("uploadgate rescan " + quoted(o.vault) + " --restore all");
}

void write(const std::string& path, const std::string& text) {
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out << text;
  out.close();
  if (!out) throw std::runtime_error(path + " could not be written");
}

int write_note(note_options& o) {
  change_note& n = o.text;
  n.policy_before = document_from(o.old_policy);
  n.policy_after = document_from(o.new_policy);
  n.before = summarize(o.before);
  if (n.date.empty()) n.date = today();
  const auto keep = [&](const file_change& c) {
    if (n.files.size() < change_note::max_files) n.files.push_back(c);
  };
  if (o.after.empty()) {
    n.difference = compare_files(n.policy_before, n.policy_after, items_against(o.before), {}, keep);
  } else {
    n.after = summarize(o.after);
    n.difference = compare_baselines(o.before, o.after, keep);
  }
  if (!o.audit.empty()) n.decisions = count_decisions(o.audit);
  add_commands(o, n);
  if (!o.html.empty()) write(o.html, note_html(n));
  if (!o.markdown.empty()) write(o.markdown, note_markdown(n));
  if (o.html.empty() && o.markdown.empty()) std::cout << note_markdown(n);
  return all_accepted;
}

}  // namespace

void add_note(CLI::App& app, int& status) {
  auto o = std::make_shared<note_options>();
  CLI::App* sub = app.add_subcommand(
      "note", "Write down a change: before, change, comparison, how to repeat and undo it");
  sub->add_option("OLD", o->old_policy, "The policy file before")->required();
  sub->add_option("NEW", o->new_policy, "The policy file after")->required();
  sub->add_option("--before", o->before, "The baseline under OLD")->required();
  sub->add_option("--after", o->after,
                  "The baseline under NEW; without it the files of --before are judged again");
  sub->add_option("--audit", o->audit, "A log of decisions since the release, JSON lines");
  sub->add_option("--title", o->text.title, "The title")->capture_default_str();
  sub->add_option("--author", o->text.author, "Who made the change");
  sub->add_option("--date", o->text.date, "The date; without it today's, in UTC");
  sub->add_option("--remarks", o->text.remarks, "Why it was made, and what came of it");
  sub->add_option("--store", o->folder, "The store's folder, for the commands to repeat");
  sub->add_option("--vault", o->vault, "The vault that was rescanned, for the commands to undo");
  sub->add_option("--rollback", o->text.rollback, "A command to undo the change (may be given again)");
  sub->add_option("--command", o->text.commands, "One more command to repeat (may be given again)");
  sub->add_option("--markdown", o->markdown, "Write the note to this file");
  sub->add_option("--html", o->html, "Write the note to this file, with charts");
  sub->footer("Without --markdown and --html the note goes to standard output, as Markdown.");
  sub->callback([o, &status] { status = write_note(*o); });
}

}  // namespace uploadgate::cli
