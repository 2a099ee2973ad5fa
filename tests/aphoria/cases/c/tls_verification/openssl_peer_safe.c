/* expect: nothing */
#include <openssl/ssl.h>
#include <stdio.h>

void require(SSL_CTX *ctx, int mode)
{
    if (mode == SSL_VERIFY_NONE)
        fprintf(stderr, "SSL_VERIFY_NONE is not supported\n");
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
}
