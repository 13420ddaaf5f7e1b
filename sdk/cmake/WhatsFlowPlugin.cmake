# whatsflow_add_plugin(name MANIFEST plugin.json [CONFIG_SCHEMA config.schema.json]
#                      SOURCES a.cpp… [MIGRATIONS dir] [TEMPLATES dir] [LOCALES dir]
#                      [ASSETS dir] [CONTENT dir] [LIBRARIES lib…])
#
# Builds one plugin into a folder of its own, <binary dir>/plugins/<id>/, laid out as the
# host expects to find it. Every flag that a plugin must have is here, once: only the entry
# symbol is exported, a missing symbol fails at this link and not at the customer's start,
# and the library can never be unloaded under running code.

function(whatsflow_add_plugin name)
  cmake_parse_arguments(ARG "" "MANIFEST;CONFIG_SCHEMA;MIGRATIONS;TEMPLATES;LOCALES;ASSETS;CONTENT;OUTPUT_ROOT"
                        "SOURCES;LIBRARIES" ${ARGN})
  if(NOT ARG_MANIFEST OR NOT ARG_SOURCES)
    message(FATAL_ERROR "whatsflow_add_plugin(${name}) needs MANIFEST and SOURCES")
  endif()
  set(manifest ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_MANIFEST})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${manifest})
  file(READ ${manifest} text)
  string(JSON id GET "${text}" id)
  string(JSON version GET "${text}" version)
  if(NOT ARG_OUTPUT_ROOT)
    set(ARG_OUTPUT_ROOT ${CMAKE_BINARY_DIR}/plugins)
  endif()
  set(folder ${ARG_OUTPUT_ROOT}/${id})

  add_library(${name} MODULE ${ARG_SOURCES})
  if(TARGET whatsflow_sdk)
    set(sdk whatsflow_sdk)
  else()
    set(sdk WhatsFlow::sdk)
  endif()
  target_link_libraries(${name} PRIVATE ${sdk} ${ARG_LIBRARIES})
  target_compile_definitions(${name} PRIVATE WHATSFLOW_PLUGIN_ID="${id}" WHATSFLOW_PLUGIN_VERSION="${version}")
  set_target_properties(${name} PROPERTIES
    PREFIX "" OUTPUT_NAME ${id} SUFFIX ".so" LIBRARY_OUTPUT_DIRECTORY ${folder}
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    BUILD_RPATH "" INSTALL_RPATH "" SKIP_BUILD_RPATH ON
    LINK_DEPENDS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map)
  target_link_options(${name} PRIVATE
    -Wl,--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map
    -Wl,-z,nodelete -Wl,--exclude-libs,ALL
    # A sanitizer's runtime lives in the host, so its symbols are missing here on purpose.
    $<$<NOT:$<BOOL:${WHATSFLOW_SANITIZER}>>:-Wl,-z,defs>)

  # The manifest is stamped with the fingerprint, so that the host can judge a plugin
  # before it loads any of its code.
  set(stamp ${CMAKE_COMMAND} -DMANIFEST=${manifest} -DOUTPUT=${folder}/plugin.json
      -DLIBRARY=${id}.so -DDIGEST=${WF_SDK_DIGEST} -DSDK_VERSION=${WF_SDK_VERSION_TEXT}
      -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/stamp_manifest.cmake)
  add_custom_command(TARGET ${name} POST_BUILD COMMAND ${stamp} VERBATIM)
  foreach(kind CONFIG_SCHEMA MIGRATIONS TEMPLATES LOCALES ASSETS CONTENT)
    if(ARG_${kind})
      set(source ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_${kind}})
      get_filename_component(leaf ${ARG_${kind}} NAME)
      if(IS_DIRECTORY ${source})
        set(copy ${CMAKE_COMMAND} -E copy_directory ${source} ${folder}/${leaf})
        file(GLOB_RECURSE contents CONFIGURE_DEPENDS ${source}/*)
      else()
        set(copy ${CMAKE_COMMAND} -E copy_if_different ${source} ${folder}/${leaf})
        set(contents ${source})
      endif()
      string(TOLOWER ${kind} lower)
      set(mark ${CMAKE_CURRENT_BINARY_DIR}/${name}_${lower}.copied)
      add_custom_command(OUTPUT ${mark} COMMAND ${copy} COMMAND ${CMAKE_COMMAND} -E touch ${mark}
                         DEPENDS ${contents} VERBATIM)
      add_custom_target(${name}_${lower} ALL DEPENDS ${mark})
      add_dependencies(${name} ${name}_${lower})
    endif()
  endforeach()
endfunction()

# whatsflow_add_conformance_test(name [KIND payment_provider|analytics_sink|tax_provider] [SCENARIO file.json])
#
# A ctest entry <name>_conformance that walks the built plugin `name` through what the host
# expects of it. The scenario says what the outside world answers: see sdk/docs.
function(whatsflow_add_conformance_test name)
  cmake_parse_arguments(ARG "" "KIND;SCENARIO" "" ${ARGN})
  get_target_property(folder ${name} LIBRARY_OUTPUT_DIRECTORY)
  set(program WhatsFlow::conformance)
  if(TARGET whatsflow-conformance)
    set(program whatsflow-conformance)
  endif()
  set(command $<TARGET_FILE:${program}> ${folder})
  if(ARG_KIND)
    list(APPEND command --kind ${ARG_KIND})
  endif()
  if(ARG_SCENARIO)
    list(APPEND command --scenario ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_SCENARIO})
  endif()
  add_test(NAME ${name}_conformance COMMAND ${command})
  set_tests_properties(${name}_conformance PROPERTIES TIMEOUT 120)
endfunction()
