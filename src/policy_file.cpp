#include <uploadgate/policy_file.hpp>
#include <uploadgate/validators/any_of.hpp>
#include <uploadgate/validators/digest.hpp>
#include <uploadgate/validators/extension.hpp>
#include <uploadgate/validators/magic_type.hpp>
#include <uploadgate/validators/max_size.hpp>
#include <uploadgate/validators/path_guard.hpp>
#include <uploadgate/validators/structure.hpp>

#include "formats/registry.hpp"
#include "json_reader.hpp"
#include "policy_fields.hpp"
#include "policy_file_reader.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <span>
#include <system_error>

namespace uploadgate {
namespace {

namespace bj = boost::json;

template <std::size_t N, class Choice>
bj::string_view word(const std::array<std::string_view, N>& words, Choice choice) {
  const std::string_view w = words.at(static_cast<std::size_t>(choice));
  return {w.data(), w.size()};
}

// A size is a text where a unit divides it, else a number of bytes.
bj::value size_value(std::uint64_t bytes) {
  if (bytes == 0 || bytes % KiB != 0) return bytes;
  return bj::string{json::size_text(bytes)};
}

template <class Section>
void write(bj::object& to, const Section& from, std::span<const fields::number<Section>> table) {
  for (const auto& field : table) {
    const std::uint64_t n = from.*field.member;
    to[field.key] = field.measure == fields::measure::size ? size_value(n) : bj::value(n);
  }
}

template <class Section>
void write(bj::object& to, const Section& from, std::span<const fields::choice<Section>> table) {
  for (const auto& field : table) to[field.key] = word(fields::handling_words, from.*field.member);
}

template <class Section, class Numbers, class Choices>
bj::object section(const Section& from, const Numbers& numbers, const Choices& choices) {
  bj::object o;
  write<Section>(o, from, std::span<const fields::number<Section>>{numbers});
  write<Section>(o, from, std::span<const fields::choice<Section>>{choices});
  return o;
}

bj::value extensions_value(const std::vector<std::string>& extensions) {
  if (extensions.empty()) return bj::string{fields::known_extensions};
  bj::array list;
  for (const std::string& e : extensions) list.emplace_back(bj::string{e});
  return list;
}

bj::object to_object(const policy_document& d) {
  bj::object o;
  o["name"] = d.name;
  o["version"] = d.version;
  o["extensions"] = extensions_value(d.extensions);
  o["max_size"] = size_value(d.max_size);
  o["min_size"] = size_value(d.min_size);
  bj::object filename;
  write<filename_rules>(filename, d.filename, fields::filename_numbers);
  o["filename"] = std::move(filename);
  o["content"] = bj::object{{"magic", d.content.magic},
                            {"structure", word(fields::structure_words, d.content.structure)},
                            {"depth", word(fields::depth_words, d.content.depth)},
                            {"content_type", d.content.content_type},
                            {"digest", d.content.digest}};
  o["image"] = section(d.image, fields::image_numbers, fields::image_choices);
  o["archive"] = section(d.archive, fields::archive_numbers, fields::archive_choices);
  o["document"] = section(d.document, fields::document_numbers, fields::document_choices);
  o["mode"] = word(fields::mode_words, d.mode);
  return o;
}

// Boost.JSON writes values, on one line; this sets the objects on many.
void print(std::string& out, const bj::object& o, const std::string& indent) {
  out += "{";
  const char* separator = "\n";
  for (const auto& [key, v] : o) {
    out.append(separator).append(indent).append("  ").append(bj::serialize(bj::value(key))).append(": ");
    separator = ",\n";
    if (const bj::object* inner = v.if_object()) {
      print(out, *inner, indent + "  ");
    } else {
      out += bj::serialize(v);
    }
  }
  out += "\n" + indent + "}";
}

policy enforced(const policy_document& d) {
  policy p{
      path_guard{path_guard_options{.max_length = d.filename.max_length}},
      extension{d.extensions.empty() ? known_extensions() : d.extensions},
      max_size{d.max_size, d.min_size == 0},
  };
  if (d.min_size > 1) p = p.with(min_size{d.min_size});
  if (d.content.magic)
    p = p.with(magic_type{{.require_content_type = d.content.content_type,
                           .legacy_encodings = d.document.legacy_encodings != handling::reject}});
  if (d.content.structure != structure_check::off) {
    const bool encrypted =
        d.archive.encrypted != handling::reject || d.document.encrypted != handling::reject;
    p = p.with(structure{.depth = d.content.depth,
                         .image = d.image,
                         .archive = d.archive,
                         .document = d.document,
                         .allow_partial = encrypted || d.content.structure == structure_check::partial,
                         .check_content_type = d.content.content_type});
  }
  return d.content.digest ? p.with(digest{}) : p;
}

[[noreturn]] void fail(int error, const std::string& path) {
  throw std::system_error(error, std::generic_category(), path);
}

}  // namespace

std::vector<std::string> known_extensions() {
  std::vector<std::string> list;
  for (const formats::format& row : formats::registry()) {
    if (row.read && !row.by_name) list.insert(list.end(), row.extensions.begin(), row.extensions.end());
  }
  return list;
}

std::string to_json(const policy_document& document) {
  std::string out;
  print(out, to_object(document), "");
  return out + "\n";
}

void save_policy(const policy_document& document, const std::string& path) {
  const std::string beside = path + ".new";
  std::ofstream out{beside, std::ios::binary | std::ios::trunc};
  out << to_json(document);
  out.close();
  if (!out) fail(EIO, beside);
  if (std::rename(beside.c_str(), path.c_str()) != 0) fail(errno, path);
}

policy make_policy(const policy_document& document) {
  if (document.max_size == 0 || document.min_size > document.max_size) {
    throw configuration_error("policy: max_size must be above 0 and not below min_size");
  }
  const policy p = enforced(document);
  const policy with_mode = document.mode == policy_mode::report ? policy{report_only{p}} : p;
  return with_mode.named(document.name, document.version);
}

std::string_view default_policy_json() noexcept {
  return R"({
  "name": "default",
  "version": 1,
  "extensions": "known",
  "max_size": "100 MiB",
  "content": {"magic": true, "structure": "strict"},
  "mode": "enforce"
}
)";
}

}  // namespace uploadgate
