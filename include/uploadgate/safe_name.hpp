/// \file safe_name.hpp
/// A file name that is safe to store, to send and to show.
#pragma once

#include <uploadgate/export.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace uploadgate {

/// max_safe_name is the most bytes that safe_name gives: what ext4, XFS, APFS and NTFS take for one
/// component.
inline constexpr std::size_t max_safe_name = 255;

/// safe_name makes one path component of any bytes: valid UTF-8 in NFC, 1 to max_safe_name bytes, and nothing
/// in it that path_guard refuses. Names in any script stay readable, and a name that path_guard accepts stays
/// as it is but for NFC. It is pure, idempotent and safe to call from any thread; it throws only
/// std::bad_alloc.
///
/// Of a path it keeps the last component. Dangerous characters become "_", invisible ones go, a reserved name
/// gets a "_" in front, and a long name loses the end of its stem, between two grapheme clusters (UAX #29),
/// and keeps its extension. Where nothing is left it is "file".
///
/// It does not make names unique: two uploads may have the same safe name. Two safe names may also differ
/// only in case. Store under a name of the server's own making, and keep this one for people.
[[nodiscard]] UPLOADGATE_EXPORT std::string safe_name(std::string_view name);

}  // namespace uploadgate
