/// \file beast_form.hpp
/// A whole form judged while Boost.Beast reads it. Header only; link uploadgate::beast.
#pragma once

#include <uploadgate/http/beast.hpp>
#include <uploadgate/http/form.hpp>

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/message.hpp>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace uploadgate::beast {

/// form_body is a Beast Body for multipart/form-data, judged while it is read.
///
///   http::request_parser<uploadgate::beast::form_body> parser;
///   parser.body_limit(boost::none);                       // max_body decides, not Beast's 1 MB
///   http::async_read_header(stream, buffer, parser, ...);
///   auto& form = parser.get().body();
///   form.judge(uploadgate::beast::inspect(policy, parser.get(), consumer));
///   http::async_read(stream, buffer, parser, ...);        // stops where the form is rejected
///   if (form.finish().accepted()) use(form.parts());
///
/// Reading stops with the verdict's code at the first byte that decides; then answer with
/// http_status(condition_of(code)), and read on for a while so that the client gets the answer. A body that
/// nobody set to judge() is refused with not_examined. Content goes to the form_consumer, and is not kept but
/// for texts. Give the read a buffer of 64 KiB.
struct form_body {
  /// value_type is what request::body() gives.
  class value_type {
   public:
    /// judge sets the inspection that reads the body, before the first byte of it is read.
    void judge(form_inspection in) { form_.emplace(std::move(in)); }
    /// finish gives the verdict when the message is read; the only source of "accepted". Without judge() it
    /// is a pending verdict, which is not an acceptance.
    uploadgate::verdict finish() { return form_ ? form_->finish() : uploadgate::verdict{}; }
    /// verdict is that of the inspection; pending where there is none.
    [[nodiscard]] const uploadgate::verdict& verdict() const {
      static const uploadgate::verdict none;
      return form_ ? form_->verdict() : none;
    }
    /// parts lists the parts of the form so far. Only after judge().
    [[nodiscard]] const std::vector<form_part>& parts() const { return form_.value().parts(); }

   private:
    friend detail::judging_reader<value_type>;
    std::error_code take(bytes_view chunk) {
      if (!form_) return errc::not_examined;
      return form_->feed(chunk) ? std::error_code{} : form_->verdict().code();
    }

    std::optional<form_inspection> form_;
  };

  using reader = detail::judging_reader<value_type>;
};

/// inspect starts judging the form of a request, whose header is read. A header that stands twice,
/// Content-Type or Content-Length, gives a rejection.
template <class Fields>
form_inspection inspect(const form_policy& policy, const boost::beast::http::header<true, Fields>& header,
                        form_consumer consumer = {}) {
  namespace http = boost::beast::http;
  const auto text = [&](http::field name) {
    if (header.count(name) != 1) return std::string_view{};
    const auto value = header[name];
    return std::string_view{value.data(), value.size()};
  };
  std::optional<std::uint64_t> length;
  const std::string_view digits = text(http::field::content_length);
  if (!digits.empty()) {
    std::uint64_t n = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    if (error == std::errc{} && end == digits.data() + digits.size()) length = n;
  }
  return policy.inspect(text(http::field::content_type), length, std::move(consumer));
}

}  // namespace uploadgate::beast
