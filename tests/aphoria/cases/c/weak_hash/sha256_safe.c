/* expect: nothing */
#include <openssl/evp.h>

/* MD5_Init() is gone. */
static const char *const names[] = {"md5", "sha1", "sha256"};

int digest(const unsigned char *data, size_t size, unsigned char *out)
{
    unsigned int length = 0;
    return EVP_Digest(data, size, out, &length, EVP_sha256(), NULL);
}
