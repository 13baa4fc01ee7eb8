// Small PDF files, built piece by piece, with the offsets that their cross-references need.
#pragma once

#include "image_bytes.hpp"

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadgate::test {

struct pdf_file {
  std::string bytes = "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";
  struct entry {
    unsigned number;
    std::size_t offset;
  };
  std::vector<entry> entries{};
  std::size_t section = 0;  // where the last cross-reference section begins

  pdf_file& raw(std::string_view text) {
    bytes += text;
    return *this;
  }
  pdf_file& object(unsigned number, std::string_view body) {
    entries.push_back({number, bytes.size()});
    bytes += std::to_string(number) + " 0 obj\n" + std::string{body} + "\nendobj\n";
    return *this;
  }
  pdf_file& stream(unsigned number, std::string_view keys, std::string_view data) {
    return object(number, "<< " + std::string{keys} + " /Length " + std::to_string(data.size()) +
                              " >>\nstream\n" + std::string{data} + "\nendstream");
  }
  // Objects, packed: numbers and bodies.
  pdf_file& packed(unsigned number, const std::vector<std::pair<unsigned, std::string>>& objects,
                   std::string_view keys = {}) {
    std::string header;
    std::string bodies;
    for (const auto& [n, body] : objects) {
      header += std::to_string(n) + " " + std::to_string(bodies.size()) + " ";
      bodies += body + " ";
    }
    return stream(number,
                  "/Type /ObjStm /N " + std::to_string(objects.size()) + " /First " +
                      std::to_string(header.size()) + " /Filter /FlateDecode " + std::string{keys},
                  zlib_packed(header + bodies));
  }
  static std::string row(std::size_t offset, unsigned generation, char kind) {
    char text[32];
    std::snprintf(text, sizeof text, "%010zu %05u %c \n", offset, generation, kind);
    return text;
  }
  pdf_file& table(std::string_view trailer_keys = "/Root 1 0 R") {
    section = bytes.size();
    bytes += "xref\n0 1\n" + row(0, 65535, 'f');
    for (const entry& e : entries) bytes += std::to_string(e.number) + " 1\n" + row(e.offset, 0, 'n');
    entries.clear();
    bytes += "trailer\n<< /Size 20 " + std::string{trailer_keys} + " >>\n";
    return *this;
  }
  // A cross-reference stream that lists the objects since the last section, and itself.
  pdf_file& table_stream(unsigned number, std::string_view keys = "/Root 1 0 R") {
    section = bytes.size();
    entries.push_back({number, section});
    std::string index;
    std::string data;
    for (const entry& e : entries) {
      index += std::to_string(e.number) + " 1 ";
      data += big(1, 1) + big(e.offset, 4) + big(0, 1);
    }
    stream(number,
           "/Type /XRef /Size 20 /W [1 4 1] /Index [" + index + "] /Filter /FlateDecode " + std::string{keys},
           zlib_packed(data));
    entries.clear();
    return *this;
  }
  pdf_file& end() { return raw("startxref\n" + std::to_string(section) + "\n%%EOF\n"); }
  std::string finished() { return table().end().bytes; }
};

// A catalog with keys of its own, and one page.
inline pdf_file small_pdf(std::string_view catalog = {}, std::string_view page = {}) {
  pdf_file f;
  f.object(1, "<< /Type /Catalog /Pages 2 0 R " + std::string{catalog} + " >>");
  f.object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  f.object(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 10.5 -.5] " + std::string{page} + " >>");
  return f;
}

}  // namespace uploadgate::test
