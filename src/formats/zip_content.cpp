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
  result r = within(*ctx_, entries_, &archive_limits::max_entries, errc::too_many_entries,
                    "with those of nested archives", entry.offset);
  if (!r.ok()) return r;
  if (ctx_->minds(&archive_limits::executables) && names_program(entry.name)) {
    r = handle(*ctx_, &archive_limits::executables, errc::entry_executable, name_, entry.offset);
    if (!r.ok()) return r;
  }
  return package_.begin(entry);
}

result contents::open_nested(grammar_function read, const format* row, std::uint64_t offset) {
  const std::uint64_t depth = ctx_->nesting + 1;
  const std::string_view deeper = "an archive in the archive";
  result r = within(*ctx_, depth, &archive_limits::max_depth, errc::nested_too_deep, deeper, offset);
  if (!r.ok()) return r;
  if (depth > deepest) return {errc::nested_too_deep, std::string{deeper}, offset};
  const party_limits left = ctx_->limits_for_contained([&](structure_limits& l) {
    archive_limits& a = l.archive;
    a.max_entries -= std::min(a.max_entries, entries_);
    a.max_unpacked -= std::min(a.max_unpacked, around(offset) + unpacked_ + nested_unpacked_);
  });
  nested_.emplace(read, left, row, depth);
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

result contents::from_nested(std::uint64_t offset) const {
  return said_inside(*ctx_, *nested_, [&](objection why) {
    why.detail = "in " + name_ + (why.detail.empty() ? "" : ": " + why.detail);
    why.offset = offset;
    return why;
  });
}

// What had come out of the archives around this one: what came before it, and its own bytes.
std::uint64_t contents::around(std::uint64_t offset) const {
  return ctx_->unpacked_before ? *ctx_->unpacked_before + offset : 0;
}

result contents::account(std::uint64_t offset) {
  std::uint64_t total = unpacked_ + nested_unpacked_;
  if (nested_) total += nested_->found().unpacked_size.value_or(0);
  ctx_->found.unpacked_size = total;
  return ask(*ctx_, [&](const structure_limits& all) -> result {
    const archive_limits& limits = all.archive;
    if (total + around(offset) > limits.max_unpacked) {
      return {errc::unpacked_too_large, over_bytes(limits.max_unpacked), offset};
    }
    if (total > limits.ratio_floor && offset > 0 && (total - 1) / offset >= limits.max_ratio) {
      return {errc::ratio_exceeded, over(limits.max_ratio) + " to one", offset};
    }
    return {};
  });
}

result contents::pass(bytes_view piece, std::uint64_t offset) {
  if (piece.empty()) return {};
  if (!nested_) return package_.data(piece, offset);
  if (!nested_->feed(piece).ok() || !ctx_->alone()) {
    if (result r = from_nested(offset); !r.ok()) return r;
  }
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
  (void)nested_->finish();
  if (result r = from_nested(offset); !r.ok()) return r;
  const facts& inner = nested_->found();
  nested_unpacked_ += inner.unpacked_size.value_or(0);
  nested_entries_ += inner.entries.value_or(0);
  warn_outside(*ctx_, *nested_, "in " + name_ + ": ");
  if (inner.examined != examined::whole) {
    ctx_->examined_only(examined::prefix, "in " + name_ + ": " + inner.examined_note);
  }
  nested_.reset();
  return package_.end(offset);
}

}  // namespace uploadgate::formats::zip_format
