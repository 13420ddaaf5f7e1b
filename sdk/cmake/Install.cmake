# `cmake --install build/… --component sdk --prefix X`: what a plugin author needs, and no
# more. X can be moved: nothing in it knows its own address.
include(CMakePackageConfigHelpers)
set(package lib/cmake/WhatsFlowSDK)
set(share share/whatsflow/sdk)

set_target_properties(whatsflow_sdk PROPERTIES EXPORT_NAME sdk)
set_target_properties(whatsflow_sdk_testing PROPERTIES EXPORT_NAME testing)
set_target_properties(whatsflow-conformance PROPERTIES EXPORT_NAME conformance)
install(TARGETS whatsflow_sdk whatsflow_sdk_testing whatsflow-conformance EXPORT WhatsFlowSDKTargets
  LIBRARY DESTINATION lib COMPONENT sdk
  ARCHIVE DESTINATION lib COMPONENT sdk
  RUNTIME DESTINATION bin COMPONENT sdk)
install(EXPORT WhatsFlowSDKTargets NAMESPACE WhatsFlow:: DESTINATION ${package} COMPONENT sdk)

install(DIRECTORY include/ ${CMAKE_CURRENT_BINARY_DIR}/include/ testing/include/ DESTINATION include COMPONENT sdk
  FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
configure_package_config_file(cmake/WhatsFlowSDKConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/WhatsFlowSDKConfig.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/WhatsFlowSDKConfigVersion.cmake
  VERSION ${WF_SDK_VERSION_TEXT} COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/WhatsFlowSDKConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/WhatsFlowSDKConfigVersion.cmake
  cmake/WhatsFlowPlugin.cmake cmake/plugin.map cmake/stamp_manifest.cmake
  DESTINATION ${package} COMPONENT sdk)
foreach(folder schema template template-event template-migration template-theme)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${folder})
    install(DIRECTORY ${folder} DESTINATION ${share} COMPONENT sdk)
  endif()
endforeach()
install(FILES README.md UPDATING.md CHANGELOG.md DESTINATION ${share} COMPONENT sdk)
