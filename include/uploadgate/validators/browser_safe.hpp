/// \file browser_safe.hpp
/// The rule that no browser runs the file, whatever the server that serves it says about its type.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/export.hpp>
#include <uploadgate/facts.hpp>
#include <uploadgate/verdict.hpp>

#include <memory>
#include <string_view>

namespace uploadgate {

/// browser_safe refuses what some browser would run as a page or a script when it is served without a content
/// type, or with a wrong one:
///   - HTML: one of the tags of the WHATWG MIME Sniffing Standard, section 7.1, behind white space. Wider
///   than
///     the standard, a byte order mark may stand before it and nothing needs to end the tag, as in Chromium.
///   - XML that runs: a page in XHTML, or a script, an event handler, a script link or a transformation
///     anywhere in a file that begins with '<'. An SVG or XML file without those passes.
///   - JavaScript behind a signature: "GIF89a/*", "BM=1;" and the like, which `<script src>` would run.
/// Reasons: browser_active, with the offset of the first byte at fault; not_examined where a file that begins
/// with '<' is in an encoding, or of a depth, that cannot be followed.
///
/// It sets facts::sniffed_type to the type that the standard computes for a resource without a content type
/// (feeds in the place of HTML or XML, section 7.3), or to "text/html" where it found a page.
///
/// It judges the first 1445 bytes, and the whole file only where it begins with '<'. It keeps 1445 bytes, and
/// for such a file an XML parser besides. One thread at a time.
///
/// What it cannot see: any text becomes a page when a server labels it text/html, whatever it begins with, so
/// serve uploads with `X-Content-Type-Options: nosniff` and a type that you chose. Internet Explorer up to 7
/// looked for tags anywhere in the first 256 bytes, of pictures too; no browser in use does, and this rule
/// does not either.
class UPLOADGATE_EXPORT browser_safe {
 public:
  static constexpr std::string_view name = "browser_safe";

  browser_safe() noexcept;
  /// A copy starts afresh: rules are copied as prototypes, before the first byte.
  browser_safe(const browser_safe&) noexcept;
  browser_safe& operator=(const browser_safe&) noexcept;
  ~browser_safe();

  result feed(bytes_view chunk, facts& found);
  result finish(facts& found);
  [[nodiscard]] bool same_as(const browser_safe&) const noexcept { return true; }

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace uploadgate
