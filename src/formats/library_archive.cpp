#include "library_archive.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <exception>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

namespace uploadgate::formats {
namespace {

// libarchive makes names of the thread's character set.
class utf8_names {
 public:
  utf8_names() : made_{::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)} {
    if (made_ != nullptr) before_ = ::uselocale(made_);
  }
  ~utf8_names() {
    if (made_ == nullptr) return;
    ::uselocale(before_);
    ::freelocale(made_);
  }
  utf8_names(const utf8_names&) = delete;
  utf8_names& operator=(const utf8_names&) = delete;

 private:
  locale_t made_;
  locale_t before_{};
};

// The file as libarchive reads it. No exception may pass through its C code: they are kept.
struct input {
  const completed_file& file;
  std::uint64_t at = 0;
  std::vector<std::byte> block = std::vector<std::byte>(64 * KiB);
  bool failed = false;
  std::exception_ptr thrown{};

  la_ssize_t read(archive* a, const void** out) {
    const std::uint64_t left = file.size() - at;
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), left));
    try {
      failed = !file.read(at, std::span{block}.first(n));
    } catch (...) {
      failed = true;
      thrown = std::current_exception();
    }
    if (failed) {
      archive_set_error(a, EIO, "the file could not be read");
      return ARCHIVE_FATAL;
    }
    at += n;
    *out = block.data();
    return static_cast<la_ssize_t>(n);
  }
  la_int64_t seek(la_int64_t offset, int whence) {
    const auto size = static_cast<la_int64_t>(file.size());
    const la_int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? static_cast<la_int64_t>(at) : size;
    if (offset < -from || offset > size - from) return ARCHIVE_FATAL;
    at = static_cast<std::uint64_t>(from + offset);
    return from + offset;
  }
  la_int64_t skip(la_int64_t n) {
    const auto left = static_cast<la_int64_t>(file.size() - at);
    const la_int64_t skipped = std::clamp<la_int64_t>(n, 0, left);
    at += static_cast<std::uint64_t>(skipped);
    return skipped;
  }
};

struct freed {
  void operator()(archive* a) const { archive_read_free(a); }
};

class library_reader {
 public:
  library_reader(const completed_file& file, library_format format)
      : input_{file}, archive_{archive_read_new()} {
    if (!archive_) throw std::bad_alloc();
    archive* a = archive_.get();
    int known = ARCHIVE_FATAL;
    switch (format) {
      case library_format::sevenzip:
        known = archive_read_support_format_7zip(a);
        break;
      case library_format::rar4:
        known = archive_read_support_format_rar(a);
        break;
      case library_format::rar5:
        known = archive_read_support_format_rar5(a);
        break;
    }
    archive_read_set_callback_data(a, &input_);
    archive_read_set_read_callback(
        a, [](archive* at, void* in, const void** out) { return static_cast<input*>(in)->read(at, out); });
    archive_read_set_seek_callback(a, [](archive*, void* in, la_int64_t offset, int whence) {
      return static_cast<input*>(in)->seek(offset, whence);
    });
    archive_read_set_skip_callback(
        a, [](archive*, void* in, la_int64_t n) { return static_cast<input*>(in)->skip(n); });
    opened_ = known == ARCHIVE_OK && archive_read_open1(a) == ARCHIVE_OK;
  }

  [[nodiscard]] bool opened() const { return opened_; }
  [[nodiscard]] archive* get() const { return archive_.get(); }
  // What is wrong, by libarchive's own words.
  [[nodiscard]] result fault(std::uint64_t offset) const {
    if (input_.thrown) std::rethrow_exception(input_.thrown);
    if (input_.failed) return {errc::completed_file_unreadable, {}, offset};
    const char* why = archive_error_string(archive_.get());
    return {errc::corrupt_data, why ? why : "it cannot be unpacked", offset};
  }

 private:
  input input_;
  std::unique_ptr<archive, freed> archive_;
  bool opened_ = false;
};

std::string_view plain(std::string_view name) {
  return name.ends_with('/') ? name.substr(0, name.size() - 1) : name;
}

result same_entry(archive_entry* found, const described_entry& wanted) {
  const char* name = archive_entry_pathname_utf8(found);
  if (!name || plain(name) != plain(wanted.name)) {
    return {errc::directory_mismatch, wanted.name + ": another reader finds " + (name ? name : "no name"),
            wanted.offset};
  }
  if (archive_entry_size_is_set(found) && archive_entry_size(found) != static_cast<la_int64_t>(wanted.size)) {
    return {errc::directory_mismatch, wanted.name + ": another reader finds another size", wanted.offset};
  }
  return {};
}

result unpack_entry(const library_reader& from, const described_entry& entry, completed_entries& to) {
  to.begin(entry);
  la_int64_t at = 0;
  for (;;) {
    const void* piece = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int answer = archive_read_data_block(from.get(), &piece, &size, &offset);
    if (answer == ARCHIVE_EOF) return to.end();
    if (answer != ARCHIVE_OK) return from.fault(entry.offset);
    if (size == 0) continue;
    if (offset != at) return {errc::corrupt_data, entry.name + ": a gap", entry.offset};
    at += static_cast<la_int64_t>(size);
    if (result r = to.data({static_cast<const std::byte*>(piece), size}); !r.ok()) return r;
  }
}

}  // namespace

result unpack_by_library(const completed_file& file, library_format format,
                         std::span<const described_entry> entries, completed_entries& to) {
  const utf8_names names;
  const library_reader reader{file, format};
  if (!reader.opened()) return reader.fault(0);
  for (const described_entry& entry : entries) {
    archive_entry* found = nullptr;
    const int answer = archive_read_next_header(reader.get(), &found);
    if (answer == ARCHIVE_EOF) {
      return {errc::directory_mismatch, "another reader does not find " + entry.name, entry.offset};
    }
    if (answer != ARCHIVE_OK) return reader.fault(entry.offset);
    if (result r = same_entry(found, entry); !r.ok()) return r;
    if (entry.folder) continue;  // it has no data
    if (result r = unpack_entry(reader, entry, to); !r.ok()) return r;
  }
  archive_entry* more = nullptr;
  const int answer = archive_read_next_header(reader.get(), &more);
  if (answer == ARCHIVE_EOF) return {};
  if (answer != ARCHIVE_OK) return reader.fault(file.size());
  return {errc::directory_mismatch, "another reader finds more entries", file.size()};
}

}  // namespace uploadgate::formats
