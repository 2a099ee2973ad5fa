# C code for the messages of proto/, made by protoc-c in the build folder: the target steme_proto.
# It is compiled without our warnings: it is not ours.
find_program(STEME_PROTOC_C protoc-c REQUIRED)
pkg_check_modules(STEME_PROTOBUF_C REQUIRED IMPORTED_TARGET libprotobuf-c)

set(proto_folder ${PROJECT_SOURCE_DIR}/proto)
set(proto_output ${PROJECT_BINARY_DIR}/proto)
set(proto_sources "")
foreach(name IN ITEMS stemedb/sync/v1/sync stemedb/api/v1/steme
        grpc/health/v1/health)
    add_custom_command(OUTPUT ${proto_output}/${name}.pb-c.c ${proto_output}/${name}.pb-c.h
        COMMAND ${CMAKE_COMMAND} -E make_directory ${proto_output}
        COMMAND ${STEME_PROTOC_C} --proto_path=${proto_folder} --c_out=${proto_output}
                ${proto_folder}/${name}.proto
        DEPENDS ${proto_folder}/${name}.proto
        COMMENT "Generating ${name}.pb-c.c" VERBATIM)
    list(APPEND proto_sources ${proto_output}/${name}.pb-c.c)
endforeach()

add_library(steme_proto STATIC ${proto_sources})
target_include_directories(steme_proto SYSTEM PUBLIC ${proto_output})
target_link_libraries(steme_proto PUBLIC PkgConfig::STEME_PROTOBUF_C)
