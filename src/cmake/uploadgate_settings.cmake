# Compiler settings for our own targets; nothing here reaches who links them.
add_library(uploadgate_settings INTERFACE)
target_compile_features(uploadgate_settings INTERFACE cxx_std_20)
target_compile_options(uploadgate_settings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wno-psabi)
# False alarms of GCC 12: the operator delete of coroutine frames (GCC bug 109224), and std::string's own memcpy (105329).
target_compile_options(uploadgate_settings INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete> $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(UPLOADGATE_WERROR)
  target_compile_options(uploadgate_settings INTERFACE -Werror)
endif()
if(UPLOADGATE_SANITIZE)
  target_compile_options(uploadgate_settings INTERFACE -fsanitize=${UPLOADGATE_SANITIZE} -fno-sanitize-recover=all
                                                       -fno-omit-frame-pointer)
  target_link_options(uploadgate_settings INTERFACE -fsanitize=${UPLOADGATE_SANITIZE})
  # With sanitizers GCC 12 warns of libstdc++'s own std::regex (GCC bug 105562), and of the fences in Asio, which
  # ThreadSanitizer does not see: where it could take one for a race, the atomics around it are what orders.
  target_compile_options(uploadgate_settings INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  # clang 14 cannot assemble coroutines with this check: "Cannot represent a difference across sections".
  target_compile_options(uploadgate_settings INTERFACE $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
endif()
if(UPLOADGATE_BUILD_FUZZERS)
  target_compile_options(uploadgate_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()
