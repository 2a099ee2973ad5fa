/* steme peers -- how a node stands with the nodes that it keeps in step with. */
#include "steme/commands.h"

#include <string.h>

#include <stemedb/api/v1/steme.pb-c.h>

#include "common/record_json.h"
#include "common/table.h"
#include "steme/remote.h"

enum { NAME_SIZE = 8 }; /* bytes of a node's id that tell it from others */

static void set_count(json_t *object, const char *key, uint64_t count)
{
    output_set(object, key, json_integer((json_int_t)count));
}

static json_t *text_to_json(const char *text)
{
    return json_string(text_is_utf8(text, strlen(text)) ? text : "");
}

static json_t *peer_to_json(const Stemedb__Api__V1__Peer *peer)
{
    json_t *object = json_object();
    output_set(object, "address", text_to_json(peer->address));
    output_set(object, "connected", json_boolean(peer->connected));
    if (peer->node_id.len > 0) {
        output_set(object, "node", record_hex_to_json(peer->node_id.data, peer->node_id.len));
    }
    output_set(object, "eager", json_boolean(peer->eager));
    output_set(object, "four_calls_only", json_boolean(peer->four_calls_only));
    output_set(object, "in_step", json_boolean(peer->in_step));
    if (peer->in_step_ever) {
        set_count(object, "in_step_ms_ago", peer->in_step_ms_ago);
    }
    set_count(object, "sessions", peer->sessions);
    set_count(object, "failed_sessions", peer->failed_sessions);
    set_count(object, "bytes_sent", peer->bytes_sent);
    set_count(object, "bytes_received", peer->bytes_received);
    set_count(object, "bytes_queued", peer->bytes_queued);
    set_count(object, "records_sent", peer->records_sent);
    set_count(object, "records_received", peer->records_received);
    set_count(object, "duplicates", peer->duplicates);
    set_count(object, "refused", peer->refused);
    set_count(object, "records", peer->assertion_count);
    output_set(object, "root", record_hex_to_json(peer->merkle_root.data, peer->merkle_root.len));
    output_set(object, "score", json_integer(peer->score));
    set_count(object, "work_ms", peer->work_ms);
    return object;
}

static void print_json(const Stemedb__Api__V1__PeersResponse *answer)
{
    json_t *document = output_object();
    json_t *list = json_array();
    for (size_t i = 0; i < answer->n_peers; i++) {
        json_array_append_new(list, peer_to_json(answer->peers[i]));
    }
    output_set(document, "peers", list);
    output_set(document, "disk_is_nearly_full", json_boolean(answer->disk_is_nearly_full));
    output_json_document(document);
}

/* What to make of a peer, in a word or two. */
static const char *state_of(const Stemedb__Api__V1__Peer *peer)
{
    if (!peer->connected) {
        return "lost";
    }
    if (peer->four_calls_only) {
        return "pushed to";
    }
    return peer->in_step ? "in step" : "behind or ahead";
}

static void add_number(table *rows, uint64_t number)
{
    text_buffer text = TEXT_EMPTY;
    text_append_count(&text, number);
    table_add(rows, text_get(&text));
    text_deinit(&text);
}

static void add_size(table *rows, uint64_t size_bytes)
{
    text_buffer text = TEXT_EMPTY;
    text_append_size(&text, size_bytes);
    table_add(rows, text_get(&text));
    text_deinit(&text);
}

/* The address, or the node where it is known by its own streams alone. */
static void add_name(table *rows, const Stemedb__Api__V1__Peer *peer)
{
    text_buffer text = TEXT_EMPTY;
    if (peer->address[0] != '\0') {
        table_add_data(rows, text_span(peer->address));
    } else {
        text_append(&text, "node ");
        text_append_hex(&text, peer->node_id.data,
                        peer->node_id.len < NAME_SIZE ? peer->node_id.len : NAME_SIZE);
        table_add(rows, text_get(&text));
    }
    text_deinit(&text);
}

static void print_table(const Stemedb__Api__V1__PeersResponse *answer)
{
    static const table_column columns[] = {
        {.title = "peer"},
        {.title = "state"},
        {.title = "records", .is_right = 1},
        {.title = "sessions", .is_right = 1, .drop = 1},
        {.title = "failed", .is_right = 1, .drop = 2},
        {.title = "sent", .is_right = 1, .drop = 3},
        {.title = "received", .is_right = 1, .drop = 4},
        {.title = "new here", .is_right = 1, .drop = 5},
        {.title = "refused", .is_right = 1},
    };
    table *rows = table_open(stdout, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < answer->n_peers; i++) {
        const Stemedb__Api__V1__Peer *peer = answer->peers[i];
        add_name(rows, peer);
        table_add(rows, state_of(peer));
        add_number(rows, peer->assertion_count);
        add_number(rows, peer->sessions);
        add_number(rows, peer->failed_sessions);
        add_size(rows, peer->bytes_sent);
        add_size(rows, peer->bytes_received);
        add_number(rows, peer->records_received);
        add_number(rows, peer->refused);
    }
    table_close(rows);
    if (answer->disk_is_nearly_full) {
        terminal_note("The node's disk is nearly full: it takes nothing from peers. Make room.");
    }
    if (answer->n_peers == 0) {
        terminal_note("The node was given no --peer, and no other has connected to it.");
    }
}

static int run(const arguments *given)
{
    int exit_code = COMMAND_USAGE;
    Stemedb__Api__V1__PeersRequest request = STEMEDB__API__V1__PEERS_REQUEST__INIT;
    ProtobufCMessage *message = NULL;
    if (!remote_ask(given, "/stemedb.api.v1.StemeService/Peers", &request.base,
                    &stemedb__api__v1__peers_response__descriptor, &message, &exit_code)) {
        return exit_code;
    }
    if (arguments_has(given, "json")) {
        print_json((const Stemedb__Api__V1__PeersResponse *)message);
    } else {
        print_table((const Stemedb__Api__V1__PeersResponse *)message);
    }
    protobuf_c_message_free_unpacked(message, NULL);
    return COMMAND_DONE;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
    COMMAND_OPTION_JSON,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme peers",
    "steme peers --db claims",
    "steme peers --server unix:claims/socket --json",
    NULL,
};

const command command_peers = {
    .name = "peers",
    .operands = "",
    .summary = "show how a node stands with its peers",
    .details =
        "One line per --peer of the node, then one for each that has connected to it and is not\n"
        "among these, by the beginning of its id. \"in step\": the last session ended with equal "
        "sets;\n"
        "\"pushed to\": it knows the four basic calls only; \"lost\": no connection at present.\n"
        "Counts are since the node started; records are what the peer said it holds.\n",
    .options = options,
    .examples = examples,
    .run = run,
};
