/* expect: temp_file/insecure = true */
#include <stdio.h>

FILE *scratch(void)
{
    char name[L_tmpnam];
    tmpnam(name);
    return fopen(name, "w+");
}
