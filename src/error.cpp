#include <uploadgate/error.hpp>

#include <array>
#include <string>

namespace uploadgate {
namespace {

struct row {
  errc code;
  std::string_view name;
  condition coarse;
  std::string_view message;
};

constexpr std::array rows{
#define UPLOADGATE_REASON(name, coarse, message) row{errc::name, #name, condition::coarse, message},
#include <uploadgate/reasons.inc>
#undef UPLOADGATE_REASON
};

constexpr std::array<errc, rows.size()> codes = [] {
  std::array<errc, rows.size()> all{};
  for (std::size_t i = 0; i < rows.size(); ++i) all[i] = rows[i].code;
  return all;
}();

struct condition_row {
  std::string_view name;
  unsigned status;
};

// In the order of the enumeration.
constexpr std::array<condition_row, 9> conditions{{
    {"none", 200},
    {"bad_name", 422},
    {"wrong_type", 415},
    {"too_large", 413},
    {"malformed", 400},
    {"ambiguous", 400},
    {"forbidden_content", 422},
    {"incomplete", 400},
    {"not_checked", 503},
}};

const row* find(int value) noexcept {
  const auto index = static_cast<std::size_t>(value) - 1;
  return value > 0 && index < rows.size() ? &rows[index] : nullptr;
}

const condition_row& find(condition c) noexcept {
  const auto index = static_cast<std::size_t>(c);
  return conditions[index < conditions.size() ? index : static_cast<std::size_t>(condition::not_checked)];
}

class reason_category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "uploadgate"; }
  std::string message(int value) const override {
    const row* r = find(value);
    return r ? std::string{r->message} : value == 0 ? "no objection" : "unknown reason";
  }
  std::error_condition default_error_condition(int value) const noexcept override {
    return make_error_condition(condition_of(static_cast<errc>(value)));
  }
};

class coarse_category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "uploadgate.condition"; }
  std::string message(int value) const override {
    return std::string{uploadgate::name(static_cast<condition>(value))};
  }
};

}  // namespace

const std::error_category& category() noexcept {
  static const reason_category instance;
  return instance;
}

const std::error_category& condition_category() noexcept {
  static const coarse_category instance;
  return instance;
}

std::error_code make_error_code(errc code) noexcept { return {static_cast<int>(code), category()}; }
std::error_condition make_error_condition(condition c) noexcept {
  return {static_cast<int>(c), condition_category()};
}

std::string_view reason(errc code) noexcept {
  const row* r = find(static_cast<int>(code));
  return r ? r->name : "none";
}

std::string_view reason(const std::error_code& code) noexcept {
  if (!code) return "none";
  return code.category() == category() ? reason(static_cast<errc>(code.value())) : code.category().name();
}

condition condition_of(errc code) noexcept {
  if (code == errc::none) return condition::none;
  const row* r = find(static_cast<int>(code));
  return r ? r->coarse : condition::not_checked;
}

condition condition_of(const std::error_code& code) noexcept {
  if (!code) return condition::none;
  return code.category() == category() ? condition_of(static_cast<errc>(code.value()))
                                       : condition::not_checked;
}

std::string_view name(condition c) noexcept { return find(c).name; }
unsigned http_status(condition c) noexcept { return find(c).status; }
std::span<const errc> all_reasons() noexcept { return codes; }

configuration_error::~configuration_error() = default;

}  // namespace uploadgate
