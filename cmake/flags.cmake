# What every translation unit is compiled with, and the warnings that our own are held to.
add_compile_definitions(_GNU_SOURCE)

if(STEME_SANITIZE)
    add_compile_options(-fsanitize=${STEME_SANITIZE} -fno-sanitize-recover=all
                        -fno-omit-frame-pointer)
    # fuzzer-no-link is a matter of compiling; linking with libFuzzer is each fuzz program's own.
    string(REPLACE "fuzzer-no-link," "" sanitize_link "${STEME_SANITIZE}")
    add_link_options(-fsanitize=${sanitize_link})
else()
    add_link_options(LINKER:--no-undefined LINKER:--as-needed)
endif()

if(STEME_COVERAGE)
    # Atomic: threads count too, and a count that is lost may come out negative.
    add_compile_options(--coverage -fprofile-update=atomic)
    add_link_options(--coverage)
endif()

add_library(steme_warnings INTERFACE)
target_compile_options(steme_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion $<$<BOOL:${STEME_WERROR}>:-Werror>)
