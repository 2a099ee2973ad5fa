/* expect: file/permissions = world_writable */
#include <sys/stat.h>

int share(const char *path) { return chmod(path, 0777); }
