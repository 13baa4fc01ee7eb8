#include "policy_file_reader.hpp"

#include <uploadgate/validators/extension.hpp>

#include "policy_fields.hpp"

#include <fstream>
#include <span>

namespace uploadgate {
namespace {

constexpr std::size_t max_name = 200;
// What every JSON reader can hold without loss (RFC 8259, section 6).
constexpr std::uint64_t max_version = (std::uint64_t{1} << 53U) - 1;

using json::value;

template <class Section>
void read_numbers(json::object& from, Section& into, std::span<const fields::number<Section>> table) {
  for (const auto& field : table) {
    if (const value* v = from.find(field.key)) {
      into.*field.member = field.measure == fields::measure::size
                               ? json::read_size(*v, field.key, field.least)
                               : json::read_whole(*v, field.key, field.least, field.most);
    }
  }
}

template <class Section>
void read_choices(json::object& from, Section& into, std::span<const fields::choice<Section>> table) {
  for (const auto& field : table) {
    if (const value* v = from.find(field.key)) {
      into.*field.member = static_cast<handling>(json::read_word(*v, field.key, fields::handling_words));
    }
  }
}

// read_section hands an object that stands under a key to `read`, and refuses what is left.
template <class Read>
void read_section(json::object& from, std::string_view key, Read read) {
  const value* v = from.find(key);
  if (!v) return;
  json::object section{*v, key};
  read(section);
  section.refuse_unknown();
}

void read_content(json::object& from, content_rules& into) {
  if (const value* v = from.find("magic")) into.magic = json::read_boolean(*v, "magic");
  if (const value* v = from.find("structure")) {
    into.structure = static_cast<structure_check>(json::read_word(*v, "structure", fields::structure_words));
  }
  if (const value* v = from.find("depth")) {
    into.depth = static_cast<depth>(json::read_word(*v, "depth", fields::depth_words));
  }
  if (const value* v = from.find("content_type")) into.content_type = json::read_boolean(*v, "content_type");
  if (const value* v = from.find("digest")) into.digest = json::read_boolean(*v, "digest");
}

std::vector<std::string> read_extensions(const value& v) {
  if (v.kind == json::kind::text && v.text == fields::known_extensions) return {};
  if (v.kind != json::kind::array || v.items.empty()) {
    json::refuse(v.at, "\"extensions\" must be an array of extensions or \"known\", not " +
                           (v.kind == json::kind::array ? "an empty one" : json::shown(v)));
  }
  std::vector<std::string> list;
  for (const value& item : v.items) {
    list.push_back(json::read_text(item, "extensions", extension::max_length));
    try {
      const extension checked{list.back()};
    } catch (const configuration_error& e) {
      json::refuse(item.at, e.what());
    }
  }
  return list;
}

}  // namespace

policy_document read_policy(const value& v, std::string_view what) {
  policy_document d;
  json::object o{v, what};
  if (const value* m = o.find("name")) d.name = json::read_text(*m, "name", max_name);
  if (const value* m = o.find("version")) d.version = json::read_whole(*m, "version", 1, max_version);
  if (const value* m = o.find("extensions")) d.extensions = read_extensions(*m);
  if (const value* m = o.find("max_size")) d.max_size = json::read_size(*m, "max_size", 1);
  if (const value* m = o.find("min_size")) {
    d.min_size = json::read_size(*m, "min_size", 0);
    if (d.min_size > d.max_size) json::refuse(m->at, "\"min_size\" is larger than \"max_size\"");
  }
  read_section(o, "filename", [&](json::object& s) {
    read_numbers<filename_rules>(s, d.filename, fields::filename_numbers);
  });
  read_section(o, "content", [&](json::object& s) { read_content(s, d.content); });
  read_section(o, "image", [&](json::object& s) {
    read_numbers<image_limits>(s, d.image, fields::image_numbers);
    read_choices<image_limits>(s, d.image, fields::image_choices);
  });
  read_section(o, "archive", [&](json::object& s) {
    read_numbers<archive_limits>(s, d.archive, fields::archive_numbers);
    read_choices<archive_limits>(s, d.archive, fields::archive_choices);
  });
  read_section(o, "document", [&](json::object& s) {
    read_numbers<document_rules>(s, d.document, fields::document_numbers);
    read_choices<document_rules>(s, d.document, fields::document_choices);
  });
  if (const value* m = o.find("mode")) {
    d.mode = static_cast<policy_mode>(json::read_word(*m, "mode", fields::mode_words));
  }
  o.refuse_unknown();
  return d;
}

std::string read_file(const std::string& path, std::size_t most) {
  std::ifstream in{path, std::ios::binary};
  std::string text(most + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (!in && in.gcount() == 0 && !in.eof())) {
    throw configuration_error(path + ": the file cannot be read");
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > most) {
    throw configuration_error(path + ": the file is longer than " + std::to_string(most) + " bytes");
  }
  return text;
}

policy_document parse_policy(std::string_view json) { return read_policy(json::read(json), ""); }

policy_document load_policy(const std::string& path) {
  const std::string text = read_file(path, max_policy_file);
  try {
    return parse_policy(text);
  } catch (const configuration_error& e) {
    throw configuration_error(path + ": " + e.what());
  }
}

}  // namespace uploadgate
