/// \file rescan.hpp
/// What is stored, judged again by another policy; and files taken out of a vault so that they can come back.
/// Linux.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/policy_file.hpp>
#include <uploadgate/storage/vault.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace uploadgate {

/// rescanned is what became of one stored file.
struct rescanned {
  std::string id;
  std::uint64_t size = 0;  ///< bytes
  uploadgate::verdict verdict{};
  bool withdrawn = false;   ///< the file is no longer served
  std::error_code error{};  ///< why it could not be read or withdrawn; the verdict says nothing then
};

/// rescan_options are how a vault is judged again.
struct rescan_options {
  bool dry_run = false;  ///< withdraw nothing
  unsigned jobs = 0;     ///< threads; 0 for one on each core
  /// known is asked whether a file was judged already, by an earlier run; by one thread at a time.
  std::function<bool(std::string_view id)> known{};
  std::function<void(std::uint64_t)> on_bytes{};  ///< told of bytes that were read, by any thread
};

/// rescan judges every stored file by a policy, as if it were enforced, and withdraws what is rejected.
/// `sink` is given every file, by one thread at a time, after it was withdrawn. Files come and go meanwhile:
/// what is published during the rescan may be judged or not, so let the servers have the policy before.
///
/// The name that is judged is "stored." and the file's canonical extension, or another extension of the same
/// type where the policy has only that one. What it cannot see: the names under which clients sent the files.
/// It throws configuration_error as make_policy does, std::system_error where the vault cannot be listed.
UPLOADGATE_EXPORT void rescan(const vault& v, const policy_document& document, const rescan_options& options,
                              const std::function<void(const rescanned&)>& sink);

/// withdraw takes a file out of the vault, for all its keys: from then on open(), list() and owns() do not
/// find it. In one step it is no longer served; its bytes, its owners and their notes are kept in the folder
/// withdrawn/ID, with `why`. After a crash withdraw() or restore() finishes the work. no_such_file where
/// there is none.
UPLOADGATE_EXPORT std::error_code withdraw(const vault& v, std::string_view id, std::string_view why);

/// restore gives a withdrawn file back to its owners, with their notes. Quotas are not asked. It is done
/// again without harm.
UPLOADGATE_EXPORT std::error_code restore(const vault& v, std::string_view id);

/// withdrawn_file is a file that was taken out.
struct withdrawn_file {
  std::string id;
  std::string why;  ///< as it was given
};

/// list_withdrawn gives the withdrawn files, in the order of their ids.
[[nodiscard]] UPLOADGATE_EXPORT std::vector<withdrawn_file> list_withdrawn(const vault& v,
                                                                           std::error_code& ec);

/// surrogate_key gives the word that purges a file's answers from caches: the digest, as serve() sends it.
[[nodiscard]] UPLOADGATE_EXPORT std::string_view surrogate_key(std::string_view id) noexcept;

}  // namespace uploadgate
