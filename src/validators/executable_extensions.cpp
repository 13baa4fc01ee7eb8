#include "executable_extensions.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace uploadgate::names {
namespace {

// Sources: OWASP "Unrestricted File Upload" and "Test Upload of Malicious Files", CWE-434, and those named
// with each list. All lower case.

// PHP: the handler patterns of Debian's, Red Hat's and cPanel's packages (.php, .phtml, .phar, .phps, .phpN).
constexpr std::array<std::string_view, 15> php{"phar", "php",  "php2", "php3", "php4", "php5", "php6", "php7",
                                               "php8", "php9", "phps", "phpt", "pht",  "phtm", "phtml"};

// IIS and ASP.NET: handler mappings of IIS 6 to 10; asa, cdx and cer ran as ASP on IIS 6.
constexpr std::array<std::string_view, 22> microsoft_server{
    "asa",    "asax", "ascx", "ashx", "asmx", "asp",  "aspx",  "axd", "cdx", "cer",   "cshtm",
    "cshtml", "htr",  "ida",  "idc",  "idq",  "shtm", "shtml", "stm", "svc", "vbhtm", "vbhtml"};

// Java servers: the servlet mappings of Tomcat, Jetty, WebSphere and of JSF; archives that they deploy.
constexpr std::array<std::string_view, 12> java_server{"ear",  "jhtml", "jsf", "jsp",  "jspa", "jspf",
                                                       "jspx", "jsv",   "jsw", "jtml", "war",  "wss"};

// CGI, FastCGI and other server languages: AddHandler cgi-script and its kin; ColdFusion's servlet mappings.
constexpr std::array<std::string_view, 26> other_server{
    "ashtml",   "cfc",  "cfm",   "cfml",  "cgi",  "dbm", "erb",  "fcgi", "htaccess",
    "htpasswd", "jspp", "lasso", "pl",    "plx",  "psp", "py",   "pyc",  "pyo",
    "pyw",      "pyz",  "rb",    "rhtml", "scgi", "tcl", "wsgi", "yaws"};

// Shells and batch files.
constexpr std::array<std::string_view, 13> shell{"bash", "bat",  "cmd",  "csh",  "ksh", "ps1", "ps1xml",
                                                 "ps2",  "psc1", "psd1", "psm1", "sh",  "zsh"};

// Windows: what Outlook and Chromium block as programs or as files that start them.
constexpr std::array<std::string_view, 41> windows{
    "ade", "adp", "appx", "appxbundle", "cpl", "dll", "drv",  "exe",  "gadget", "hta", "ins",
    "isp", "jse", "lnk",  "mde",        "msc", "msh", "msi",  "msix", "msp",    "mst", "ocx",
    "pif", "scf", "scr",  "sct",        "shb", "shs", "swf",  "sys",  "url",    "vb",  "vbe",
    "vbs", "vxd", "ws",   "wsc",        "wsf", "wsh", "xbap", "xll"};

// Programs and packages of other systems, and Java's.
constexpr std::array<std::string_view, 7> other_systems{"apk", "deb", "dmg", "ipa", "jar", "jnlp", "rpm"};

// What runs, or once ran, and is an everyday word between dots: domains (example.com, my.app), names
// (Node.js), libraries (libz.so.1), hours (3.pm), settings (app.config.json). No server runs these from the
// middle of a name.
constexpr std::array<std::string_view, 20> everyday{
    "action", "app", "bin", "class", "com", "command", "config", "do",  "elf", "fish",
    "inc",    "js",  "out", "pkg",   "pm",  "ps",      "reg",    "run", "so",  "workflow"};

constexpr std::array<std::span<const std::string_view>, 7> lists{
    php, microsoft_server, java_server, other_server, shell, windows, other_systems};

template <class List>
bool has(const List& list, std::string_view segment) {
  return std::ranges::find(list, segment) != list.end();
}

}  // namespace

execution execution_of(std::string_view segment) {
  if (std::ranges::any_of(lists, [&](const auto& list) { return has(list, segment); }))
    return execution::anywhere;
  return has(everyday, segment) ? execution::last_only : execution::none;
}

}  // namespace uploadgate::names
