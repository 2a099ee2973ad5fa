/* expect: hash/algorithm = md5 */
#include <openssl/evp.h>

int digest(const unsigned char *data, size_t size, unsigned char *out, unsigned int *out_size)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    int ok = EVP_DigestInit_ex(ctx, EVP_md5(), NULL) && EVP_DigestUpdate(ctx, data, size) &&
             EVP_DigestFinal_ex(ctx, out, out_size);
    EVP_MD_CTX_free(ctx);
    return ok;
}
