# BLAKE3: the distribution's library where it has one, else the C sources that come with its Rust
# crate, compiled here without our warnings. steme_blake3_headers is what to compile with,
# STEME_BLAKE3_OBJECTS what to put into the library, STEME_BLAKE3_REQUIRES its pkg-config name.
add_library(steme_blake3_headers INTERFACE)
set(STEME_BLAKE3_OBJECTS "")
set(STEME_BLAKE3_REQUIRES "")
pkg_check_modules(STEME_BLAKE3 IMPORTED_TARGET libblake3)
if(STEME_BLAKE3_FOUND)
    target_link_libraries(steme_blake3_headers INTERFACE PkgConfig::STEME_BLAKE3)
    set(STEME_BLAKE3_REQUIRES libblake3)
    return()
endif()

set(blake3_folders "")
foreach(prefix IN LISTS CMAKE_PREFIX_PATH CMAKE_SYSTEM_PREFIX_PATH)
    file(GLOB folders ${prefix}/share/cargo/registry/blake3-*/c)
    list(APPEND blake3_folders ${folders})
endforeach()
# The newest first, where there are several.
list(SORT blake3_folders COMPARE NATURAL ORDER DESCENDING)
find_path(STEME_BLAKE3_SOURCE blake3_impl.h PATHS ${blake3_folders} NO_DEFAULT_PATH
          DOC "The folder of BLAKE3's C sources")
if(NOT STEME_BLAKE3_SOURCE)
    message(FATAL_ERROR "BLAKE3 is missing: run tools/install-deps, "
                        "or set STEME_BLAKE3_SOURCE to its folder of C sources")
endif()

set(blake3_files blake3.c blake3_dispatch.c blake3_portable.c)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
    enable_language(ASM)
    list(APPEND blake3_files blake3_sse2_x86-64_unix.S blake3_sse41_x86-64_unix.S
                             blake3_avx2_x86-64_unix.S blake3_avx512_x86-64_unix.S)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    list(APPEND blake3_files blake3_neon.c)
endif()
list(TRANSFORM blake3_files PREPEND ${STEME_BLAKE3_SOURCE}/)

add_library(steme_blake3 OBJECT ${blake3_files})
target_include_directories(steme_blake3_headers SYSTEM INTERFACE ${STEME_BLAKE3_SOURCE})
target_compile_options(steme_blake3 PRIVATE -w)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    target_compile_definitions(steme_blake3 PRIVATE BLAKE3_USE_NEON=1)
endif()
set(STEME_BLAKE3_OBJECTS $<TARGET_OBJECTS:steme_blake3>)
