#include "zip_content.hpp"

#include "entry_name.hpp"
#include "grammars.hpp"

#include <algorithm>

namespace uploadgate::formats::zip_format {
namespace {

bool is_zip(const format* row) { return row && row->read == static_cast<grammar_function>(zip); }

}  // namespace

result contents::begin(const package_entry& entry, std::uint64_t entries) {
  name_ = entry.name;
  head_size_ = 0;
  decided_ = false;
  nested_.reset();
  entries_ = entries + nested_entries_;
  if (entries_ > ctx_->limits.archive.max_entries) {
    return {errc::too_many_entries, "with those of nested archives", entry.offset};
  }
  if (ctx_->limits.archive.executables != handling::allow && names_program(entry.name)) {
    result r = handle(*ctx_, ctx_->limits.archive.executables, errc::entry_executable, name_, entry.offset);
    if (!r.ok()) return r;
  }
  return package_.begin(entry);
}

result contents::open_nested(grammar_function read, const format* row, std::uint64_t offset) {
  const std::uint64_t depth = ctx_->nesting + 1;
  if (depth > std::min(ctx_->limits.archive.max_depth, deepest)) {
    return {errc::nested_too_deep, "an archive in the archive", offset};
  }
  nested_limits_ = ctx_->limits;
  archive_limits& left = nested_limits_->archive;
  left.max_entries -= std::min(left.max_entries, entries_);
  left.max_unpacked -= std::min(left.max_unpacked, around(offset) + unpacked_ + nested_unpacked_);
  nested_.emplace(read, *nested_limits_, row, depth);
  return {};
}

// Looks at the first bytes, once they are complete: another archive, or a part of a package, or neither.
result contents::decide(std::uint64_t offset) {
  decided_ = true;
  if (head_size_ == 0) return {};
  const bytes_view head = bytes_view{head_}.first(head_size_);
  bool undecided = false;
  const format* found = find_signature(head, undecided);
  const format* named = find_extension(entry_extension(name_));
  if (is_zip(named)) {
    if (result r = open_nested(named->read, named, offset); !r.ok()) return r;
  } else if (found && found->read && (found->archive || is_zip(found))) {
    const format* row = named && named->read == found->read ? named : nullptr;
    if (!row && !is_zip(found)) row = found;
    if (result r = open_nested(found->read, row, offset); !r.ok()) return r;
  } else {
    if (result r = package_.recognise(head); !r.ok()) return r;
  }
  return pass(head, offset);
}

result contents::from_nested(result r, std::uint64_t offset) const {
  if (r.ok()) return r;
  objection why = std::move(r).why();
  why.detail = "in " + name_ + (why.detail.empty() ? "" : ": " + why.detail);
  why.offset = offset;
  return why;
}

// What had come out of the archives around this one: what came before it, and its own bytes.
std::uint64_t contents::around(std::uint64_t offset) const {
  return ctx_->unpacked_before ? *ctx_->unpacked_before + offset : 0;
}

result contents::account(std::uint64_t offset) {
  std::uint64_t total = unpacked_ + nested_unpacked_;
  if (nested_) total += nested_->found().unpacked_size.value_or(0);
  ctx_->found.unpacked_size = total;
  const archive_limits& limits = ctx_->limits.archive;
  if (total + around(offset) > limits.max_unpacked) {
    return {errc::unpacked_too_large, "over " + std::to_string(limits.max_unpacked) + " bytes", offset};
  }
  if (total > limits.ratio_floor && offset > 0 && (total - 1) / offset >= limits.max_ratio) {
    return {errc::ratio_exceeded, "over " + std::to_string(limits.max_ratio) + " to one", offset};
  }
  return {};
}

result contents::pass(bytes_view piece, std::uint64_t offset) {
  if (piece.empty()) return {};
  if (!nested_) return package_.data(piece, offset);
  if (result r = from_nested(nested_->feed(piece), offset); !r.ok()) return r;
  return account(offset);
}

result contents::data(bytes_view piece, std::uint64_t offset) {
  unpacked_ += piece.size();
  if (result r = account(offset); !r.ok()) return r;
  if (!decided_) {
    const std::size_t n = std::min(piece.size(), head_.size() - head_size_);
    std::copy_n(piece.begin(), n, head_.begin() + static_cast<std::ptrdiff_t>(head_size_));
    head_size_ += n;
    piece = piece.subspan(n);
    if (head_size_ < head_.size()) return {};
    if (result r = decide(offset); !r.ok()) return r;
  }
  return pass(piece, offset);
}

result contents::end(std::uint64_t offset) {
  if (!decided_) {
    if (result r = decide(offset); !r.ok()) return r;
  }
  if (!nested_) return package_.end(offset);
  if (result r = from_nested(nested_->finish(), offset); !r.ok()) return r;
  const facts& inner = nested_->found();
  nested_unpacked_ += inner.unpacked_size.value_or(0);
  nested_entries_ += inner.entries.value_or(0);
  for (const std::string& warning : inner.warnings) ctx_->found.warn("in " + name_ + ": " + warning);
  if (inner.examined != examined::whole) {
    ctx_->examined_only(examined::prefix, "in " + name_ + ": " + inner.examined_note);
  }
  nested_.reset();
  return package_.end(offset);
}

}  // namespace uploadgate::formats::zip_format
