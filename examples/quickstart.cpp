// Judges one file while it is read: quickstart FILE
#include <uploadgate/uploadgate.hpp>

#include <array>
#include <fstream>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: quickstart FILE\n";
    return 2;
  }
  const uploadgate::policy images{
      uploadgate::path_guard{},
      uploadgate::extension{"png", "jpg", "jpeg", "gif", "webp"},
      uploadgate::max_size{5 * uploadgate::MiB},
      uploadgate::magic_type{},  // the content is what the extension says
      uploadgate::structure{},   // ... and nothing else, to the last byte
  };
  const std::string_view path = argv[1];
  std::ifstream file{argv[1], std::ios::binary};
  std::array<char, 65536> chunk;

  uploadgate::inspection in = images.inspect({.filename = path.substr(path.rfind('/') + 1)});
  while (in.verdict().pending() && (file.read(chunk.data(), chunk.size()), file.gcount() > 0)) {
    in.feed(uploadgate::as_bytes({chunk.data(), static_cast<std::size_t>(file.gcount())}));
  }
  const uploadgate::verdict v = in.finish();
  if (v.accepted()) {
    std::cout << "accepted: " << in.facts().media_type << ", store it as " << in.facts().safe_name << '\n';
  } else {
    std::cout << "rejected by " << v.rule() << ": " << uploadgate::printable(v.message()) << '\n';
  }
  return v.accepted() ? 0 : 1;
}
