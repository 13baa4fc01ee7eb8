/// \file storage_error.hpp
/// Why something could not be stored. Codes are exact: those of the system (errno, std::generic_category) and
/// storage_errc. Conditions are coarse, for hosts to branch on: `if (ec == storage_condition::full)`.
#pragma once

#include <uploadgate/export.hpp>

#include <cstdint>
#include <string_view>
#include <system_error>

namespace uploadgate {

/// storage_errc is what the vault says where the system has no word for it.
enum class storage_errc : std::uint8_t {
  none = 0,
  quota_bytes,       ///< the key may not store so many bytes
  quota_files,       ///< the key may not store more files
  free_space_floor,  ///< less than vault_options::min_free bytes would stay free
  not_accepted,      ///< only what an inspection accepted is published
  wrong_offset,      ///< bytes were sent for another offset than the slot has
  slot_closed,       ///< the slot was published, discarded or never opened
  slot_in_use,       ///< another request or process holds this resumable slot
  no_such_file,      ///< the key does not own a file of this name
  bad_id,            ///< no vault gives such a name
  bad_extension,     ///< the facts have an extension that is no lower-case word of at most 16 characters
  note_too_long,     ///< a note has more than max_note bytes
  not_regular,       ///< where a regular file of the vault should be is something else
  unsafe_root,       ///< everyone may write in the root folder
  digest_failed,     ///< OpenSSL has no SHA-256
};

/// storage_condition is the coarse class of an error of storage, of whichever category.
enum class storage_condition : std::uint8_t {
  none = 0,
  full,        ///< ENOSPC, or the free-space floor is reached
  quota,       ///< EDQUOT, or the key's quota is used up
  read_only,   ///< EROFS
  permission,  ///< EACCES, EPERM, or the root is not safe
  exhausted,   ///< EMFILE, ENFILE, ENOMEM: later it may work
  busy,        ///< EAGAIN, or somebody else holds the slot: later it may work
  tampered,    ///< a symbolic link, a mount or another kind of file stands where the vault's own should be
  missing,     ///< ENOENT, or the key does not own the file
  conflict,    ///< the offset, the state of the slot or the verdict does not allow it
  too_many_links,  ///< EMLINK: the file system has no more links for this content (ext4: 65,000 keys)
  failed,          ///< EIO and all else
};

/// storage_category is the category of storage_errc; its name is "uploadgate.storage".
UPLOADGATE_EXPORT const std::error_category& storage_category() noexcept;
/// storage_condition_category is the category of storage_condition.
UPLOADGATE_EXPORT const std::error_category& storage_condition_category() noexcept;

UPLOADGATE_EXPORT std::error_code make_error_code(storage_errc code) noexcept;
UPLOADGATE_EXPORT std::error_condition make_error_condition(storage_condition c) noexcept;

/// storage_condition_of gives the coarse class; none for success, failed for a code of a foreign category.
UPLOADGATE_EXPORT storage_condition storage_condition_of(const std::error_code& code) noexcept;

/// name gives the word for a condition ("read_only").
UPLOADGATE_EXPORT std::string_view name(storage_condition c) noexcept;

/// http_status gives the status a server answers with: 507 full and quota (RFC 4918 section 11.5), 503
/// exhausted and busy, 404 missing, 409 conflict, 500 for the rest.
UPLOADGATE_EXPORT unsigned http_status(storage_condition c) noexcept;

}  // namespace uploadgate

template <>
struct std::is_error_code_enum<uploadgate::storage_errc> : std::true_type {};
template <>
struct std::is_error_condition_enum<uploadgate::storage_condition> : std::true_type {};
