# assay_add_plugin(NAME SOURCES file... [LIBRARIES target...] [TESTS folder])
#
# A checking plugin as a shared library NAME.so that exports assay_plugin_v1 and nothing else. Outside this project it lies
# in the build folder; inside, in lib/assay/plugins. TESTS: `ctest` runs the plugin over every file of the folder that has
# its expected output beside it in FILE.expected.
set(ASSAY_PLUGIN_EXPORTS ${CMAKE_CURRENT_LIST_DIR}/exports.map)

function(assay_add_plugin name)
  cmake_parse_arguments(arg "" "TESTS" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT arg_SOURCES)
    message(FATAL_ERROR "assay_add_plugin(${name}): SOURCES is missing")
  endif()
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "assay_add_plugin(${name}): does not take ${arg_UNPARSED_ARGUMENTS}")
  endif()
  add_library(${name} MODULE ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE assay::sdk ${arg_LIBRARIES})
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX .so
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS ${ASSAY_PLUGIN_EXPORTS})
  target_link_options(${name} PRIVATE -Wl,--version-script=${ASSAY_PLUGIN_EXPORTS} -Wl,-z,now)
  if(ASSAY_PLUGIN_FOLDER)
    set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${ASSAY_PLUGIN_FOLDER})
  endif()
  if(COMMAND assay_target)
    assay_target(${name})
  endif()
  if(arg_TESTS AND ASSAY_RUNNER AND NOT (DEFINED ASSAY_TESTS AND NOT ASSAY_TESTS))
    get_filename_component(folder ${arg_TESTS} ABSOLUTE)
    add_test(NAME plugin_${name} COMMAND ${ASSAY_RUNNER} plugin run $<TARGET_FILE:${name}> --tests ${folder})
  endif()
endfunction()
