// JSON (RFC 8259) and newline-delimited JSON, by Boost.JSON's incremental parser. Nothing is built: the
// parser only proves that the text is JSON, to the last byte.
#include "grammars.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

namespace uploadgate::formats {
namespace {

namespace json_lib = boost::json;
using boost::system::error_code;
using string_part = json_lib::string_view;

// Takes every event and keeps none.
struct nothing {
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_object_size = max_array_size;
  static constexpr std::size_t max_string_size = max_array_size;
  static constexpr std::size_t max_key_size = max_array_size;
  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t, error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t, error_code&) { return true; }
  bool on_string_part(string_part, std::size_t, error_code&) { return true; }
  bool on_string(string_part, std::size_t, error_code&) { return true; }
  bool on_key_part(string_part, std::size_t, error_code&) { return true; }
  bool on_key(string_part, std::size_t, error_code&) { return true; }
  bool on_number_part(string_part, error_code&) { return true; }
  bool on_int64(std::int64_t, string_part, error_code&) { return true; }
  bool on_uint64(std::uint64_t, string_part, error_code&) { return true; }
  bool on_double(double, string_part, error_code&) { return true; }
  bool on_bool(bool, error_code&) { return true; }
  bool on_null(error_code&) { return true; }
  bool on_comment_part(string_part, error_code&) { return true; }
  bool on_comment(string_part, error_code&) { return true; }
};

constexpr std::size_t block_size = 4096;
// A reader may skip a byte order mark (RFC 8259, section 8.1), and files from Windows have one.
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class values {
 public:
  values(context& ctx, bool lines) : parser_{options(ctx)}, lines_{lines} {}

  result read(std::string_view block, std::uint64_t offset) {
    if (offset == 0 && block.starts_with(byte_order_mark)) {
      block.remove_prefix(byte_order_mark.size());
      offset += byte_order_mark.size();
    }
    while (!block.empty()) {
      const std::size_t end = lines_ ? block.find('\n') : std::string_view::npos;
      const std::string_view line = block.substr(0, end);
      if (result r = value(line, offset); !r.ok()) return r;
      if (end == std::string_view::npos) break;
      if (result r = close(offset + end); !r.ok()) return r;
      block.remove_prefix(end + 1);
      offset += end + 1;
    }
    return {};
  }

  result finish(std::uint64_t end) {
    if (!begun_ && !lines_) return {errc::truncated, {}, end};
    return close(end);
  }

 private:
  static json_lib::parse_options options(const context& ctx) {
    json_lib::parse_options o;
    o.max_depth = static_cast<std::size_t>(std::min<std::uint64_t>(ctx.manner.max_depth, 10'000));
    return o;
  }

  // Reads more of the value, or of the white space around it.
  result value(std::string_view t, std::uint64_t offset) {
    std::size_t i = 0;
    if (!begun_ || parser_.done()) {
      while (i < t.size() && space(t[i])) ++i;
      if (i == t.size()) return {};
      if (begun_) return {errc::trailing_data, "text follows the value", offset + i};
    }
    begun_ = true;
    error_code ec;
    const std::size_t used = parser_.write_some(true, t.data() + i, t.size() - i, ec);
    i += used;
    if (ec) return refuse(ec, offset + i);
    while (i < t.size() && space(t[i])) ++i;
    if (i < t.size()) return {errc::trailing_data, "text follows the value", offset + i};
    return {};
  }

  // The value, if one was begun, ends here.
  result close(std::uint64_t offset) {
    if (!begun_) return {};
    begun_ = false;
    if (!parser_.done()) {
      error_code ec;
      parser_.write_some(false, nullptr, 0, ec);
      if (ec) return refuse(ec, offset);
    }
    parser_.reset();
    return {};
  }

  result refuse(const error_code& ec, std::uint64_t offset) const {
    if (ec == json_lib::error::incomplete) {
      return {lines_ ? errc::not_well_formed : errc::truncated, "the value is not closed", offset};
    }
    if (ec == json_lib::error::too_deep) return {errc::nested_too_deep, {}, offset};
    return {errc::not_well_formed, ec.message(), offset};
  }

  json_lib::basic_parser<nothing> parser_;
  bool lines_;
  bool begun_ = false;
};

template <bool Lines>
grammar read_json(reader& in, context& ctx) {
  values v{ctx, Lines};
  for (;;) {
    const bytes_view block = co_await in.peek(block_size);
    if (block.empty()) break;
    result r = v.read(as_text(block), in.offset());
    if (!r.ok()) co_return r;
    in.consume(block.size());
  }
  result r = v.finish(in.offset());
  co_return r;
}

}  // namespace

grammar json(reader& in, context& ctx) { return read_json<false>(in, ctx); }
grammar ndjson(reader& in, context& ctx) { return read_json<true>(in, ctx); }

}  // namespace uploadgate::formats
