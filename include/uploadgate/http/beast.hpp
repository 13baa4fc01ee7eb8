/// \file beast.hpp
/// uploadgate in a Boost.Beast server: change a message's Body, and it is judged while it is read. Header
/// only; link uploadgate::beast.
#pragma once

#include <uploadgate/policy.hpp>

#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional/optional.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace uploadgate::beast {

namespace detail {

/// judging_reader is the Beast reader of a body that is judged: its value_type takes the bytes and finishes.
template <class Value>
class judging_reader {
 public:
  template <bool IsRequest, class Fields>
  judging_reader(boost::beast::http::header<IsRequest, Fields>&, Value& body) : body_{body} {}

  void init(const boost::optional<std::uint64_t>&, boost::beast::error_code& ec) { ec = {}; }

  template <class ConstBufferSequence>
  std::size_t put(const ConstBufferSequence& buffers, boost::beast::error_code& ec) {
    std::size_t used = 0;
    ec = {};
    for (const auto buffer : boost::beast::buffers_range_ref(buffers)) {
      if (ec) break;
      ec = body_.take({static_cast<const std::byte*>(buffer.data()), buffer.size()});
      used += buffer.size();
    }
    return used;
  }

  // Without judge() the verdict is pending: there was no body, or an empty one, and nobody is told of
  // acceptance.
  void finish(boost::beast::error_code& ec) {
    ec = {};
    if (const uploadgate::verdict v = body_.finish(); v.rejected()) ec = v.code();
  }

 private:
  Value& body_;
};

}  // namespace detail

/// claim_of reads an upload's claim from a request's header: content type and length. The file name is the
/// host's to find (a path segment, a header), and must outlive the call of policy::inspect.
template <class Fields>
upload claim_of(const boost::beast::http::header<true, Fields>& header, std::string_view filename = {}) {
  namespace http = boost::beast::http;
  upload claim{.filename = filename};
  const auto type = header[http::field::content_type];
  claim.content_type = {type.data(), type.size()};
  return claim;
}

/// judged_body is a Beast Body whose content is judged while it is read: one file, the whole body.
///
///   http::request_parser<uploadgate::beast::judged_body> parser;
///   parser.body_limit(boost::none);                       // the policy's max_size decides, not Beast's 1 MB
///   http::async_read_header(stream, buffer, parser, ...);
///   parser.get().body().judge(policy.inspect(claim), sink);
///   http::async_read(stream, buffer, parser, ...);        // stops where the file is rejected
///   if (parser.get().body().finish().accepted()) ...
///
/// Reading stops with the verdict's code at the first chunk that decides; then answer with
/// http_status(condition_of(code)), and read on for a while so that the client gets the answer. A body that
/// nobody set to judge() is refused with not_examined. Bytes are not kept: the sink gets them. Give the read
/// a buffer of 64 KiB: Beast's flat_buffer grows in small steps, at ten times the processor time.
struct judged_body {
  /// sink takes bytes that no rule has objected to so far, in order; they are accepted only when the verdict
  /// is. An error of it stops the reading.
  using sink = std::function<std::error_code(bytes_view)>;

  /// holder gives the file that holds the body, or nothing.
  using holder = std::function<std::optional<completed_file>()>;

  /// value_type is what request::body() gives.
  class value_type {
   public:
    /// judge sets the inspection that reads the body, before the first byte of it is read.
    /// Where the sink keeps the bytes, `file` may give what it has written, for the rules that look into the
    /// completed file (inspection::finish); it is asked when the last byte has been taken.
    void judge(inspection in, sink to = {}, holder file = {}) {
      inspection_.emplace(std::move(in));
      sink_ = std::move(to);
      completed_ = std::move(file);
    }
    /// finish gives the verdict when the message is read; the only source of "accepted". Call it also where
    /// there was nothing to read (Content-Length: 0). Without judge() it is a pending verdict, which is not
    /// an acceptance.
    uploadgate::verdict finish() {
      if (!inspection_) return {};
      const bool looked_into = completed_ && inspection_->verdict().pending();
      const std::optional<completed_file> file = looked_into ? completed_() : std::nullopt;
      return file ? inspection_->finish(*file) : inspection_->finish();
    }
    /// verdict is that of the inspection; pending where there is none.
    [[nodiscard]] const uploadgate::verdict& verdict() const {
      static const uploadgate::verdict none;
      return inspection_ ? inspection_->verdict() : none;
    }
    /// candidate_verdict is that of inspection::candidate_verdict; null where there is no inspection.
    [[nodiscard]] const uploadgate::verdict* candidate_verdict() const {
      return inspection_ ? inspection_->candidate_verdict() : nullptr;
    }
    /// facts is what was learnt. Only after judge().
    [[nodiscard]] const uploadgate::facts& facts() const { return inspection_.value().facts(); }

   private:
    friend detail::judging_reader<value_type>;
    std::error_code take(bytes_view chunk) {
      if (!inspection_) return errc::not_examined;
      if (!inspection_->feed(chunk)) return inspection_->verdict().code();
      return sink_ ? sink_(chunk) : std::error_code{};
    }

    std::optional<inspection> inspection_;
    sink sink_;
    holder completed_;
  };

  using reader = detail::judging_reader<value_type>;
};

}  // namespace uploadgate::beast
