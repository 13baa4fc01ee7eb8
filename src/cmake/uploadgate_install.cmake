# Install rules, the CMake package and the pkg-config file.
include(CMakePackageConfigHelpers)

set(uploadgate_config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/uploadgate")
install(TARGETS uploadgate EXPORT uploadgateTargets COMPONENT development)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT development)
install(EXPORT uploadgateTargets NAMESPACE uploadgate:: DESTINATION "${uploadgate_config_dir}" COMPONENT development)

get_target_property(uploadgate_library_type uploadgate TYPE)
configure_package_config_file(
  "${CMAKE_CURRENT_LIST_DIR}/uploadgateConfig.cmake.in" "${PROJECT_BINARY_DIR}/uploadgateConfig.cmake"
  INSTALL_DESTINATION "${uploadgate_config_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/uploadgateConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/uploadgateConfig.cmake" "${PROJECT_BINARY_DIR}/uploadgateConfigVersion.cmake"
  DESTINATION "${uploadgate_config_dir}" COMPONENT development)

configure_file("${CMAKE_CURRENT_LIST_DIR}/uploadgate.pc.in" "${PROJECT_BINARY_DIR}/uploadgate.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/uploadgate.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)
install(FILES "${PROJECT_SOURCE_DIR}/docs/policy.schema.json" "${PROJECT_SOURCE_DIR}/docs/audit.schema.json" DESTINATION "${CMAKE_INSTALL_DATADIR}/uploadgate"
        COMPONENT development OPTIONAL)
if(TARGET uploadgate_command)
  install(TARGETS uploadgate_command COMPONENT tools)
endif()
