# The rooms' order is checked in every build, once per change of a source.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
file(GLOB_RECURSE layer_sources CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/src/*.[ch] ${PROJECT_SOURCE_DIR}/apps/*.[ch]
    ${PROJECT_SOURCE_DIR}/include/*.h)
set(layers_stamp ${PROJECT_BINARY_DIR}/check-layers.stamp)
add_custom_command(OUTPUT ${layers_stamp}
    COMMAND ${PROJECT_SOURCE_DIR}/tools/check-layers ${PROJECT_SOURCE_DIR}
    COMMAND ${CMAKE_COMMAND} -E touch ${layers_stamp}
    DEPENDS ${layer_sources} ${PROJECT_SOURCE_DIR}/tools/check-layers
    COMMENT "Checking the order of the rooms")
add_custom_target(check-layers ALL DEPENDS ${layers_stamp})
