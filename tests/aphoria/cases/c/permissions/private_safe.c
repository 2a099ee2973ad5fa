/* expect: nothing */
#include <fcntl.h>
#include <sys/stat.h>

int keep(const char *path)
{
    umask(077);
    return chmod(path, 0600);
}
