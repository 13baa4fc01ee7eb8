#include "zip_session.hpp"

#include "crc32.hpp"
#include "entry_name.hpp"

#include <algorithm>

namespace uploadgate::formats::zip_format {

result session::local(bytes_view record, std::uint64_t offset) {
  entry_ = read_local(record);
  entry_at_ = offset;
  extra.clear();
  sizes_known_ = done_ = opaque_ = false;
  crc_ = 0;
  packed_ = unpacked_ = 0;
  const auto too_long = [](std::uint64_t most) {
    return "an entry's name is " + over_bytes(std::min<std::uint64_t>(most, reader::max_take));
  };
  result r = within(*ctx_, entry_.name_length, &archive_limits::max_entry_name, errc::name_too_long, too_long,
                    offset + 26);
  if (!r.ok() || entry_.name_length <= reader::max_take) return r;
  return {errc::name_too_long, too_long(reader::max_take), offset + 26};
}

result session::named(std::string_view name) {
  const std::uint64_t at = entry_at_ + local_size;
  const bool utf8 = (entry_.flags & flag_utf8) != 0;
  const name_encoding encoding = utf8 ? name_encoding::utf8 : name_encoding::unknown;
  if (result r = judge_entry_name(*ctx_, name, encoding, at); !r.ok()) return r;
  if (!utf8 && !is_ascii(name)) ctx_->warn("names of entries do not say in which encoding they are");
  name_ = name;
  const bool folded_before = directory_.folded_duplicate().has_value();
  if (result r = directory_.add(name_, entry_at_); !r.ok()) return r;
  if (!folded_before && directory_.folded_duplicate()) contents_.family().folded_duplicate(entry_at_);
  ctx_->found.entries = directory_.size();
  return {};
}

result session::extra_field(std::uint16_t id, bytes_view body, std::uint64_t offset) {
  if (result r = extra.add(id, body, offset); !r.ok()) return r;
  return extra.has_unknown() ? comment.whole_text(*ctx_, body, offset, "an extra field") : result{};
}

result session::unicode_path(std::string_view name, std::uint64_t offset) {
  return ask(*ctx_, [&](const structure_limits& limits) -> result {
    return extra.agree(name, limits.archive.max_entry_name, offset);
  });
}

result session::method_allowed(std::uint64_t offset) {
  if ((entry_.flags & flag_patch) != 0) return {errc::unsupported_feature, "patch data", offset};
  const bool encrypted = (entry_.flags & (flag_encrypted | flag_strong_encryption | flag_masked)) != 0;
  if (encrypted || extra.aes() || entry_.method == method_aes) {
    opaque_ = true;
    result r = handle(*ctx_, &archive_limits::encrypted, errc::encrypted, name_, offset);
    if (!r.ok()) return r;
    if ((entry_.flags & flag_masked) != 0) return {errc::encrypted, "the directory", offset};
    ctx_->examined_only(examined::prefix, "entries are encrypted");
    return {};
  }
  if (entry_.method != method_stored && entry_.method != method_deflated) {
    return {errc::compression_method, "method " + std::to_string(entry_.method), offset + 8};
  }
  return {};
}

result session::open(std::uint64_t offset) {
  if (result r = extra.widen(entry_, false, entry_at_); !r.ok()) return r;
  if (result r = unicode_path(name_, entry_at_); !r.ok()) return r;
  if (extra.link()) return {errc::entry_link, "a symbolic link", entry_at_};
  if (extra.special()) return {errc::entry_special, "a link or a device", entry_at_};
  if (result r = method_allowed(entry_at_); !r.ok()) return r;
  // With a descriptor the sizes are zero, or, where the writer knew them already, right.
  sizes_known_ = !has_descriptor() || entry_.packed != 0;
  said_before_ = false;
  if (opaque_ && !sizes_known_) return {errc::not_examined, "encrypted data of unknown length", entry_at_};
  if (name_.ends_with('/') && entry_.unpacked != 0)
    return {errc::bad_value, "a folder with content", entry_at_};
  if (sizes_known_ && entry_.method == method_stored && entry_.packed != entry_.unpacked && !opaque_) {
    return {errc::bad_length, "a stored entry with two sizes", entry_at_};
  }
  result declared = within(*ctx_, entry_.unpacked, &archive_limits::max_unpacked, errc::unpacked_too_large,
                           "declared", entry_at_ + 22);
  if (!declared.ok()) return declared;
  if (opaque_) return {};
  if (entry_.method == method_deflated) {
    if (inflater_) {
      inflater_->reset();
    } else {
      inflater_.emplace();
    }
  }
  // Some writers declare an empty deflated entry and write not even its two bytes.
  done_ = sizes_known_ && entry_.packed == 0;
  if (done_ && entry_.unpacked != 0) return {errc::bad_length, "nothing unpacks to something", entry_at_};
  return contents_.begin({.name = name_,
                          .first = directory_.size() == 1,
                          .plain = entry_.method == method_stored,
                          .offset = offset},
                         directory_.size());
}

std::size_t session::wanted() const {
  if (done_) return 0;
  const std::uint64_t left = sizes_known_ ? entry_.packed - packed_ : reader::max_take;
  return static_cast<std::size_t>(std::min<std::uint64_t>(left, reader::max_take));
}

result session::came_out(bytes_view piece, std::uint64_t offset) {
  unpacked_ += piece.size();
  if (sizes_known_ && unpacked_ > entry_.unpacked) {
    return {errc::bad_length, "an entry unpacks to more than it declares", offset};
  }
  crc_ = crc32(crc_, piece);
  return contents_.data(piece, offset);
}

result session::data(bytes_view piece, std::uint64_t offset, std::size_t& used) {
  return entry_.method == method_stored ? stored(piece, offset, used) : deflated(piece, offset, used);
}

result session::stored(bytes_view piece, std::uint64_t offset, std::size_t& used) {
  used = piece.size();
  packed_ += used;
  done_ = packed_ == entry_.packed;
  return came_out(piece, offset + used);
}

result session::deflated(bytes_view piece, std::uint64_t offset, std::size_t& used) {
  used = 0;
  for (;;) {
    const bytes_view out = inflater_->unpack(piece, used);
    if (!out.empty()) {
      if (result r = came_out(out, offset + used); !r.ok()) return r;
    }
    if (inflater_->state() == fast_inflater::status::corrupt)
      return {errc::corrupt_data, name_, offset + used};
    if (out.empty() || inflater_->state() == fast_inflater::status::done) break;
  }
  packed_ += used;
  const std::uint64_t after = offset + used;
  if (inflater_->state() == fast_inflater::status::done) {
    done_ = true;
    if (sizes_known_ && packed_ != entry_.packed) {
      return {errc::bad_length, "bytes behind the end of an entry's data", after};
    }
  } else if (sizes_known_ && packed_ == entry_.packed) {
    return {errc::corrupt_data, "an entry's data ends too early", after};
  } else if (used == 0) {
    return {errc::corrupt_data, name_, after};
  }
  return {};
}

// The first place where a marked descriptor (unmarked: of no data) says exactly what stands before it. A
// directory that says otherwise is refused later, so that who reads it and who reads as this does agree.
std::size_t session::before_descriptor(bytes_view ahead, bool last) {
  const bool marked = begins(ahead, descriptor_signature);
  if (marked || packed_ == 0) {
    const bytes_view b = ahead.subspan(marked ? 4 : 0);
    for (const bool wide : {false, true}) {
      const std::size_t size = wide ? 20 : 12;
      if (b.size() < size + 2 || le32(b, 0) != crc_) continue;
      const std::uint64_t packed = wide ? le64(b, 4) : le32(b, 4);
      const std::uint64_t unpacked = wide ? le64(b, 12) : le32(b, 8);
      const bool followed = u8(b, size) == 'P' && u8(b, size + 1) == 'K';
      if (packed != packed_ || unpacked != unpacked_) continue;
      said_before_ = said_before_ || (marked && !followed);
      if (!followed) continue;
      done_ = true;
      return 0;
    }
  }
  const std::size_t found = as_text(ahead).find("PK\x07\x08", 1);
  if (found != std::string_view::npos) return found;
  return last ? ahead.size() : ahead.size() - 3;
}

// APPNOTE 4.3.9: with or without its signature, with sizes of four or eight bytes. The one that says what was
// measured and is followed by another record is it; two are ambiguous.
result session::descriptor(bytes_view ahead, std::uint64_t offset, std::size_t& length) {
  length = 0;
  int readings = 0;
  const std::uint64_t packed = opaque_ ? entry_.packed : packed_;
  for (const bool wide : {false, true}) {
    for (const bool marked : {true, false}) {
      const std::size_t size = (marked ? 4U : 0U) + 4U + (wide ? 16U : 8U);
      if (ahead.size() < size + 4 || (marked && !begins(ahead, descriptor_signature))) continue;
      const bytes_view b = ahead.subspan(marked ? 4 : 0);
      const std::uint64_t b_packed = wide ? le64(b, 4) : le32(b, 4);
      const std::uint64_t b_unpacked = wide ? le64(b, 12) : le32(b, 8);
      if (b_packed != packed || (!opaque_ && (b_unpacked != unpacked_ || le32(b, 0) != crc_))) continue;
      const bool followed = u8(ahead, size) == 'P' && u8(ahead, size + 1) == 'K';
      if (!followed && !contents_.family().android()) continue;
      if (opaque_) {
        crc_ = le32(b, 0);
        unpacked_ = b_unpacked;
      }
      length = size;
      ++readings;
    }
  }
  // Readers that do not look behind a descriptor end the entry at one in its data.
  if (said_before_) return {errc::ambiguous_length, "a data descriptor in the data", offset};
  if (readings == 1) return {};
  if (readings > 1) return {errc::ambiguous_length, "two readings of a data descriptor", offset};
  if (ahead.size() < descriptor_window) return {errc::truncated, {}, offset + ahead.size()};
  return {errc::checksum_mismatch, "a data descriptor does not say what was measured", offset};
}

result session::close(std::uint64_t offset) {
  if (opaque_) {
    if (!has_descriptor()) {
      crc_ = entry_.crc;
      unpacked_ = entry_.unpacked;
    }
  } else {
    // Writers that use a descriptor leave zeros here, or have the right values.
    const bool declared = !has_descriptor();
    if ((declared || entry_.unpacked != 0) && unpacked_ != entry_.unpacked) {
      return {errc::bad_length, "an entry unpacks to less than it declares", offset};
    }
    if ((declared || entry_.crc != 0) && crc_ != entry_.crc) return {errc::checksum_mismatch, name_, offset};
    entry_.packed = packed_;
    if (result r = contents_.end(offset); !r.ok()) return r;
  }
  entry_.unpacked = unpacked_;
  entry_.crc = crc_;
  directory_.measured(entry_, offset);
  return {};
}

}  // namespace uploadgate::formats::zip_format
