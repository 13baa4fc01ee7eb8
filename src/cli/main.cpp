#include <uploadgate/error.hpp>

#include "commands.hpp"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  using namespace uploadgate::cli;
  CLI::App app{"uploadgate judges whether uploaded files may come in.", "uploadgate"};
  app.set_version_flag("--version", "uploadgate " UPLOADGATE_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit status: 0 all accepted, 1 something rejected, 2 wrong usage or policy file, 3 a file could not "
      "be read.");
  int status = all_accepted;
  add_baseline(app, status);
  add_check(app, status);
  add_diff(app, status);
  add_evidence(app, status);
  add_explain(app, status);
  add_form(app, status);
  add_learn(app, status);
  add_name(app, status);
  add_note(app, status);
  add_policy(app, status);
  add_receipt(app, status);
  add_rescan(app, status);
  add_verify(app, status);
  add_watch(app, status);
  try {
    app.parse(argc, argv);
    std::cout.flush();
    if (!std::cout) throw std::runtime_error("the output could not be written");
    return status;
  } catch (const CLI::Success& e) {  // --help, --version
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    app.exit(e);
    return wrong_usage;
  } catch (const uploadgate::configuration_error& e) {
    std::cerr << "uploadgate: " << e.what() << '\n';
    return wrong_usage;
  } catch (const std::exception& e) {
    std::cerr << "uploadgate: " << e.what() << '\n';
    return unreadable_file;
  }
}
