# One set of objects from src/<room>/, and libsteme.a and libsteme.so made of them.
file(GLOB steme_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/*/*.c)

# A fit gives the same bits everywhere: no product and sum at once, rounded differently.
file(GLOB truth_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/truth/*.c)
set_source_files_properties(${truth_sources} PROPERTIES COMPILE_OPTIONS
    "-ffp-contract=off;-ftree-vectorize")

add_library(steme_objects OBJECT ${steme_sources})
target_include_directories(steme_objects PRIVATE src include)
target_compile_definitions(steme_objects PRIVATE STEME_VERSION_STRING="${PROJECT_VERSION}")
target_link_libraries(steme_objects PRIVATE steme_warnings steme_blake3_headers
                                            PkgConfig::STEME_SODIUM PkgConfig::STEME_UTF8PROC)

add_library(steme_static STATIC $<TARGET_OBJECTS:steme_objects> ${STEME_BLAKE3_OBJECTS})
add_library(steme_shared SHARED $<TARGET_OBJECTS:steme_objects> ${STEME_BLAKE3_OBJECTS})
add_library(steme::steme_static ALIAS steme_static)
add_library(steme::steme ALIAS steme_shared)

foreach(library IN ITEMS steme_static steme_shared)
    set_target_properties(${library} PROPERTIES OUTPUT_NAME steme)
    target_include_directories(${library} PUBLIC
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(${library} PRIVATE PkgConfig::STEME_SODIUM PkgConfig::STEME_UTF8PROC
                                             Threads::Threads)
    if(STEME_BLAKE3_FOUND)
        target_link_libraries(${library} PRIVATE PkgConfig::STEME_BLAKE3)
    endif()
endforeach()

# -fvisibility=hidden does not reach BLAKE3's assembly: the linker hides that.
set(steme_exports ${PROJECT_SOURCE_DIR}/cmake/exports.map)
target_link_options(steme_shared PRIVATE LINKER:--version-script=${steme_exports})
set_target_properties(steme_shared PROPERTIES
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} EXPORT_NAME steme
    LINK_DEPENDS ${steme_exports})
