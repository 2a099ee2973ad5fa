/* expect: nothing */
#include <stdio.h>
#include <stdlib.h>

FILE *scratch(void)
{
    char name[] = "/var/lib/report/workXXXXXX";
    int fd = mkstemp(name); /* mktemp() leaves a gap */
    return fd < 0 ? NULL : fdopen(fd, "w+");
}
