// What the upload server is told on its command line.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

struct server_options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string policy_path;                   // a file or a policy folder; empty: the built-in policy
  std::string candidate;                     // a policy on trial, likewise; empty: none
  std::string audit_file;                    // empty: standard error
  bool audit_required = false;               // nothing comes in without its line
  std::filesystem::path folder = "uploads";  // where accepted files go
  unsigned threads = 1;
  std::size_t max_connections = 1000;
  std::chrono::seconds idle_timeout{15};     // for a header, and between two pieces of a body
  std::chrono::seconds upload_timeout{600};  // for a whole body
  std::uint64_t drain_limit = 1 << 20;  // bytes read after a rejection, so that the client reads the answer
  std::chrono::seconds drain_timeout{2};
  std::chrono::seconds stop_timeout{30};    // from a signal until open uploads are cut off
  std::chrono::seconds policy_interval{1};  // how often a policy folder is looked at
};
