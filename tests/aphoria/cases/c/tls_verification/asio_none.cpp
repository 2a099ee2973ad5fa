/* expect: tls/cert_verification/enabled = false */
#include <boost/asio/ssl.hpp>

namespace ssl = boost::asio::ssl;

ssl::context make()
{
    ssl::context ctx(ssl::context::tlsv12_client);
    ctx.set_verify_mode(ssl::verify_none);
    return ctx;
}
