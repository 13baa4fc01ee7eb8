/// \file export.hpp
/// UPLOADGATE_EXPORT marks what a shared uploadgate gives to its callers; everything else is hidden.
#pragma once

#if defined(_WIN32)
#define UPLOADGATE_EXPORT
#else
#define UPLOADGATE_EXPORT __attribute__((visibility("default")))
#endif
