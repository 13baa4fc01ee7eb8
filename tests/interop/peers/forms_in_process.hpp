// Parsers in C++ that can be called, for the consensus test and the differential fuzz target.
#pragma once

#include <Poco/Net/MessageHeader.h>
#include <Poco/Net/MultipartReader.h>
#include <Poco/Net/NameValueCollection.h>
#include <Poco/String.h>
#include <cgicc/CgiInput.h>
#include <cgicc/Cgicc.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace interop {

struct form_part {
  std::string name;
  std::optional<std::string> filename;
  std::string data;
};

// POCO's MultipartReader, used as its HTMLForm uses it.
inline std::vector<form_part> read_by_poco(const std::string& content_type, const std::string& body) {
  std::string media_type;
  Poco::Net::NameValueCollection parameters;
  Poco::Net::MessageHeader::splitParameters(content_type, media_type, parameters);
  if (Poco::icompare(media_type, "multipart/form-data") != 0) throw std::runtime_error("no form");
  std::istringstream in{body};
  Poco::Net::MultipartReader reader{in, parameters["boundary"]};
  std::vector<form_part> out;
  while (reader.hasNextPart()) {
    Poco::Net::MessageHeader header;
    reader.nextPart(header);
    std::string disposition;
    Poco::Net::NameValueCollection said;
    if (header.has("Content-Disposition"))
      Poco::Net::MessageHeader::splitParameters(header["Content-Disposition"], disposition, said);
    const std::string data{std::istreambuf_iterator<char>{reader.stream()}, {}};
    const bool file = said.has("filename");
    out.push_back({said["name"], file ? std::optional{said["filename"]} : std::nullopt, data});
  }
  return out;
}

// cgicc's environment, from memory.
class cgi_request : public cgicc::CgiInput {
 public:
  cgi_request(const std::string& content_type, const std::string& body) : type_{content_type}, body_{body} {}
  std::size_t read(char* to, std::size_t size) override {
    const std::size_t n = std::min(size, body_.size() - at_);
    body_.copy(to, n, at_);
    at_ += n;
    return n;
  }
  std::string getenv(const char* name) override {
    const std::string wanted{name};
    if (wanted == "REQUEST_METHOD") return "POST";
    if (wanted == "CONTENT_TYPE") return type_;
    return wanted == "CONTENT_LENGTH" ? std::to_string(body_.size()) : std::string{};
  }

 private:
  const std::string& type_;
  const std::string& body_;
  std::size_t at_ = 0;
};

// GNU cgicc gives fields and files apart, each in their order. A form that it cannot read (a boundary in
// quotation marks) has no parts, and one without a line break at its very end loses its last part: it is not
// asked about these.
inline std::vector<form_part> read_by_cgicc(const std::string& content_type, const std::string& body) {
  if (!body.ends_with("\r\n")) throw std::runtime_error("no line break at the end");
  cgi_request request{content_type, body};
  const cgicc::Cgicc cgi{&request};
  std::vector<form_part> out;
  for (const cgicc::FormEntry& e : cgi.getElements())
    out.push_back({e.getName(), std::nullopt, e.getValue()});
  for (const cgicc::FormFile& f : cgi.getFiles()) out.push_back({f.getName(), f.getFilename(), f.getData()});
  return out;
}

}  // namespace interop
