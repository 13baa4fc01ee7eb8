// What uploadgate accepts, POCO and GNU cgicc read the same way, where they accept it.
#include "interop/peers/forms_in_process.hpp"
#include "support/forms.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

using interop::form_part;

std::vector<form_part> accepted(const std::string& type, const std::string& body) {
  uploadgate::test::form_reader reader{type};
  reader.feed(uploadgate::as_bytes(body));
  const uploadgate::test::read_form form = reader.finish();
  std::vector<form_part> out;
  if (!form.reason.empty()) return out;
  for (const auto& p : form.parts) out.push_back({p.name, p.filename, p.data});
  return out;
}

bool same(const form_part& a, const form_part& b) {
  return a.name == b.name && a.filename == b.filename && a.data == b.data;
}

bool same(const std::vector<form_part>& a, const std::vector<form_part>& b) {
  return std::ranges::equal(a, b, [](const form_part& x, const form_part& y) { return same(x, y); });
}

// Fields first, then files; a file input for which no file was chosen is a field, and in names `+` is a
// space.
std::vector<form_part> as_cgicc_gives(std::vector<form_part> parts) {
  for (form_part& p : parts) {
    if (p.filename && p.filename->empty()) p.filename.reset();
    std::ranges::replace(p.name, '+', ' ');
    if (p.filename) std::ranges::replace(*p.filename, '+', ' ');
  }
  std::stable_partition(parts.begin(), parts.end(), [](const form_part& p) { return !p.filename; });
  return parts;
}

template <class Read>
std::optional<std::vector<form_part>> read_by(Read read, const std::string& type, const std::string& body) {
  try {
    return read(type, body);
  } catch (const std::exception&) {  // it refuses
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;  // two, as multipart_fuzz has them: they share their seeds
  const std::string types[] = {"multipart/form-data; boundary=X-y", "multipart/form-data; boundary=----a0B"};
  const std::string& type = types[bytes[1] % 2];
  const std::string body{reinterpret_cast<const char*>(bytes) + 2, size - 2};
  const std::vector<form_part> ours = accepted(type, body);
  if (ours.empty()) return 0;
  if (const auto poco = read_by(interop::read_by_poco, type, body); poco && !same(*poco, ours)) std::abort();
  const auto cgicc = read_by(interop::read_by_cgicc, type, body);
  if (cgicc && !same(as_cgicc_gives(*cgicc), as_cgicc_gives(ours))) std::abort();
  return 0;
}
