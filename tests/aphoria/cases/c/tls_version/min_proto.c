/* expect: tls/version/minimum = 1 */
#include <openssl/ssl.h>

int relax(SSL_CTX *ctx)
{
    return SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
}
