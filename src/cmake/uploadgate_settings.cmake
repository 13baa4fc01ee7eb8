# Compiler settings for our own targets; nothing here reaches who links them.
add_library(uploadgate_settings INTERFACE)
target_compile_features(uploadgate_settings INTERFACE cxx_std_20)
target_compile_options(uploadgate_settings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wno-psabi)
if(UPLOADGATE_WERROR)
  target_compile_options(uploadgate_settings INTERFACE -Werror)
endif()
if(UPLOADGATE_SANITIZE)
  target_compile_options(uploadgate_settings INTERFACE -fsanitize=${UPLOADGATE_SANITIZE} -fno-sanitize-recover=all
                                                       -fno-omit-frame-pointer)
  # Clang 14 cannot emit its check of function types for coroutines that are templates.
  target_compile_options(uploadgate_settings INTERFACE $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
  target_link_options(uploadgate_settings INTERFACE -fsanitize=${UPLOADGATE_SANITIZE})
  # clang 14 cannot assemble coroutines with this check: "Cannot represent a difference across sections".
  target_compile_options(uploadgate_settings INTERFACE $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
endif()
# clang 14 cannot emit the function sanitizer's prologue for coroutines.
if(UPLOADGATE_SANITIZE AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(uploadgate_settings INTERFACE -fno-sanitize=function)
endif()
if(UPLOADGATE_BUILD_FUZZERS)
  target_compile_options(uploadgate_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()
