// Document types that XML names without declaring anything.
#pragma once

#include <string_view>

namespace uploadgate::formats {

// Whether a reader that loads the DTD of this system identifier asks nobody whom the uploader chose: it
// stands beside the document, or with a publisher of DTDs.
bool harmless_dtd(std::string_view system_id);

}  // namespace uploadgate::formats
