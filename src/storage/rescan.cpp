#include <uploadgate/maintenance/capture.hpp>
#include <uploadgate/storage/rescan.hpp>

#include "formats/registry.hpp"
#include "vault_state.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <memory>
#include <mutex>

namespace uploadgate {
namespace {

using storage::descriptor;
using storage::vault_state;

constexpr std::size_t block_size = 256 * KiB;

// The ids of all objects, one folder of them in memory at a time.
class all_objects {
 public:
  explicit all_objects(const vault_state& v) : vault_{&v} {}

  std::optional<store_item> next() {
    while (ids_.empty()) {
      if (shard_ > 0xFF) return std::nullopt;
      read_shard();
      ++shard_;
    }
    store_item item{std::move(ids_.back())};
    ids_.pop_back();
    return item;
  }

 private:
  void read_shard() {
    constexpr std::string_view hex = "0123456789abcdef";
    const std::string name{hex[shard_ >> 4U], hex[shard_ & 15U]};
    std::error_code ec;
    const descriptor folder = vault_->open_folder("objects/" + name, ec);
    if (!ec) {
      ec = storage::each_name(*vault_->calls, folder.get(), [&](const std::string& id) -> std::error_code {
        if (storage::is_id(id)) ids_.push_back(id);
        return {};
      });
    }
    if (ec) throw std::system_error{ec, "objects/" + name};
  }

  const vault_state* vault_;
  unsigned shard_ = 0;
  std::vector<std::string> ids_;
};

std::string name_for(std::string_view id, const policy_document& document) {
  const std::size_t dot = id.find('.');
  if (dot == std::string_view::npos) return "stored";
  std::string extension{id.substr(dot + 1)};
  const auto& allowed = document.extensions;
  const formats::format* f = formats::find_extension(extension);
  if (f && !allowed.empty() && std::ranges::find(allowed, extension) == allowed.end()) {
    const auto other = std::ranges::find_if(f->extensions, [&](std::string_view alias) {
      return std::ranges::find(allowed, alias) != allowed.end();
    });
    if (other != f->extensions.end()) extension = *other;
  }
  return "stored." + extension;
}

std::string why(const verdict& v, const policy_document& document) {
  return boost::json::serialize(boost::json::object{{"policy", document.name},
                                                    {"version", document.version},
                                                    {"policy_id", policy_id(document)},
                                                    {"rule", v.rule()},
                                                    {"reason", v.reason()}});
}

}  // namespace

void rescan(const vault& v, const policy_document& document, const rescan_options& options,
            const std::function<void(const rescanned&)>& sink) {
  policy_document enforced = document;
  enforced.mode = policy_mode::enforce;
  enforced.content.digest = false;
  const policy rules = make_policy(enforced);
  all_objects objects{vault_access::state(v)};
  const item_source source = [&]() -> std::optional<store_item> {
    for (std::optional<store_item> item = objects.next(); item; item = objects.next())
      if (!options.known || !options.known(item->path)) return item;
    return std::nullopt;
  };
  std::mutex mutex;
  each_item(source, {.jobs = options.jobs, .on_bytes = {}, .stop = {}}, [&](const store_item& item) {
    rescanned r{.id = item.path};
    const stored_file file = v.open(r.id, r.error);
    if (r.error == std::errc::no_such_file_or_directory) return;  // removed meanwhile
    if (!r.error) {
      r.size = file.size();
      const std::string name = name_for(r.id, document);
      inspection in = rules.inspect({.filename = name, .size = r.size});
      const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(r.size, block_size - 1) + 1);
      const auto block = std::make_unique_for_overwrite<std::byte[]>(room);
      for (std::uint64_t at = 0; in.verdict().pending();) {
        const std::size_t n = file.read(at, {block.get(), room}, r.error);
        if (n == 0 || r.error) break;
        in.feed({block.get(), n});
        at += n;
        if (options.on_bytes) options.on_bytes(n);
      }
      const completed_file whole{r.size, [&](std::uint64_t at, std::span<std::byte> into) {
                                   std::error_code failed;
                                   const std::size_t got = file.read(at, into, failed);
                                   if (failed) r.error = failed;
                                   return got;
                                 }};
      if (!r.error) r.verdict = in.finish(whole);
    }
    if (!r.error && r.verdict.rejected() && !options.dry_run) {
      r.error = withdraw(v, r.id, why(r.verdict, document));
      if (r.error == storage_errc::no_such_file) return;
      r.withdrawn = !r.error;
    }
    const std::lock_guard lock{mutex};
    sink(r);
  });
}

}  // namespace uploadgate
