#include "scenario.hpp"

#include <uploadgate/validators/extension.hpp>

#include "sha256.hpp"
#include "storage/vault_state.hpp"
#include "support/refuses_bang.hpp"

#include <boost/filesystem/operations.hpp>
#include <unistd.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

namespace uploadgate::test {
namespace {

namespace fs = boost::filesystem;

std::string slurp(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::string digest_in(const std::string& id) { return id.substr(0, id.find('.')); }

}  // namespace

const policy& any_text() {
  static const policy p{extension{"txt"}, refuses_bang{}};
  return p;
}

std::string content_of(int number) { return std::string(3000, 'x') + std::to_string(number); }
std::string id_of(int number) { return sha256_hex(content_of(number)) + ".txt"; }

vault_options playing_options() {
  return {.durability = durability::durable, .max_key_bytes = MiB, .max_key_files = 100, .min_free = 0};
}

std::error_code put(const vault& v, int number, char key, const acknowledge& acked, std::string_view note) {
  std::error_code ec;
  const std::string text = content_of(number);
  slot s = v.receive(any_text().inspect({.filename = "a.txt"}), {&key, 1}, ec, text.size());
  if (!ec) ec = s.write(as_bytes(text).first(1000));
  if (!ec) ec = s.write(as_bytes(text).subspan(1000));
  if (ec) return ec;
  s.finish();
  const stored out = s.publish(ec, note);
  if (!ec) acked({key, outcome::stored, out.id});
  return ec;
}

void play(const vault& v, const acknowledge& acked) {
  put(v, 1, 'a', acked, "a note");
  put(v, 1, 'b', acked);
  put(v, 0, 'b', acked);
  std::error_code ec;
  {
    slot bad = v.receive(any_text().inspect({.filename = "a.txt"}), "a", ec);
    if (!ec) ec = bad.write(as_bytes("fine"));
    if (!ec) ec = bad.write(as_bytes("not fine!"));
  }
  const std::string text = content_of(2);
  std::string id;
  {
    slot first = v.create(any_text(), {.filename = "a.txt", .size = text.size()}, "c", ec);
    if (!ec) ec = first.write(0, as_bytes(text).first(1000));
    if (!ec) ec = first.sync();
    id = first.id();
  }
  if (!id.empty()) {
    slot second = v.resume(any_text(), id, "c", ec);
    if (!ec) ec = second.write(second.offset(), as_bytes(text).subspan(second.offset()));
    if (!ec && second.finish().accepted()) {
      const stored out = second.publish(ec);
      if (!ec) acked({'c', outcome::stored, out.id});
    }
  }
  for (const auto& [key, id] : {std::pair{'a', id_of(0)}, std::pair{'b', id_of(1)}}) {
    acked({key, outcome::unsure, id});
    if (!v.remove({&key, 1}, id)) acked({key, outcome::removed, id});
  }
}

playground::playground() {
  const bool memory = ::access("/dev/shm", W_OK) == 0;
  std::string pattern = (memory ? "/dev/shm" : fs::temp_directory_path().string()) + "/uploadgate-XXXXXX";
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
  base_ = pattern;
  root_ = base_ + "/root";
  outside_ = base_ + "/outside";
  fs::create_directory(outside_);
  const vault v{root_, playing_options()};
  if (put(v, 0, 'a', [](const acknowledgement&) {})) throw std::runtime_error("cannot store");
}

playground::~playground() {
  boost::system::error_code ignored;
  fs::remove_all(base_, ignored);
}

void playground::add_leftovers() const {
  const std::string half = id_of(77);
  const std::string key = root_ + "/keys/" + sha256_hex("a") + "/";
  for (const std::string& path :
       {root_ + "/quarantine/00112233445566778899aabbccddeeff",
        root_ + "/objects/" + half.substr(0, 2) + "/" + half, key + id_of(78), key + "note-" + half,
        key + "part-00112233445566778899aabbccddeeff-0", key + "claim-ffeeddccbbaa99887766554433221100-0"})
    std::ofstream{path} << "half";
}

std::string playground::check(const std::vector<acknowledgement>& acked) const {
  std::ostringstream wrong;
  std::error_code ec;
  try {
    const vault v{root_, playing_options()};
    ec =
        v.expire(std::chrono::system_clock::now() + std::chrono::hours{1});  // resumable slots are no orphans
    if (!ec) ec = v.sweep();
    if (ec) wrong << "sweep: " << ec.message() << '\n';
    std::map<std::pair<char, std::string>, outcome> wanted;
    for (const acknowledgement& a : acked) wanted[{a.key, a.id}] = a.what;
    for (const auto& [what, said] : wanted) {
      const bool seen = v.owns({&what.first, 1}, what.second, ec);
      if (said != outcome::unsure && seen != (said == outcome::stored))
        wrong << what.first << " " << what.second << (seen ? " is there\n" : " is missing\n");
      if (seen && v.open(what.second, ec).size() == 0) wrong << what.second << " cannot be opened\n";
    }
    std::set<std::string> owned;
    for (const char* key : {"a", "b", "c"}) {
      usage sum;
      for (const entry& e : v.list(key, ec)) {
        owned.insert(e.id);
        sum.bytes += e.size;
        ++sum.files;
      }
      const usage counted = v.used(key, ec);
      if (counted.bytes != sum.bytes || counted.files != sum.files)
        wrong << "the quota of " << key << " is off\n";
    }
    for (const auto& e : fs::recursive_directory_iterator{base_}) {
      const std::string path = e.path().string();
      const std::string name = e.path().filename().string();
      if (!fs::is_regular_file(e.symlink_status()) || name == "generation") continue;
      if (path.starts_with(root_ + "/objects/")) {
        if (sha256_hex(slurp(path)) != digest_in(name)) wrong << path << " is not whole\n";
        if (!owned.contains(name)) wrong << path << " has no owner\n";
      } else if (path.starts_with(root_ + "/keys/")) {
        const bool note = name.starts_with("note-");
        if (note ? !fs::exists(e.path().parent_path() / name.substr(5))
                 : sha256_hex(slurp(path)) != digest_in(name))
          wrong << path << " is left\n";
      } else {
        wrong << path << " is an orphan\n";
      }
    }
    if (const std::error_code failed = put(v, 9, 'a', [](const acknowledgement&) {}))
      wrong << "storing goes on: " << failed.message() << '\n';
  } catch (const std::exception& e) {
    wrong << e.what() << '\n';
  }
  return std::move(wrong).str();
}

}  // namespace uploadgate::test
