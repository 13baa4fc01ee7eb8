// POCO and GNU cgicc in the consensus test: in_process_peer poco|cgicc.
#include "../line_protocol.hpp"
#include "forms_in_process.hpp"

#include <iostream>

int main(int argc, char** argv) {
  const std::string_view name = argc == 2 ? argv[1] : "";
  if (name != "poco" && name != "cgicc") {
    std::cerr << "usage: in_process_peer poco|cgicc\n";
    return 2;
  }
  const auto read = name == "poco" ? interop::read_by_poco : interop::read_by_cgicc;
  return interop::serve([&](const std::string& content_type, const std::string& body) {
    interop::parts out;
    for (const interop::form_part& p : read(content_type, body)) out.add(p.name, p.filename, p.data);
    return out;
  });
}
