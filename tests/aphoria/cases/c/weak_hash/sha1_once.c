/* expect: hash/algorithm = sha1 */
#include <openssl/sha.h>

void token(const unsigned char *secret, size_t size, unsigned char out[SHA_DIGEST_LENGTH])
{
    SHA1(secret, size, out);
}
