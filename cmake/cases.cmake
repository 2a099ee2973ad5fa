# Programs of cmocka cases, and how ctest gets to know the cases: after its build each program is
# asked for them (cmake/discover.cmake), as gtest_discover_tests does.
pkg_check_modules(STEME_CMOCKA IMPORTED_TARGET cmocka)
if(NOT STEME_CMOCKA_FOUND)
    message(NOTICE "The C tests are left out: no cmocka (tools/install-deps test)")
    return()
endif()

file(GLOB support_sources CONFIGURE_DEPENDS support/*.c)
list(FILTER support_sources EXCLUDE REGEX "/(fuzz_main|[a-z0-9_]+_tool)\\.c$")

# More sources may follow.
function(add_case_program folder source)
    cmake_path(GET source STEM name)
    string(REGEX REPLACE "^test_" "" name ${name})
    set(target test_${folder}_${name})
    if(name MATCHES "^aphoria_")
        set(test_app aphoria_app)
    endif()
    add_test_program(${target} ${source} ${support_sources} ${ARGN})
    target_link_libraries(${target} PRIVATE PkgConfig::STEME_CMOCKA)

    set(labels ${folder})
    # What ThreadSanitizer is shown: what starts a thread or opens a store, which has one.
    if(folder MATCHES "^(unit|battery)$")
        set(is_threaded OFF)
        file(STRINGS ${source} headers REGEX "^#include \"support/")
        list(TRANSFORM headers REPLACE "^#include \"(.*)\".*" "${CMAKE_CURRENT_SOURCE_DIR}/\\1")
        foreach(file IN ITEMS ${source} ${headers})
            file(STRINGS ${file} uses REGEX "pthread|platform_thread|steme_store_|steme_snapshot_" LIMIT_COUNT 1)
            if(uses)
                set(is_threaded ON)
            endif()
        endforeach()
        if(is_threaded)
            list(APPEND labels threads)
            add_dependencies(tests_threads ${target})
        endif()
    endif()

    set(cases ${CMAKE_CURRENT_BINARY_DIR}/${target}_cases.cmake)
    add_custom_command(TARGET ${target} POST_BUILD
        COMMAND ${CMAKE_COMMAND}
            -D PROGRAM=$<TARGET_FILE:${target}> -D SOURCE=${source} -D PREFIX=${folder}.${name}
            -D "LABELS=${labels}" -D TIMEOUT=${STEME_TEST_TIMEOUT} -D OUTPUT=${cases}
            -D "ENVIRONMENT=${test_environment}" -P ${PROJECT_SOURCE_DIR}/cmake/discover.cmake
        VERBATIM)
    set(include ${CMAKE_CURRENT_BINARY_DIR}/${target}_include.cmake)
    file(WRITE ${include}
        "if(EXISTS \"${cases}\")\n    include(\"${cases}\")\n"
        "else()\n    add_test(${folder}.${name}_NOT_BUILT ${target}_NOT_BUILT)\nendif()\n")
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${include})
endfunction()

foreach(pattern IN ITEMS unit/test_*.c property/test_*.c battery/*.c fault/test_*.c)
    file(GLOB sources CONFIGURE_DEPENDS ${pattern})
    cmake_path(GET pattern PARENT_PATH folder)
    foreach(source IN LISTS sources)
        add_case_program(${folder} ${source})
    endforeach()
endforeach()

# The simulator: tests with few seeds, and the program `sim` for many (tools/sim). Its platform takes
# the place of src/platform/{clock,file,thread}.c, which the linker then leaves in the archive; for
# the two functions that it wraps see tests/sim/record.h.
file(GLOB sim_sources CONFIGURE_DEPENDS sim/*.c sim/platform/*.c)
list(FILTER sim_sources EXCLUDE REGEX "/(sim|test_[a-z]+)\\.c$")
foreach(name IN ITEMS sim platform)
    add_case_program(sim ${CMAKE_CURRENT_SOURCE_DIR}/sim/test_${name}.c ${sim_sources})
endforeach()
add_test_program(sim sim/sim.c ${sim_sources})
target_link_libraries(sim PRIVATE PkgConfig::STEME_CMOCKA) # for its headers
foreach(target IN ITEMS sim test_sim_sim test_sim_platform)
    target_link_options(${target} PRIVATE
        LINKER:--wrap=steme_record_parse,--wrap=record_signature_is_valid)
endforeach()
