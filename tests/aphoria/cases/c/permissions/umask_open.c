/* expect: file/umask = permissive */
#include <sys/stat.h>
#include <unistd.h>

int daemonize(void)
{
    if (fork() > 0)
        _exit(0);
    setsid();
    umask(0);
    return chdir("/");
}
