/* expect: temp_file/insecure = true */
#include <stdio.h>
#include <stdlib.h>

FILE *scratch(void)
{
    char name[] = "/tmp/reportXXXXXX";
    if (mktemp(name) == NULL)
        return NULL;
    return fopen(name, "w+");
}
