#include "grammars.hpp"
namespace uploadgate::formats { grammar ole2(reader& in, context&) { co_return in.object(errc::unsupported_feature); } }
