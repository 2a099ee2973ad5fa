/* expect: cipher/algorithm = rc4 */
#include <openssl/rc4.h>

void mix(const unsigned char *key, int size, unsigned char *data, size_t n)
{
    RC4_KEY state;
    RC4_set_key(&state, size, key);
    RC4(&state, n, data, data);
}
