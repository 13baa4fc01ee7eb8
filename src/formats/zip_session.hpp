// One ZIP being read: what the grammar in zip.cpp keeps between its awaits, and the judgements it makes.
#pragma once

#include "fast_inflate.hpp"
#include "grammar.hpp"
#include "image_metadata.hpp"
#include "zip_content.hpp"
#include "zip_directory.hpp"
#include "zip_records.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace uploadgate::formats::zip_format {

class session {
 public:
  explicit session(context& ctx) : ctx_{&ctx}, directory_{ctx}, contents_{ctx} {}

  // --- a local entry, in this order ---
  result local(bytes_view record, std::uint64_t offset);
  result named(std::string_view name);
  [[nodiscard]] const header& entry() const { return entry_; }
  extra_fields extra{};
  // extra_field: the next one, whose body begins at `offset`.
  result extra_field(std::uint16_t id, bytes_view body, std::uint64_t offset);
  // open: the extra fields are complete, and the data begins at `offset`.
  result open(std::uint64_t offset);
  // opaque: the data is encrypted, and passes unseen.
  [[nodiscard]] bool opaque() const { return opaque_; }
  // wanted: how many bytes of data to bring next; 0 where it is complete.
  [[nodiscard]] std::size_t wanted() const;
  // data: looks at the bytes brought, which begin at `offset`, and says how many it used.
  result data(bytes_view piece, std::uint64_t offset, std::size_t& used);
  // stray: whether the entry is stored and its length stands behind it, so that its descriptor must be found.
  [[nodiscard]] bool stray() const {
    return !done_ && !sizes_known_ && !opaque_ && entry_.method == method_stored;
  }
  // before_descriptor: how many bytes at the beginning of `ahead`, at `offset`, are data for certain; 0 where
  // the descriptor stands there. `last`: nothing follows `ahead`.
  std::size_t before_descriptor(bytes_view ahead, bool last);
  // descriptor: reads the data descriptor at the beginning of `ahead`, and says how long it is.
  result descriptor(bytes_view ahead, std::uint64_t offset, std::size_t& length);
  [[nodiscard]] bool has_descriptor() const { return (entry_.flags & flag_descriptor) != 0; }
  result close(std::uint64_t offset);

  // --- the directory ---
  image_metadata comment{};
  [[nodiscard]] bool android() { return contents_.family().android(); }
  // central: compares as many whole records as stand in `ahead`, and says how many bytes they take.
  result central(bytes_view ahead, std::uint64_t offset, std::size_t& used);
  // end: the end record, and where there are some, those of ZIP64 before it.
  result end(bytes_view record, std::uint64_t directory_at, std::uint64_t directory_end);
  result end64(bytes_view record, std::uint64_t directory_at, std::uint64_t offset);
  result locator64(bytes_view record, std::uint64_t end64_at, std::uint64_t offset);
  result finish(std::uint64_t directory_at);

 private:
  result unicode_path(std::string_view name, std::uint64_t offset);
  result method_allowed(std::uint64_t offset);
  result stored(bytes_view piece, std::uint64_t offset, std::size_t& used);
  result deflated(bytes_view piece, std::uint64_t offset, std::size_t& used);
  result came_out(bytes_view piece, std::uint64_t offset);
  result central_record(bytes_view record, const header& h, std::uint64_t offset);

  context* ctx_;
  directory directory_;
  contents contents_;
  std::optional<fast_inflater> inflater_;
  // The entry that is being read.
  header entry_{};
  std::string name_;
  std::uint64_t entry_at_ = 0;
  bool sizes_known_ = false;
  bool said_before_ = false;  // a descriptor in the data of the entry says what stands before it
  bool opaque_ = false;
  bool done_ = false;
  std::uint32_t crc_ = 0;
  std::uint64_t packed_ = 0;
  std::uint64_t unpacked_ = 0;
  bool zip64_ = false;                                    // ZIP64 end records stand
  bytes_view::value_type last_record_[locator64_size]{};  // the last bytes of the directory
};

}  // namespace uploadgate::formats::zip_format
