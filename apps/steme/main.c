/* The program `steme`: a command line over libsteme. */
#include "common/heap.h"
#include "steme/commands.h"

int main(int argc, char **argv)
{
    app_heap_return_large_blocks();
    return command_main(&steme_program, argc, argv);
}
