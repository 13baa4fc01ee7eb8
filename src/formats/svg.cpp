// SVG (https://www.w3.org/TR/SVG2/): a drawing that runs nothing and fetches nothing.
#include "grammars.hpp"
#include "markup_rules.hpp"

namespace uploadgate::formats {
namespace {
struct drawing : markup_rules {
  explicit drawing(context& ctx) : markup_rules{ctx, kind::drawing} {}
};
}  // namespace

grammar svg(reader& in, context& ctx) { return read_xml<drawing>(in, ctx); }

}  // namespace uploadgate::formats
