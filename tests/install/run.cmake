# Builds a consumer project against uploadgate in one of three ways, and runs it.
# -DHOW=static|shared|subdirectory -DSOURCE=... -DWORK=... -DCOMPILER=...
function(must)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(failed)
    message(FATAL_ERROR "${ARGN}\n${out}")
  endif()
endfunction()

file(REMOVE_RECURSE "${WORK}/consumer" "${WORK}/prefix")
set(common -G Ninja -DCMAKE_BUILD_TYPE=Debug "-DCMAKE_CXX_FLAGS_DEBUG=-g1 -O1" -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER})
if(HOW STREQUAL "subdirectory")
  must(${CMAKE_COMMAND} ${common} -S "${SOURCE}/tests/install/add_subdirectory" -B "${WORK}/consumer" -DUPLOADGATE_SOURCE=${SOURCE} -DUPLOADGATE_WERROR=ON)
else()
  string(COMPARE EQUAL "${HOW}" "shared" shared)
  must(${CMAKE_COMMAND} ${common} -S "${SOURCE}" -B "${WORK}/library" -DBUILD_SHARED_LIBS=${shared}
       -DUPLOADGATE_WERROR=ON -DUPLOADGATE_BUILD_TESTS=OFF -DUPLOADGATE_BUILD_EXAMPLES=OFF -DUPLOADGATE_BUILD_COMMAND=OFF
       -DCMAKE_INSTALL_PREFIX=${WORK}/prefix)
  must(${CMAKE_COMMAND} --build "${WORK}/library")
  must(${CMAKE_COMMAND} --install "${WORK}/library")
  must(${CMAKE_COMMAND} ${common} -S "${SOURCE}/tests/install/find_package" -B "${WORK}/consumer" -DCMAKE_PREFIX_PATH=${WORK}/prefix)
endif()
must(${CMAKE_COMMAND} --build "${WORK}/consumer" --target consumer)
must("${WORK}/consumer/consumer")
