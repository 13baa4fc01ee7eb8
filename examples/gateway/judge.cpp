#include "judge.hpp"

#include <uploadgate/display.hpp>
#include <uploadgate/http/beast_form.hpp>
#include <uploadgate/http/form_writer.hpp>

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace gateway {
namespace {

constexpr std::size_t buffered_piece = 256 * uploadgate::KiB;

using uploadgate::bytes_view;
using uploadgate::form_part;
using uploadgate::result;

result keep(judgement& j, session& s, bytes_view bytes) {
  const std::error_code ec = j.body.file->write(bytes);
  s.shared.counts.spooled_bytes += bytes.size();
  if (ec) j.storage = ec;
  return ec ? result{ec} : result{};
}

// The last bytes of what was kept, for rules that look into a completed file.
uploadgate::completed_file kept(judgement& j, std::uint64_t size) {
  return {size, [&j, begin = j.body.file->size() - size](std::uint64_t at, std::span<std::byte> into) {
            std::error_code ec;
            const std::size_t n = j.body.file->read(begin + at, into, ec);
            if (ec) j.storage = ec;
            return n;
          }};
}

// Reads until the message is whole or the body's rules object. Beast's own reading takes 64 KiB at a time at
// most.
template <class Body>
net::awaitable<error_code> read_body(session& s, const request& r, http::request_parser<Body>& parser,
                                     judgement& j) {
  error_code ec;
  const auto& wait = s.shared.config.wait;
  if (r.expects_continue) {
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    ec = co_await write_all(s.client, net::buffer(go_on), wait.body);
  }
  const auto deadline = clock::now() + wait.upload;
  s.client.late = false;
  parser.eager(true);
  for (bool more = s.client.buffer.size() == 0; !ec && !parser.is_done();) {
    net::const_buffer landed;
    if (more) {
      // Where nothing waits in the buffer, the bytes go to where the spool will write them from.
      const bool nothing_waits = s.client.buffer.size() == 0;
      const std::span<std::byte> landing = nothing_waits ? j.body.file->landing() : std::span<std::byte>{};
      const net::mutable_buffer place = landing.empty() ? s.client.buffer.prepare(buffered_piece)
                                                        : net::buffer(landing.data(), landing.size());
      s.client.read_by = std::min(deadline, clock::now() + wait.body);
      const std::size_t n =
          co_await s.client.socket.async_read_some(place, net::redirect_error(net::use_awaitable, ec));
      s.client.read_by = clock::time_point::max();
      s.shared.counts.received_bytes += n;
      if (landing.empty()) s.client.buffer.commit(n);
      if (ec) break;
      if (!landing.empty()) landed = net::buffer(place, n);
    }
    if (landed.size() == 0) {
      s.client.buffer.consume(parser.put(s.client.buffer.cdata(), ec));
    } else {
      landed += parser.put(landed, ec);
      s.client.buffer.commit(net::buffer_copy(s.client.buffer.prepare(landed.size()), landed));
    }
    more = s.client.buffer.size() == 0 || ec == http::error::need_more;
    if (ec == http::error::need_more) ec = {};
  }
  if (!ec) ec = j.storage = j.body.file->seal();
  co_return ec;
}

own_answer not_received(const session& s, const error_code& ec) {
  if (s.client.late) return {408, "gateway", "body_late", "the body did not arrive in time"};
  return {400, "gateway", "body_malformed", "the body could not be read: " + ec.message()};
}

// Tells the audit about the files of one request.
class recorder {
 public:
  recorder(const session& s, const origin& from, const uploadgate::loaded_policy& by)
      : s_{s}, from_{from}, by_{by} {}

  void record(const uploadgate::verdict& v, const uploadgate::facts& f, const uploadgate::upload& claim,
              const uploadgate::policy* judged_by, const std::string& failure) const {
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - started_);
    uploadgate::decision d{
        .verdict = v, .facts = f, .time = std::chrono::system_clock::now(), .duration = took};
    d.request_id = from_.request_id;
    d.client = from_.client;
    d.policy = judged_by ? by_.identity(*judged_by) : uploadgate::policy_identity{{}, by_.number, by_.sha256};
    d.filename = claim.filename;
    d.content_type = claim.content_type;
    d.field = claim.field;
    if (!v.rejected()) d.failure = failure;
    (void)s_.shared.decisions.record(d);  // no sink here refuses uploads for want of a record
  }

 private:
  const session& s_;
  const origin& from_;
  const uploadgate::loaded_policy& by_;
  const clock::time_point started_ = clock::now();
};

own_answer not_kept(const std::error_code& ec) {
  const bool full = ec == std::errc::no_space_on_device;
  return {503, "gateway", full ? "spool_full" : "spool_failed",
          "the upload could not be kept: " + ec.message()};
}

void conclude(judgement& j, const session& s, const uploadgate::verdict& v, const error_code& ec) {
  if (j.storage) {
    j.refusal = not_kept(j.storage);
  } else if (v.rejected()) {
    j.refusal = answer_of(v);
  } else if (ec || !v.accepted()) {
    j.refusal = not_received(s, ec);
  } else {
    j.accepted = true;
  }
}

void add_text(spooled_body& body, std::string text) {
  body.description.length += text.size();
  body.pieces.push_back({std::move(text)});
}

void add_run(spooled_body& body, std::uint64_t from, std::uint64_t length) {
  body.description.length += length;
  body.pieces.push_back({{}, from, length});
}

// Writes the form again, of the parts that were judged.
result write_canonical(spooled_body& body, const std::vector<form_part>& parts) {
  const uploadgate::form_writer writer;
  std::uint64_t at = 0;
  std::string text;
  for (const form_part& part : parts) {
    if (result r = writer.begin(text, part); !r.ok()) return r;
    if (part.filename) {
      add_text(body, std::exchange(text, {}));
      add_run(body, at, part.size);
      at += part.size;
    } else {
      text += part.text;
    }
    writer.end(text);
  }
  writer.close(text);
  add_text(body, std::move(text));
  body.description.content_type = writer.content_type();
  return {};
}

const uploadgate::policy* policy_of(const uploadgate::form_policy& form, const std::string& name) {
  const auto field = std::ranges::find(form.fields(), name, &uploadgate::form_field::name);
  return field == form.fields().end() || !field->files ? nullptr : &*field->files;
}

// A form that is refused for itself, and not for one of its files, is recorded as such.
void record_form(const recorder& log, const uploadgate::form_policy& rules,
                 const std::vector<form_part>& parts, const uploadgate::verdict& v, judgement& j) {
  const std::string failure = j.accepted     ? std::string{}
                              : v.rejected() ? "the form was refused"
                                             : j.refusal.detail;
  bool told = false;
  for (const form_part& part : parts) {
    if (!part.filename || part.filename->empty()) continue;
    if (part.verdict.rejected()) {
      j.refusal.more.emplace("field", uploadgate::printable(part.name));
      j.refusal.more.emplace("filename", uploadgate::printable(*part.filename));
    }
    told = told || part.verdict.rejected() || !v.rejected();
    log.record(part.verdict, part.facts,
               {.filename = *part.filename, .content_type = part.content_type, .field = part.name},
               policy_of(rules, part.name), failure);
  }
  if (!told && !j.accepted) log.record(v, {}, {}, nullptr, failure);
}

net::awaitable<void> judge_form(session& s, const request& r, const uploadgate::form_policy& rules,
                                const recorder& log, header_parser&& header, judgement& j) {
  http::request_parser<uploadgate::beast::form_body> parser{std::move(header)};
  auto& body = parser.get().body();
  uploadgate::form_consumer consumer;
  consumer.data = [&](const form_part& part, bytes_view bytes) {
    return part.filename ? keep(j, s, bytes) : result{};
  };
  consumer.completed = [&](const form_part& part) -> std::optional<uploadgate::completed_file> {
    if (!part.filename) return {};
    return kept(j, part.size);
  };
  body.judge(uploadgate::beast::inspect(rules, parser.get(), std::move(consumer)));
  error_code ec;
  if (body.verdict().pending()) ec = co_await read_body(s, r, parser, j);
  const uploadgate::verdict v = !ec && body.verdict().pending() ? body.finish() : body.verdict();
  conclude(j, s, v, ec);
  if (j.accepted) {
    const result written = write_canonical(j.body, body.parts());
    if (!written.ok()) {
      j.accepted = false;
      j.refusal = {422, "form", std::string{uploadgate::reason(written.why().code)},
                   uploadgate::printable(written.why().detail)};
    }
  }
  record_form(log, rules, body.parts(), v, j);
}

net::awaitable<void> judge_file(session& s, const request& r, const uploadgate::policy& rules,
                                const recorder& log, header_parser&& header, judgement& j) {
  http::request_parser<uploadgate::beast::judged_body> parser{std::move(header)};
  auto& body = parser.get().body();
  const std::string filename = r.path.substr(r.path.rfind('/') + 1);
  uploadgate::upload claim{.filename = filename, .content_type = r.head.first("Content-Type")};
  if (r.framing.kind == body_framing::kind::length) claim.size = r.framing.length;
  const auto sink = [&](bytes_view bytes) -> std::error_code {
    const result written = keep(j, s, bytes);
    return written.ok() ? std::error_code{} : written.why().code;
  };
  body.judge(rules.inspect(claim), sink, [&] { return kept(j, j.body.file->size()); });
  error_code ec;
  if (body.verdict().pending()) ec = co_await read_body(s, r, parser, j);
  const uploadgate::verdict v = !ec && body.verdict().pending() ? body.finish() : body.verdict();
  conclude(j, s, v, ec);
  log.record(v, body.facts(), claim, &rules, j.refusal.detail);
  if (!j.accepted) co_return;
  add_run(j.body, 0, j.body.file->size());
  const std::string& type = body.facts().media_type;
  j.body.description.content_type = type.empty() ? "application/octet-stream" : type;
}

}  // namespace

net::awaitable<judgement> judge(session& s, const request& r, const origin& from,
                                const uploadgate::loaded_policy& by, header_parser&& header) {
  judgement j;
  const std::string_view coding = r.head.first("Content-Encoding");
  if (!coding.empty() && !same_word(coding, "identity")) {
    j.refusal = {415, "gateway", "content_encoding", "a judged body must come without Content-Encoding"};
  } else if (r.head.count("Content-Range") > 0) {  // RFC 9110 section 14.5
    j.refusal = {400, "gateway", "content_range", "a judged body must come whole"};
  }
  if (j.refusal.status != 0) co_return j;
  j.body.file =
      std::make_unique<spool>(s.shared.config.spool_folder, s.shared.disk, s.shared.config.spool_cached);
  const recorder log{s, from, by};
  if (by.form) {
    co_await judge_form(s, r, *by.form, log, std::move(header), j);
  } else {
    co_await judge_file(s, r, *by.files, log, std::move(header), j);
  }
  co_return j;
}

}  // namespace gateway
