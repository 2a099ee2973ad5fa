#include "steme/remote.h"

static int ask(rpc_security *security, const char *address, const char *method,
               const ProtobufCMessage *request, const ProtobufCMessageDescriptor *answer_type,
               ProtobufCMessage **out_answer)
{
    steme_error error = {0};
    rpc_start();
    rpc_channel *channel = rpc_channel_open(address, security);
    steme_status status =
        rpc_channel_call(channel, method, request, answer_type, RPC_TIMEOUT_MS, out_answer, &error);
    int exit_code = status == STEME_OK ? COMMAND_DONE : command_fail(&error);
    rpc_channel_close(channel);
    rpc_stop();
    return exit_code;
}

int remote_ask(const arguments *given, const char *method, const ProtobufCMessage *request,
               const ProtobufCMessageDescriptor *answer_type, ProtobufCMessage **out_answer,
               int *out_exit)
{
    text_buffer socket = TEXT_EMPTY;
    const char *folder = arguments_text(given, "db");
    const char *address = arguments_text(given, "server");
    rpc_security *security = command_open_security(given, out_exit);
    if (security == NULL) {
        return 0;
    }
    int is_here = arguments_has(given, "db") && !arguments_has(given, "server");
    if ((address == NULL || is_here) && folder != NULL) {
        text_append_format(&socket, "unix:%s/socket", folder);
        address = text_get(&socket);
    }
    address = address == NULL ? REMOTE_DEFAULT_SERVER : address;
    *out_exit = COMMAND_USAGE;
    if (command_check_address(given, security, address)) {
        *out_exit = ask(security, address, method, request, answer_type, out_answer);
    }
    text_deinit(&socket);
    rpc_security_close(security);
    return *out_exit == COMMAND_DONE;
}

enum { FOLLOW_TIMEOUT_MS = 24 * 3600 * 1000 };

int remote_follow(const arguments *given, const char *address, const char *method,
                  const ProtobufCMessage *request, remote_read read, void *context,
                  steme_error *error, int *out_exit)
{
    rpc_security *security = command_open_security(given, out_exit);
    if (security == NULL) {
        return 0;
    }
    int is_fine = command_check_address(given, security, address);
    *out_exit = is_fine ? COMMAND_DONE : COMMAND_USAGE;
    if (is_fine) {
        rpc_start();
        rpc_channel *channel = rpc_channel_open(address, security);
        rpc_reader *reader = rpc_reader_open(channel, method, request, FOLLOW_TIMEOUT_MS);
        error->status = read(reader, context, error);
        rpc_reader_close(reader);
        rpc_channel_close(channel);
        rpc_stop();
    }
    rpc_security_close(security);
    return is_fine;
}
