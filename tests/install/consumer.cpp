// A project of its own that links uploadgate: the code of the README.
#include <uploadgate/uploadgate.hpp>

#include <cstdio>

int main() {
  const uploadgate::policy images{
      uploadgate::path_guard{},
      uploadgate::extension{"png", "jpg", "jpeg"},
      uploadgate::max_size{5 * uploadgate::MiB},
      uploadgate::magic_type{},
      uploadgate::structure{},
  };
  uploadgate::inspection in = images.inspect({.filename = "script.png", .content_type = "image/png"});
  in.feed(uploadgate::as_bytes("<?php echo 'no image'; ?>"));
  const uploadgate::verdict v = in.finish();
  std::printf("%s\n", v.message().c_str());
  return v.code() == uploadgate::condition::wrong_type ? 0 : 1;
}
