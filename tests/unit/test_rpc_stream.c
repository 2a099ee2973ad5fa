/* Streams of frames, both ends in one process. */
#include "support/test.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <stdatomic.h>
#include <unistd.h>

#include "common/rpc_client.h"

enum { CLIENT = 1, SERVER = 2, TIMEOUT_MS = 10000 };

typedef struct pair {
    rpc_loop loop;
    rpc_security *security;
    rpc_channel *channel;
    grpc_server *server;
    grpc_call *call; /* as it arrived */
    grpc_metadata_array metadata;
    gpr_timespec deadline;
    rpc_stream *streams[3];
    atomic_int is_there; /* the call */
    atomic_int is_stopped;
    atomic_int received_count[3];
    atomic_int is_closed[3];
} pair;

static void wait_for(const atomic_int *value, int wanted)
{
    for (int i = 0; i < TIMEOUT_MS && atomic_load(value) != wanted; i++)
        usleep(1000);
    assert_int_equal(atomic_load(value), wanted);
}

static void on_received(void *owner, uint32_t number, uint8_t *bytes, size_t size)
{
    pair *self = owner;
    (void)size;
    free(bytes);
    atomic_fetch_add(&self->received_count[number], 1);
    rpc_stream_receive(self->streams[number]);
}

static void on_sent(void *owner, uint32_t number, size_t size)
{
    (void)owner;
    (void)number;
    (void)size;
}

static void on_closed(void *owner, uint32_t number, grpc_status_code code)
{
    pair *self = owner;
    (void)code;
    atomic_store(&self->is_closed[number], 1);
}

static const rpc_stream_events events = {on_received, on_sent, on_closed};

static void set_flag(void *context, int is_ok)
{
    (void)is_ok;
    atomic_store((atomic_int *)context, 1);
}

static rpc_stream_options options_of(pair *self, uint32_t number)
{
    return (rpc_stream_options){.events = &events, .owner = self, .number = number};
}

/* A client's stream, and a server's to which it came. */
static void pair_open(pair *self, rpc_tag *arrived)
{
    char address[32];
    steme_error error;
    rpc_stream_options options = options_of(self, CLIENT);
    *arrived = (rpc_tag){set_flag, &self->is_there};
    rpc_start();
    rpc_loop_init(&self->loop);
    assert_int_equal(rpc_security_open(&(rpc_tls_paths){0}, &self->security, &error), STEME_OK);
    self->server = grpc_server_create(NULL, NULL);
    grpc_server_register_completion_queue(self->server, self->loop.queue, NULL);
    void *method =
        grpc_server_register_method(self->server, RPC_RECONCILE, NULL, GRPC_SRM_PAYLOAD_NONE, 0);
    grpc_server_credentials *credentials = rpc_security_server(self->security, 1);
    int port = grpc_server_add_http2_port(self->server, "127.0.0.1:0", credentials);
    grpc_server_credentials_release(credentials);
    assert_int_not_equal(port, 0);
    grpc_server_start(self->server);
    grpc_metadata_array_init(&self->metadata);
    assert_int_equal(grpc_server_request_registered_call(
                         self->server, method, &self->call, &self->deadline, &self->metadata, NULL,
                         self->loop.queue, self->loop.queue, arrived),
                     GRPC_CALL_OK);
    assert_int_equal(rpc_loop_start(&self->loop, &error), STEME_OK);
    snprintf(address, sizeof address, "127.0.0.1:%d", port);
    self->channel = rpc_channel_open(address, self->security);
    self->streams[CLIENT] =
        rpc_channel_stream(self->channel, &self->loop, 6 * TIMEOUT_MS, &options);
    wait_for(&self->is_there, 1);
    options = options_of(self, SERVER);
    self->streams[SERVER] = rpc_stream_open_server(self->call, &options);
}

static void pair_close(pair *self)
{
    rpc_tag stopped = {set_flag, &self->is_stopped};
    rpc_stream_release(self->streams[CLIENT]);
    rpc_stream_release(self->streams[SERVER]);
    rpc_channel_close(self->channel);
    grpc_server_shutdown_and_notify(self->server, self->loop.queue, &stopped);
    wait_for(&self->is_stopped, 1);
    grpc_server_destroy(self->server);
    grpc_metadata_array_destroy(&self->metadata);
    rpc_security_close(self->security);
    rpc_loop_deinit(&self->loop);
    rpc_stop();
}

static steme_span span_of(const char *text)
{
    return (steme_span){(const uint8_t *)text, strlen(text)};
}

/* The server has answered and ended before the client sends its second frame, and before it reads.
 */
static void what_was_said_before_a_frame_could_not_be_sent_is_heard(void **state)
{
    pair self = {0};
    rpc_tag arrived;
    (void)state;
    pair_open(&self, &arrived);
    rpc_stream_send(self.streams[CLIENT], span_of("hello"));
    rpc_stream_send(self.streams[SERVER], span_of("hello"));
    rpc_stream_send(self.streams[SERVER], span_of("refused"));
    rpc_stream_close(self.streams[SERVER], "busy");
    wait_for(&self.is_closed[SERVER], 1);
    usleep(100000);
    rpc_stream_send(self.streams[CLIENT], span_of("roots"));
    usleep(100000);
    rpc_stream_receive(self.streams[CLIENT]);
    wait_for(&self.is_closed[CLIENT], 1);
    assert_int_equal(atomic_load(&self.received_count[CLIENT]), 2);
    pair_close(&self);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_was_said_before_a_frame_could_not_be_sent_is_heard),
};

TEST_MAIN(tests)
