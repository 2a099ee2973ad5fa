/* steme ping -- who answers at an address, and how many records it holds. */
#include <string.h>
#include <time.h>

#include <stemedb/sync/v1/sync.pb-c.h>

#include "common/record_json.h"
#include "steme/commands.h"
#include "steme/remote.h"

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void print_answer(const arguments *given, const Stemedb__Sync__V1__PingResponse *answer,
                         double duration_ms)
{
    const ProtobufCBinaryData *node = &answer->node_id;
    if (arguments_has(given, "json")) {
        json_t *document = output_object();
        output_set(document, "node", record_hex_to_json(node->data, node->len));
        output_set(document, "records", json_integer((json_int_t)answer->assertion_count));
        output_set(document, "ms", json_real(duration_ms));
        output_json_document(document);
        return;
    }
    text_buffer line = TEXT_EMPTY;
    text_append(&line, "node ");
    text_append_hex(&line, node->data, node->len);
    text_append(&line, ", ");
    text_append_number_of(&line, answer->assertion_count, "record", "records");
    text_append_format(&line, ", %.1f ms", duration_ms);
    puts(text_get(&line));
    text_deinit(&line);
}

static int ping(const arguments *given, rpc_channel *channel)
{
    static uint8_t nobody[STEME_NODE_SIZE];
    steme_error error = {0};
    Stemedb__Sync__V1__PingRequest request = STEMEDB__SYNC__V1__PING_REQUEST__INIT;
    ProtobufCMessage *message = NULL;
    request.node_id = (ProtobufCBinaryData){sizeof nobody, nobody};
    double begin_ms = now_ms();
    if (rpc_channel_call(channel, "/stemedb.sync.v1.SyncService/Ping", &request.base,
                         &stemedb__sync__v1__ping_response__descriptor, RPC_TIMEOUT_MS, &message,
                         &error) != STEME_OK) {
        return command_fail(&error);
    }
    Stemedb__Sync__V1__PingResponse *answer = (Stemedb__Sync__V1__PingResponse *)message;
    int exit_code = COMMAND_DONE;
    if (answer->node_id.len == STEME_NODE_SIZE) {
        print_answer(given, answer, now_ms() - begin_ms);
    } else {
        terminal_report("not understood: %s: a node's id has 16 bytes; is it a node?",
                        rpc_channel_address(channel));
        exit_code = COMMAND_USAGE;
    }
    protobuf_c_message_free_unpacked(message, NULL);
    return exit_code;
}

static int run(const arguments *given)
{
    int exit_code = COMMAND_USAGE;
    rpc_security *security = command_open_security(given, &exit_code);
    if (security != NULL && command_check_address(given, security, given->operands[0])) {
        rpc_start();
        rpc_channel *channel = rpc_channel_open(given->operands[0], security);
        exit_code = ping(given, channel);
        rpc_channel_close(channel);
        rpc_stop();
    }
    rpc_security_close(security);
    return exit_code;
}

static const arguments_option options[] = {
    REMOTE_OPTIONS_TLS,
    REMOTE_OPTION_INSECURE,
    COMMAND_OPTION_JSON,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme ping 127.0.0.1:7601",
    "steme ping unix:claims/socket",
    NULL,
};

const command command_ping = {
    .name = "ping",
    .operands = "HOST:PORT",
    .summary = "ask a node who it is and how many records it holds",
    .details =
        "Waits up to 10 s for the answer. unix:PATH reaches the socket in a served folder.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
