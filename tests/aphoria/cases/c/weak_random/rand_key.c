/* expect: random/generator = prng */
#include <stdlib.h>
#include <time.h>

void make_session_key(unsigned char *session_key, size_t size)
{
    srand((unsigned)time(NULL));
    for (size_t i = 0; i < size; i++)
        session_key[i] = (unsigned char)(rand() & 0xff);
}
