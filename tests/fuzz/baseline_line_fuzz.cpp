// Any bytes as a line of a baseline: refused, or the same when written and read again; and nothing that is
// learnt from it is a policy that cannot be made.
#include <uploadgate/maintenance/learn.hpp>
#include <uploadgate/maintenance/note.hpp>
#include <uploadgate/maintenance/summary.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace uploadgate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    baseline_entry e = parse_baseline_entry({reinterpret_cast<const char*>(bytes), size});
    const std::string line = to_json(e);
    if (line.find('\n') != line.npos || parse_baseline_entry(line) != e) std::abort();
    change_note n;
    n.before.add(e);
    n.files.push_back({.path = e.path});
    if (note_html(n).find("<script") != std::string::npos) std::abort();
    static const std::string id = policy_id({});
    e.policy = id;
    for (const bool loosen : {false, true}) {
      policy_learner learner{{.start = {}, .loosen = loosen}};
      learner.add(e);
      const learned_policy learned = learner.learn();
      if (parse_policy(to_json(learned.document)) != learned.document) std::abort();
      (void)expect(learned.document, e);
    }
  } catch (const configuration_error&) {
  }
  return 0;
}
