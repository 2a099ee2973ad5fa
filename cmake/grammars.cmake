# tree-sitter's core and grammars: C sources from the npm packages that third_party/grammars pins
# (tools/install-deps fetches them), compiled here without our warnings. `grammars` is what to link.
set(grammars_root ${PROJECT_SOURCE_DIR}/third_party/grammars/node_modules)
set(tree_sitter_root ${grammars_root}/tree-sitter/vendor/tree-sitter/lib)
if(NOT EXISTS ${tree_sitter_root}/src/lib.c)
    message(FATAL_ERROR "tree-sitter's grammars are missing: run tools/install-deps build")
endif()

add_library(grammars STATIC ${tree_sitter_root}/src/lib.c)
target_include_directories(grammars SYSTEM PUBLIC ${tree_sitter_root}/include)
target_include_directories(grammars PRIVATE ${tree_sitter_root}/src)
foreach(grammar IN ITEMS tree-sitter-python tree-sitter-java tree-sitter-javascript
        tree-sitter-typescript/typescript tree-sitter-typescript/tsx tree-sitter-go tree-sitter-c
        tree-sitter-cpp tree-sitter-rust tree-sitter-ruby tree-sitter-php/php tree-sitter-bash
        @tree-sitter-grammars/tree-sitter-yaml @tree-sitter-grammars/tree-sitter-toml
        @tree-sitter-grammars/tree-sitter-hcl)
    file(GLOB sources ${grammars_root}/${grammar}/src/parser.c
                      ${grammars_root}/${grammar}/src/scanner.c)
    set_source_files_properties(${sources} PROPERTIES
        INCLUDE_DIRECTORIES ${grammars_root}/${grammar}/src)
    target_sources(grammars PRIVATE ${sources})
endforeach()
# Tables, for the most part: -O1 is as fast, and compiles in half the time.
target_compile_options(grammars PRIVATE -w -O1)
set_target_properties(grammars PROPERTIES C_CLANG_TIDY "")
