/* expect: nothing */
#include <string>

// set_verify_mode(boost::asio::ssl::verify_none) is for the manual only
std::string advice() { return "never call set_verify_mode(ssl::verify_none)"; }
