#include <uploadgate/validators/magic_type.hpp>

#include "formats/grammars.hpp"
#include "formats/registry.hpp"
#include "formats/text_check.hpp"
#include "media_type.hpp"

#include <magic.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace uploadgate {
namespace {

struct close_magic {
  void operator()(magic_t m) const { magic_close(m); }
};
using handle = std::unique_ptr<std::remove_pointer_t<magic_t>, close_magic>;

// Never MAGIC_COMPRESS (it spawns) and never devices. Text rules are off: 4 KiB of newlines cost them 40-100
// ms.
constexpr int base_flags = MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_ELF |
                           MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_TEXT | MAGIC_NO_CHECK_ENCODING |
                           MAGIC_NO_CHECK_TOKENS | MAGIC_NO_CHECK_JSON | MAGIC_NO_CHECK_CSV;

// Regular expressions look at so many bytes at most; every binary rule of Debian's database that has one
// needs fewer.
constexpr std::size_t regex_max = 256;

handle open_magic(const std::string& database) {
  handle m{magic_open(MAGIC_MIME_TYPE | base_flags)};
  if (!m) throw configuration_error("magic_type: libmagic gives no handle");
  if (magic_load(m.get(), database.empty() ? nullptr : database.c_str()) != 0) {
    const char* why = magic_error(m.get());
    throw configuration_error("magic_type: libmagic's database cannot be used: " +
                              std::string{why ? why : "unknown error"} + " (install libmagic-mgc)");
  }
  const std::size_t limits[][2] = {{MAGIC_PARAM_REGEX_MAX, regex_max},
                                   {MAGIC_PARAM_ENCODING_MAX, magic_type::window},
                                   {MAGIC_PARAM_BYTES_MAX, magic_type::window}};
  for (const auto& [parameter, value] : limits) magic_setparam(m.get(), static_cast<int>(parameter), &value);
  return m;
}

}  // namespace

// Handles that are loaded and not in use. A handle belongs to one thread while it is out of the pool.
class magic_type::handle_pool {
 public:
  explicit handle_pool(std::string database) : database_{std::move(database)} {
    idle_.push_back(open_magic(database_));
  }

  const std::string& database() const noexcept { return database_; }

  // What libmagic calls the content, and the extensions it knows for it ("jpeg/jpg/jpe"); empty strings where
  // it fails.
  std::pair<std::string, std::string> ask(bytes_view first) {
    handle m = take();
    const auto answer = [&](int what) {
      magic_setflags(m.get(), what | base_flags);
      const char* text = magic_buffer(m.get(), first.data(), first.size());
      return std::string{text ? text : ""};
    };
    std::pair<std::string, std::string> both{answer(MAGIC_MIME_TYPE), answer(MAGIC_EXTENSION)};
    const std::lock_guard lock{mutex_};
    idle_.push_back(std::move(m));
    return both;
  }

 private:
  handle take() {
    {
      const std::lock_guard lock{mutex_};
      if (!idle_.empty()) {
        handle m = std::move(idle_.back());
        idle_.pop_back();
        return m;
      }
    }
    return open_magic(database_);
  }

  std::string database_;
  std::mutex mutex_;
  std::vector<handle> idle_;
};

magic_type::magic_type(magic_options options)
    : require_content_type_{options.require_content_type},
      legacy_encodings_{options.legacy_encodings},
      pool_{std::make_shared<handle_pool>(std::move(options.database))} {}

bool magic_type::same_as(const magic_type& other) const noexcept {
  return require_content_type_ == other.require_content_type_ &&
         legacy_encodings_ == other.legacy_encodings_ && pool_->database() == other.pool_->database();
}

result magic_type::begin(const upload& u) {
  extension_ = last_segment(u.filename);
  content_type_ = essence(u.content_type);
  const formats::format* type = formats::find_extension(extension_);
  if (require_content_type_ && type && !agrees(content_type_, *type)) {
    return {errc::content_type_mismatch, content_type_ + " is not ." + extension_};
  }
  return {};
}

result magic_type::feed(bytes_view chunk, facts& f) {
  if (decided_) return {};
  if (first_.empty()) {
    result r = decide(chunk.first(std::min(chunk.size(), window)), false, f);
    if (decided_ || !r.ok()) return r;
  }
  const bytes_view more = chunk.first(std::min(chunk.size(), window - first_.size()));
  first_.insert(first_.end(), more.begin(), more.end());
  result r = decide(first_, false, f);
  if (decided_) first_ = {};
  return r;
}

result magic_type::finish(facts& f) { return decided_ ? result{} : decide(first_, true, f); }

result magic_type::accept(std::string_view media_type, std::string_view canonical_extension, facts& f) {
  decided_ = true;
  f.media_type = media_type;
  if (f.extension.empty()) f.extension = canonical_extension;
  if (f.examined == examined::none) {
    f.examined = examined::prefix;
    f.examined_note = "only the first bytes were looked at";
  }
  return {};
}

result magic_type::mismatch(std::string_view seen) const {
  return {errc::type_mismatch, "the name says ." + extension_ + ", the content is " + std::string{seen}, 0};
}

// Decides as soon as no further byte can change the answer, so that the answer is the same however the bytes
// are cut.
result magic_type::decide(bytes_view first, bool complete, facts& f) {
  using formats::match;
  complete = complete || first.size() >= window;
  const formats::format* claimed = formats::find_extension(extension_);
  bool undecided = false;
  const formats::format* found = formats::find_signature(first, undecided);
  if (claimed && claimed->signature) {
    const match m = claimed->signature(first.first(std::min(first.size(), formats::signature_window)));
    if (m == match::yes) return accept(claimed->media_types.front(), claimed->extensions.front(), f);
    if (m == match::more && !complete) return {};
    return mismatch("something else");
  }
  if (undecided && !complete) return {};
  if (found && (extension_.empty() || claimed)) {
    if (claimed) return mismatch(found->media_types.front());
    return accept(found->media_types.front(), found->extensions.front(), f);
  }
  if (!complete) return {};
  if (!found && formats::looks_like_text(first, first.size() < window)) {
    if (!claimed && !extension_.empty()) return {errc::type_unknown, "nothing is known of ." + extension_, 0};
    const formats::format& text = claimed ? *claimed : *formats::find_extension("txt");
    return accept(text.media_types.front(), text.extensions.front(), f);
  }
  // Other encodings are the business of the format, which knows them by their declaration or by its switch.
  if (!found && claimed && claimed->text) {
    const bool xml = claimed->read == formats::xml || claimed->read == formats::svg;
    if ((xml && formats::begins_xml(first)) || (legacy_encodings_ && !formats::has_control_bytes(first))) {
      return accept(claimed->media_types.front(), claimed->extensions.front(), f);
    }
  }
  return ask_libmagic(first, f);
}

result magic_type::ask_libmagic(bytes_view first, facts& f) {
  const auto [media_type, extensions] = pool_->ask(first);
  if (media_type.empty()) return errc::magic_failed;
  const formats::format* claimed = formats::find_extension(extension_);
  if (claimed) {
    const bool known = std::ranges::find(claimed->media_types, media_type) != claimed->media_types.end() ||
                       std::ranges::find(claimed->libmagic, media_type) != claimed->libmagic.end();
    if (known) return accept(claimed->media_types.front(), claimed->extensions.front(), f);
    return mismatch(media_type == "application/octet-stream" ? "not of a known type" : media_type);
  }
  // libmagic writes "jpeg/jpg/jpe/jfif", or "???" where it knows no extension.
  if (("/" + extensions + "/").find("/" + extension_ + "/") != std::string::npos && !extension_.empty()) {
    return accept(media_type, extension_, f);
  }
  return {errc::type_unknown, "libmagic says " + media_type, 0};
}

}  // namespace uploadgate
