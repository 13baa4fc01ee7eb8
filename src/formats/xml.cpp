// Any XML 1.0 document (https://www.w3.org/TR/xml/): well-formed, without a document type, and without what a
// browser runs in it.
#include "grammars.hpp"
#include "markup_rules.hpp"

namespace uploadgate::formats {
namespace {
struct document : markup_rules {
  explicit document(context& ctx) : markup_rules{ctx, kind::document} {}
};
}  // namespace

grammar xml(reader& in, context& ctx) { return read_xml<document>(in, ctx); }

}  // namespace uploadgate::formats
