// The subcommands. Each adds itself to the parser, and leaves in `status` how it ended.
#pragma once

#include <uploadgate/bytes.hpp>

#include <CLI/App.hpp>

namespace uploadgate::cli {

// The exit status of every subcommand.
enum exit_status : int { all_accepted = 0, some_rejected = 1, wrong_usage = 2, unreadable_file = 3 };

// The chunk sizes that a command takes.
inline CLI::Range chunk_sizes() { return {std::size_t{1}, static_cast<std::size_t>(64 * MiB)}; }

void add_baseline(CLI::App& app, int& status);
void add_check(CLI::App& app, int& status);
void add_diff(CLI::App& app, int& status);
void add_evidence(CLI::App& app, int& status);
void add_explain(CLI::App& app, int& status);
void add_form(CLI::App& app, int& status);
void add_learn(CLI::App& app, int& status);
void add_name(CLI::App& app, int& status);
void add_note(CLI::App& app, int& status);
void add_policy(CLI::App& app, int& status);
void add_policy_versions(CLI::App& policy);
void add_receipt(CLI::App& app, int& status);
void add_rescan(CLI::App& app, int& status);
void add_verify(CLI::App& app, int& status);
void add_watch(CLI::App& app, int& status);

}  // namespace uploadgate::cli
