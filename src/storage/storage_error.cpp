#include <uploadgate/storage/storage_error.hpp>

#include <array>
#include <cerrno>
#include <string>

namespace uploadgate {
namespace {

struct code_row {
  std::string_view message;
  storage_condition coarse;
};

// In the order of storage_errc.
constexpr std::array<code_row, 15> codes{{
    {"no error", storage_condition::none},
    {"the quota of bytes is used up", storage_condition::quota},
    {"the quota of files is used up", storage_condition::quota},
    {"too little space is free", storage_condition::full},
    {"only an accepted file is published", storage_condition::conflict},
    {"the offset is not that of the slot", storage_condition::conflict},
    {"the slot is closed", storage_condition::conflict},
    {"the slot is in use", storage_condition::busy},
    {"no such file", storage_condition::missing},
    {"not the name of a stored file", storage_condition::missing},
    {"the extension is not fit for a name", storage_condition::conflict},
    {"the note is too long", storage_condition::conflict},
    {"not a regular file", storage_condition::tampered},
    {"everyone may write in the root folder", storage_condition::permission},
    {"OpenSSL's SHA-256 failed", storage_condition::failed},
}};

struct condition_row {
  std::string_view name;
  unsigned status;
};

// In the order of storage_condition.
constexpr std::array<condition_row, 12> conditions{{
    {"none", 200},
    {"full", 507},
    {"quota", 507},
    {"read_only", 500},
    {"permission", 500},
    {"exhausted", 503},
    {"busy", 503},
    {"tampered", 500},
    {"missing", 404},
    {"conflict", 409},
    {"too_many_links", 500},
    {"failed", 500},
}};

const condition_row& find(storage_condition c) noexcept {
  const auto index = static_cast<std::size_t>(c);
  return index < conditions.size() ? conditions[index] : conditions.back();
}

storage_condition condition_of_errno(int value) noexcept {
  switch (value) {
    case 0:
      return storage_condition::none;
    case ENOSPC:
      return storage_condition::full;
    case EDQUOT:
      return storage_condition::quota;
    case EROFS:
      return storage_condition::read_only;
    case EACCES:
    case EPERM:
      return storage_condition::permission;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return storage_condition::exhausted;
    case EAGAIN:
      return storage_condition::busy;
    case ELOOP:
    case EXDEV:
    case ENOTDIR:
    case EISDIR:
      return storage_condition::tampered;
    case ENOENT:
      return storage_condition::missing;
    case EMLINK:
      return storage_condition::too_many_links;
    default:
      return storage_condition::failed;
  }
}

class code_category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "uploadgate.storage"; }
  std::string message(int value) const override {
    const auto index = static_cast<std::size_t>(value);
    return std::string{index < codes.size() ? codes[index].message : "unknown error"};
  }
};

class coarse_category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "uploadgate.storage_condition"; }
  std::string message(int value) const override {
    return std::string{uploadgate::name(static_cast<storage_condition>(value))};
  }
  bool equivalent(const std::error_code& code, int value) const noexcept override {
    return storage_condition_of(code) == static_cast<storage_condition>(value);
  }
};

}  // namespace

const std::error_category& storage_category() noexcept {
  static const code_category instance;
  return instance;
}

const std::error_category& storage_condition_category() noexcept {
  static const coarse_category instance;
  return instance;
}

std::error_code make_error_code(storage_errc code) noexcept {
  return {static_cast<int>(code), storage_category()};
}
std::error_condition make_error_condition(storage_condition c) noexcept {
  return {static_cast<int>(c), storage_condition_category()};
}

storage_condition storage_condition_of(const std::error_code& code) noexcept {
  if (!code) return storage_condition::none;
  if (code.category() == storage_category()) {
    const auto index = static_cast<std::size_t>(code.value());
    return index < codes.size() ? codes[index].coarse : storage_condition::failed;
  }
  const bool of_system =
      code.category() == std::generic_category() || code.category() == std::system_category();
  return of_system ? condition_of_errno(code.value()) : storage_condition::failed;
}

std::string_view name(storage_condition c) noexcept { return find(c).name; }
unsigned http_status(storage_condition c) noexcept { return find(c).status; }

}  // namespace uploadgate
