#include "document_type.hpp"

#include "reference.hpp"

#include <algorithm>
#include <array>

namespace uploadgate::formats {
namespace {

// Who publishes the DTDs that documents name: a parser that fetches one asks a host that no uploader chose.
constexpr std::array<std::string_view, 30> dtd_publishers{"www.w3.org",
                                                          "www.oasis-open.org",
                                                          "docbook.org",
                                                          "www.docbook.org",
                                                          "www.apple.com",
                                                          "java.sun.com",
                                                          "jakarta.ee",
                                                          "jetty.org",
                                                          "www.eclipse.org",
                                                          "eclipse.dev",
                                                          "my.netscape.com",
                                                          "www.freedesktop.org",
                                                          "www.gnome.org",
                                                          "glade.gnome.org",
                                                          "www.kde.org",
                                                          "www.hibernate.org",
                                                          "hibernate.org",
                                                          "mybatis.org",
                                                          "struts.apache.org",
                                                          "logging.apache.org",
                                                          "www.springframework.org",
                                                          "dtd.nlm.nih.gov",
                                                          "jats.nlm.nih.gov",
                                                          "www.ncbi.nlm.nih.gov",
                                                          "www.musicxml.org",
                                                          "www.daisy.org",
                                                          "www.web3d.org",
                                                          "www.openmobilealliance.org",
                                                          "checkstyle.org",
                                                          "www.mozilla.org"};

}  // namespace

bool harmless_dtd(std::string_view system_id) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!system_id.starts_with(scheme)) continue;
    const std::string_view rest = system_id.substr(scheme.size());
    return std::ranges::any_of(dtd_publishers, [&](std::string_view host) {
      return equal_without_case(rest.substr(0, rest.find('/')), host);
    });
  }
  return system_id.ends_with(".dtd") && !system_id.starts_with('/') &&
         system_id.find_first_of(":\\%?#") == std::string_view::npos;
}

}  // namespace uploadgate::formats
