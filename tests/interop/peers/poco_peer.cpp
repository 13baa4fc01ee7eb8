// POCO's MultipartReader, used as its HTMLForm uses it, in the consensus test.
#include "../line_protocol.hpp"

#include <Poco/Net/MessageHeader.h>
#include <Poco/Net/MultipartReader.h>
#include <Poco/Net/NameValueCollection.h>
#include <Poco/String.h>

#include <iterator>
#include <sstream>

int main() {
  return interop::serve([](const std::string& content_type, const std::string& body) {
    std::string media_type;
    Poco::Net::NameValueCollection parameters;
    Poco::Net::MessageHeader::splitParameters(content_type, media_type, parameters);
    if (Poco::icompare(media_type, "multipart/form-data") != 0) throw std::runtime_error("no form");
    std::istringstream in{body};
    Poco::Net::MultipartReader reader{in, parameters["boundary"]};
    interop::parts out;
    while (reader.hasNextPart()) {
      Poco::Net::MessageHeader header;
      reader.nextPart(header);
      std::string disposition;
      Poco::Net::NameValueCollection said;
      if (header.has("Content-Disposition"))
        Poco::Net::MessageHeader::splitParameters(header["Content-Disposition"], disposition, said);
      const std::string data{std::istreambuf_iterator<char>{reader.stream()}, {}};
      out.add(said["name"], said.has("filename") ? std::optional{said["filename"]} : std::nullopt, data);
    }
    return out;
  });
}
