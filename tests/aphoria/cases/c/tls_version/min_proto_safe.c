/* expect: nothing */
#include <openssl/ssl.h>

int strict(SSL_CTX *ctx)
{
    SSL_CTX_set_options(ctx, SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1);
    return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
}
