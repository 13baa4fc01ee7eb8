// The file structure of PDF (ISO 32000-2, 7.5): header, objects, cross-references, trailers, and what lies
// between them. Stream data is claimed by pdf.cpp, which asks here what the stream is.
#pragma once

#include <uploadgate/verdict.hpp>

#include "grammar.hpp"
#include "pdf_filter.hpp"
#include "pdf_lexer.hpp"
#include "pdf_object_stream.hpp"
#include "pdf_packed_data.hpp"
#include "pdf_rules.hpp"
#include "pdf_values.hpp"
#include "pdf_xref.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace uploadgate::formats::pdf {

class document {
 public:
  explicit document(context& ctx);

  // Begins to read behind the header.
  void begin(std::uint64_t header, std::uint64_t offset) {
    xref_.header_at(header);
    lexer_.restart(offset);
  }
  // Reads tokens from the window and gives how many bytes it took: all, or up to where stream data begins
  // (at_stream), or up to an objection (outcome).
  std::size_t feed(std::string_view window);
  [[nodiscard]] bool at_stream() const { return state_ == state::stream; }
  [[nodiscard]] const result& outcome() const { return outcome_; }
  [[nodiscard]] bool failed() const { return !outcome_.ok(); }

  // What the stream at hand says that it is.
  [[nodiscard]] std::string stream_name() const;
  // The stream whose data begins at that offset: its length, where it is known.
  std::optional<std::uint64_t> begin_stream(std::uint64_t offset);
  // Whether its data is read, and not only claimed.
  [[nodiscard]] bool decodes() const { return decoding_ != decoding::nothing; }
  void stream_data(bytes_view bytes);
  // How the data of a stream that is not decoded begins.
  void opaque_data(bytes_view first);
  // The data is over; `length` bytes of it came; the next byte is at that offset.
  void end_stream(std::uint64_t length, std::uint64_t offset);

  // The file is over.
  result finish(std::uint64_t size);

 private:
  enum class state : std::uint8_t {
    body,          // between objects
    generation,    // behind an object's number
    keyword,       // behind its generation
    object,        // within it
    stream,        // stream data comes
    endstream,     // behind stream data
    endobj,        // behind endstream
    table,         // behind xref, or behind a subsection
    table_count,   // behind a subsection's first number
    entry_offset,  // an entry comes
    entry_generation,
    entry_kind,
    trailer,       // within a trailer's dictionary
    start_offset,  // behind startxref
    end_mark,      // behind startxref's number
  };
  enum class decoding : std::uint8_t { nothing, objects, references, metadata };

  // A stream's length that stands in another object, which may come before or after it.
  struct length_object {
    std::uint64_t number = 0;
    std::uint64_t value = 0;
    std::uint64_t offset = 0;
  };
  static constexpr std::size_t max_lengths = 16;

  void token(kind k);
  bool usual_tokens(std::string_view& in);
  void comment();
  bool object_behind_end(std::string_view comment);
  void begin_object();
  void body(kind k);
  void object_token(kind k);
  void table_token(kind k);
  void trailer_token(kind k);
  void start_token(kind k);
  void end_object();
  void end_trailer();
  void remember_integer();
  void check_length(std::uint64_t found, std::uint64_t offset);
  void object(result r);
  void object(errc code, std::string_view why) { object({code, std::string{why}, lexer_.offset()}); }
  void end_decoding(std::uint64_t length);
  void judge_density(std::uint64_t length);
  decoded& output();
  [[nodiscard]] std::uint64_t may_come_out(const archive_limits& limits) const;
  [[nodiscard]] result too_large(std::uint64_t came_out) const;
  bool share(bytes_view bytes);
  decoded& shared_output() { return ctx_.alone() ? output() : shares_; }
  void defer(result wrong);
  [[nodiscard]] bool is(kind k, std::string_view word) const {
    return k == kind::word && lexer_.text() == word;
  }

  // What comes out of a stream, where it is read for several policies.
  struct shares final : decoded {
    explicit shares(document& d) : to{&d} {}
    bool take(bytes_view bytes) override { return to->share(bytes); }
    document* to;
  };

  context& ctx_;
  shares shares_{*this};
  lexer lexer_;
  judge judge_;
  values values_;
  cross_references xref_;
  decoder decoder_;
  object_stream objects_;
  reference_stream references_;
  metadata_text metadata_;
  flat_data flat_;

  state state_ = state::body;
  decoding decoding_ = decoding::nothing;
  bool encrypted_ = false;
  bool reference_stream_ = false;  // this object is a cross-reference stream
  bool watched_ = false;           // this stream is packed, and not decoded
  bool ended_ = false;             // nothing but an end-of-file mark came since
  bool any_end_ = false;
  bool any_root_ = false;
  bool any_start_ = false;
  bool entries_known_ = true;
  std::optional<std::uint64_t> behind_end_;  // of the first comment behind the last end-of-file mark
  std::uint64_t comments_ = 0;
  std::uint64_t number_ = 0;
  std::uint64_t generation_ = 0;
  std::uint64_t object_at_ = 0;
  std::uint64_t stream_at_ = 0;
  std::uint64_t packed_ = 0;  // of decoded streams
  std::uint64_t unpacked_ = 0;
  std::optional<std::uint64_t> length_;  // of the decoded stream, where it is known before
  std::uint64_t shared_ = 0;             // bytes of it that came out
  std::uint64_t estimated_ = 0;          // what comes out of streams that are not decoded, where that is much
  std::uint64_t entry_number_ = 0;
  std::uint64_t entries_left_ = 0;
  std::uint64_t entry_offset_ = 0;
  std::uint64_t entry_generation_ = 0;
  std::optional<std::uint64_t> length_from_;  // the object that holds this stream's length, where unknown yet
  std::size_t integers_ = 0;                  // ring of integer objects
  std::size_t lengths_ = 0;                   // ring of lengths that were found
  std::array<length_object, max_lengths> integer_{};
  std::array<length_object, max_lengths> found_length_{};
  result outcome_;
  result deferred_;  // of a stream that could be encrypted
};

// With zlib's state (40 KiB) and piece (8 KiB) a file is read in less than 64 KiB.
static_assert(sizeof(document) <= 15872);

}  // namespace uploadgate::formats::pdf
