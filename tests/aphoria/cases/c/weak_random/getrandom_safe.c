/* expect: nothing */
#include <stdlib.h>
#include <sys/random.h>

int make_session_key(unsigned char *key, size_t size)
{
    return getrandom(key, size, 0) == (ssize_t)size ? 0 : -1;
}

int pick_colour(void) { return rand() % 7; }
