# What `cmake --install` puts where. The component `crdt` is the engine for other projects:
#   find_package(assay-crdt REQUIRED) and target_link_libraries(... assay::crdt)
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

target_include_directories(assay_crdt PUBLIC $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/assay>)
target_compile_features(assay_crdt PUBLIC cxx_std_20)
set_target_properties(assay_crdt PROPERTIES EXPORT_NAME crdt)
install(TARGETS assay_crdt EXPORT assay-crdt-targets ARCHIVE COMPONENT crdt)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/crdt/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/assay/crdt COMPONENT crdt
  FILES_MATCHING PATTERN "*.h" PATTERN "tools" EXCLUDE)
set(crdt_package ${CMAKE_INSTALL_LIBDIR}/cmake/assay-crdt)
install(EXPORT assay-crdt-targets NAMESPACE assay:: DESTINATION ${crdt_package} COMPONENT crdt
  FILE assay-crdt-config.cmake)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/assay-crdt-config-version.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/assay-crdt-config-version.cmake DESTINATION ${crdt_package} COMPONENT crdt)
