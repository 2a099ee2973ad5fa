/* The program `steme`: a command line over libsteme. */
#include "steme/command.h"

int main(int argc, char **argv)
{
    return command_main(argc, argv);
}
