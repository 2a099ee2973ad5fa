# Run after the build of a test program: asks it for its cases and writes OUTPUT, which ctest reads.
# A program whose source has a main of its own in place of TEST_MAIN is one test.
#
# PROGRAM, SOURCE, PREFIX, LABELS, TIMEOUT, ENVIRONMENT, OUTPUT
file(STRINGS ${SOURCE} test_main REGEX "^TEST_MAIN")
set(script "")

function(add_case name)
    set(added "add_test([==[${name}]==] [==[${PROGRAM}]==]")
    foreach(argument IN LISTS ARGN)
        string(APPEND added " [==[${argument}]==]")
    endforeach()
    string(APPEND added ")\nset_tests_properties([==[${name}]==] PROPERTIES LABELS [==[${LABELS}]==] "
                        "TIMEOUT ${TIMEOUT} ENVIRONMENT [==[${ENVIRONMENT}]==])\n")
    set(script "${script}${added}" PARENT_SCOPE)
endfunction()

if(NOT test_main)
    add_case(${PREFIX})
else()
    execute_process(COMMAND ${PROGRAM} -l OUTPUT_VARIABLE names RESULT_VARIABLE result)
    if(result)
        message(FATAL_ERROR "${PROGRAM} -l failed: ${result}")
    endif()
    string(REGEX MATCHALL "[^\n]+" names "${names}")
    foreach(name IN LISTS names)
        # Names repeat the program's noun, as in test_hex_round_trips: once is enough.
        string(REGEX REPLACE "^test_" "" short ${name})
        add_case(${PREFIX}.${short} ${name})
    endforeach()
endif()
file(WRITE ${OUTPUT} "${script}")
