#include "steme/remote.h"

rpc_security *remote_open_security(const arguments *given, int *out_exit)
{
    steme_error error = {0};
    rpc_security *security = NULL;
    rpc_tls_paths paths = {.certificate_path = arguments_text(given, "tls-cert"),
                           .key_path = arguments_text(given, "tls-key"),
                           .ca_path = arguments_text(given, "tls-ca")};
    if (rpc_security_open(&paths, &security, &error) != STEME_OK) {
        *out_exit = command_fail(&error);
    }
    return security;
}

int remote_check_address(const arguments *given, const rpc_security *security, const char *address)
{
    if (!rpc_address_is_valid(address)) {
        terminal_report("not an address: %s; it is HOST:PORT, such as 127.0.0.1:7601", address);
        return 0;
    }
    if (!rpc_security_is_tls(security) && !rpc_address_is_local(address) &&
        !arguments_has(given, "insecure")) {
        terminal_report("not in plain text: %s is beyond this machine; give --tls-cert, --tls-key "
                        "and --tls-ca (`steme cluster-cert` makes them), or --insecure",
                        address);
        return 0;
    }
    return 1;
}
