// Documents of Office, ODF and EPUB, built out of a few parts, and what is to be said of them.
#pragma once

#include "catch.hpp"
#include "formats/grammars.hpp"
#include "judge.hpp"
#include "zip_builder.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadgate::test::office {

using files = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::string_view word_main =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
inline constexpr std::string_view sheet_main =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
inline constexpr std::string_view relationship_base =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

inline std::string types(std::string_view main, std::string_view more = {}) {
  return "<?xml version=\"1.0\"?><Types "
         "xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
         "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
         "<Override PartName=\"/word/document.xml\" ContentType=\"" +
         std::string{main} + "\"/>" + std::string{more} + "</Types>";
}

inline std::string relation(std::string_view type, std::string_view target, std::string_view mode = {}) {
  return "<Relationship Id=\"r\" Type=\"" + std::string{relationship_base} + std::string{type} +
         "\" Target=\"" + std::string{target} + "\"" +
         (mode.empty() ? "" : " TargetMode=\"" + std::string{mode} + "\"") + "/>";
}

inline std::string relations(std::string_view inside) {
  return "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" +
         std::string{inside} + "</Relationships>";
}

inline std::string word(std::string_view body) {
  return "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>" +
         std::string{body} + "</w:body></w:document>";
}

inline files package_of(std::string_view main, files more = {}, std::string_view body = "<w:p/>") {
  files all{{"[Content_Types].xml", types(main)},
            {"_rels/.rels", relations(relation("officeDocument", "word/document.xml"))},
            {"word/document.xml", word(body)}};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

inline files odf_of(std::string_view content, files more = {},
                    std::string mimetype = "application/vnd.oasis.opendocument.text") {
  files all{{"mimetype", std::move(mimetype)},
            {"content.xml",
             "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
             "xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" "
             "xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" "
             "xmlns:script=\"urn:oasis:names:tc:opendocument:xmlns:script:1.0\" "
             "xmlns:xlink=\"http://www.w3.org/1999/xlink\">" +
                 std::string{content} + "</office:document-content>"}};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

inline files epub_of(std::string_view body, files more = {}) {
  files all{{"mimetype", "application/epub+zip"},
            {"c.xhtml",
             "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.1//EN\" \"http://www.w3.org/TR/xhtml11/DTD/x.dtd\">"
             "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body>&nbsp;" +
                 std::string{body} + "</body></html>"}};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

inline std::string bytes_of(const files& all) {
  zip_file z;
  for (const auto& [name, content] : all) {
    z.entries.push_back({.name = name, .content = content, .deflate = name != "mimetype"});
  }
  return z.bytes();
}

inline std::string run(std::string_view instruction) {
  return "<w:r><w:instrText>" + std::string{instruction} + "</w:instrText></w:r>";
}
inline std::string mark(std::string_view type) {
  return "<w:r><w:fldChar w:fldCharType=\"" + std::string{type} + "\"/></w:r>";
}

struct sample {
  const char* name;
  std::string_view reason;
  std::string_view claim;
  files content;
};

inline void judge(const sample& c) {
  CAPTURE(c.name);
  const std::string bytes = bytes_of(c.content);
  const outcome o = read_every_split(formats::zip, bytes, {}, c.claim);
  CAPTURE(o.detail);
  CHECK(o.reason == c.reason);
  // Without a claim the rules are the same; only the kind is not compared.
  const outcome free = read(formats::zip, bytes);
  CAPTURE(free.detail);
  if (c.reason != "wrong_family") CHECK(free.reason == c.reason);
}

}  // namespace uploadgate::test::office
