#include "judge_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <system_error>

namespace uploadgate::cli {
namespace {

// Closes a file that was opened here, and leaves standard input alone.
class input {
 public:
  explicit input(const std::string& path)
      : fd_{path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)} {}
  ~input() {
    if (fd_ > STDIN_FILENO) close(fd_);
  }
  input(const input&) = delete;
  input& operator=(const input&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

std::string system_message(int error) { return std::generic_category().message(error); }

}  // namespace

std::string_view last_component(std::string_view path) { return path.substr(path.rfind('/') + 1); }

judged_file judge_file(const policy& p, const std::string& path, const judge_options& options) {
  const bool from_standard_input = path == "-";
  const std::string_view own_name = from_standard_input ? std::string_view{} : last_component(path);
  judged_file answer{.path = path,
                     .filename = options.filename.value_or(std::string{own_name}),
                     .verdict = {},
                     .facts = {},
                     .unreadable = {}};
  const input in{path};
  struct stat status {};
  if (in.fd() < 0 || fstat(in.fd(), &status) != 0) {
    answer.unreadable = system_message(errno);
    return answer;
  }
  if (!from_standard_input && !S_ISREG(status.st_mode)) {
    answer.unreadable = S_ISDIR(status.st_mode) ? "is a directory" : "is not a regular file";
    return answer;
  }
  const bool from_beginning = !from_standard_input || lseek(in.fd(), 0, SEEK_CUR) == 0;
  upload claim{.filename = answer.filename, .content_type = options.content_type};
  if (!from_standard_input) claim.size = static_cast<std::uint64_t>(status.st_size);

  inspection inspection = p.inspect(claim);
  std::vector<std::byte> chunk(options.chunk_size);
  while (inspection.verdict().pending()) {
    const ssize_t n = read(in.fd(), chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      answer.unreadable = system_message(errno);
      return answer;
    }
    if (n == 0) break;
    inspection.feed(bytes_view{chunk}.first(static_cast<std::size_t>(n)));
    options.on_bytes(static_cast<std::uint64_t>(n));
  }
  // Standard input has bytes that did not come through here where somebody has read in it before.
  std::error_code not_a_file;
  const completed_file whole = completed_file::of_descriptor(in.fd(), not_a_file);
  const bool complete = !not_a_file && from_beginning;
  answer.verdict = complete ? inspection.finish(whole) : inspection.finish();
  answer.facts = inspection.facts();
  return answer;
}

std::vector<std::string> read_list(const std::string& path, char separator) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) throw std::runtime_error(path + ": " + system_message(errno ? errno : EIO));
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::vector<std::string> parts;
  for (std::string part; std::getline(in, part, separator);) {
    if (separator == '\n' && part.empty()) continue;
    parts.push_back(part);
  }
  if (in.bad()) throw std::runtime_error(path + " could not be read");
  return parts;
}

policy_document document_from(const std::string& path) {
  return path.empty() ? parse_policy(default_policy_json()) : load_policy(path);
}

policy policy_from(const std::string& path) { return make_policy(document_from(path)); }

}  // namespace uploadgate::cli
