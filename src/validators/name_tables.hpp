// Names that systems and servers take as their own.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace uploadgate::names {

// Windows device names, upper case: reserved in every folder and with any extension (Microsoft, "Naming
// Files, Paths, and Namespaces"). The digits of COM and LPT may be superscript; 0 is reserved by some
// versions.
constexpr std::array<std::string_view, 7> devices{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"};
constexpr std::array<std::string_view, 2> numbered_devices{"COM", "LPT"};
constexpr std::array<std::string_view, 13> device_numbers{"0", "1", "2", "3", "4", "5", "6",
                                                          "7", "8", "9", "¹", "²", "³"};
constexpr std::size_t max_device_name = 7;

// Files that a server, or the system of who opens the folder, reads as its configuration (OWASP,
// "Unrestricted File Upload"; the manuals of Apache, IIS, PHP, Tomcat, uWSGI, and of Windows for the last
// two). Lower case.
constexpr std::array<std::string_view, 24> server_configuration{
    ".htaccess",
    ".htpasswd",
    ".htgroup",
    ".htdigest",
    ".user.ini",
    ".env",
    ".ftpaccess",
    ".ftpquota",
    "php.ini",
    "web.config",
    "app.config",
    "machine.config",
    "applicationhost.config",
    "global.asa",
    "global.asax",
    "web.xml",
    "httpd.conf",
    "apache2.conf",
    "nginx.conf",
    "crossdomain.xml",
    "clientaccesspolicy.xml",
    "uwsgi.ini",
    "desktop.ini",
    "autorun.inf",
};
constexpr std::size_t longest_server_configuration =
    std::ranges::max_element(server_configuration, {}, &std::string_view::size)->size();

}  // namespace uploadgate::names
