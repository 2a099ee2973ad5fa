# The target steme_grpc: gRPC's core with what it needs, and libcrypto. From archives where they are
# all there: as shared objects the loading of fifty of them triples what every short command takes.
pkg_check_modules(STEME_GRPC REQUIRED grpc)
pkg_check_modules(STEME_CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
option(STEME_GRPC_ARCHIVES "Link gRPC from archives where there are some" ON)

set(archives "")
set(has_archives ${STEME_GRPC_ARCHIVES})
foreach(name IN LISTS STEME_GRPC_STATIC_LIBRARIES)
    if(name MATCHES "^(pthread|m|dl|rt|atomic)$")
        continue() # the compiler sees to these
    endif()
    find_library(STEME_ARCHIVE_${name} lib${name}.a)
    mark_as_advanced(STEME_ARCHIVE_${name})
    if(STEME_ARCHIVE_${name})
        list(APPEND archives ${STEME_ARCHIVE_${name}})
    else()
        set(has_archives OFF)
    endif()
endforeach()
list(REMOVE_DUPLICATES archives)
# By its run-time name: where there is no C++ compiler there is no other.
find_library(STEME_STDCXX NAMES libstdc++.so.6 stdc++)
mark_as_advanced(STEME_STDCXX)
if(NOT STEME_STDCXX)
    set(has_archives OFF)
endif()

add_library(steme_grpc INTERFACE)
if(has_archives)
    list(JOIN archives "," group)
    target_link_libraries(steme_grpc INTERFACE "$<LINK_GROUP:RESCAN,${group}>"
        ${STEME_STDCXX} m ${CMAKE_DL_LIBS})
else()
    target_link_libraries(steme_grpc INTERFACE grpc gpr PkgConfig::STEME_CRYPTO)
endif()
target_link_libraries(steme_grpc INTERFACE Threads::Threads)
