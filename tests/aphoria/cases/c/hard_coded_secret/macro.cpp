/* expect: secret/hard_coded/password = true */
#include <string>

namespace config {
const std::string db_user = "billing";
const std::string db_password = "vR7pQ2xLm9!";
}
