// What a vault goes through in the fault tests, and what must be true of it after.
#pragma once

#include <uploadgate/policy.hpp>
#include <uploadgate/storage/vault.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadgate::test {

// Said at once when the vault has acknowledged that it is stored or removed; `unsure` before it is removed,
// since a removal that fails may have happened.
enum class outcome : char { stored = '+', unsure = '?', removed = '-' };
struct acknowledgement {
  char key;
  outcome what;
  std::string id;
};
using acknowledge = std::function<void(const acknowledgement&)>;

const policy& any_text();
std::string content_of(int number);
std::string id_of(int number);

// One upload of content_of(number); nothing where it failed, with the error.
std::error_code put(const vault& v, int number, char key, const acknowledge& acked,
                    std::string_view note = {});

// Publishes, publishes the same for another key, rejects, goes on with a resumable upload, and removes.
void play(const vault& v, const acknowledge& acked);

// A root inside a folder of its own, on a file system in memory where there is one, with content 0 stored for
// key 'a' and leftovers of every kind.
class playground {
 public:
  playground();
  ~playground();
  playground(const playground&) = delete;
  playground& operator=(const playground&) = delete;
  [[nodiscard]] const std::string& root() const { return root_; }
  [[nodiscard]] const std::string& outside() const { return outside_; }
  void add_leftovers() const;

  // Opens the vault anew, and gives what is wrong; empty where all is right: what was acknowledged is whole,
  // everything else is absent or whole, no orphan, nothing outside.
  [[nodiscard]] std::string check(const std::vector<acknowledgement>& acked) const;

 private:
  std::string base_, root_, outside_;
};

vault_options playing_options();

}  // namespace uploadgate::test
