/* The program `aphoria`: the claims that code makes, held against what authorities say. */
#include "aphoria/commands.h"
#include "common/heap.h"

int main(int argc, char **argv)
{
    app_heap_return_large_blocks();
    return command_main(&aphoria_program, argc, argv);
}
