/* expect: tls/version/offered = 0.3 */
#include <openssl/ssl.h>

SSL_CTX *legacy(void) { return SSL_CTX_new(SSLv3_client_method()); }
