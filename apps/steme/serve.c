/* steme serve -- a node: the store's one writer, reached by gRPC, in step with its peers. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "steme/commands.h"
#include "steme/remote.h"
#include "steme/server/scrub.h"
#include "steme/server/server.h"
#include "steme/settings.h"

#define DEFAULT_ADDRESS "127.0.0.1:7601"

enum { FAILURES_TOLD = 3 };

typedef struct peer_list {
    const char *addresses[STEME_REPLICA_PEER_COUNT_MAX];
    size_t count;
} peer_list;

typedef struct serving {
    const arguments *given;  /* the options */
    settings *told;          /* these, and the file */
    const arguments *merged; /* of `told` */
    const char *address;
    uint64_t peer_bytes_max;
    uint64_t peer_work_ms;
    uint64_t idle_tick_ms;
    uint64_t client_idle_ms;
    uint64_t disk_free_min;
    uint64_t peer_free_min;
    peer_list peers;                                       /* at the beginning */
    unsigned failure_counts[STEME_REPLICA_PEER_COUNT_MAX]; /* in a row; the node thread's */
    int is_peer_there[STEME_REPLICA_PEER_COUNT_MAX];       /* the node thread's */
    rpc_security *security;
    steme_store *store;
    steme_stat stat;
    char *socket_path;
    rpc_loop loop;
    metrics metrics;
    jobs jobs;
    diffs diffs;
    scrub *scrub;
    node *node;
    server *server;
    sigset_t signals;
} serving;

/* ---- Options ------------------------------------------------------------------------------ */

static int read_peers(const arguments *given, const rpc_security *security, peer_list *out_list)
{
    size_t count = arguments_count(given, "peer");
    if (count > STEME_REPLICA_PEER_COUNT_MAX) {
        terminal_report("too many peers: %zu; at most %d can be given", count,
                        STEME_REPLICA_PEER_COUNT_MAX);
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        const char *address = arguments_text_at(given, "peer", i);
        if (strlen(address) > NODE_ADDRESS_SIZE_MAX) {
            terminal_report("not an address: too long: %s", address);
            return 0;
        }
        if (!command_check_address(given, security, address)) {
            return 0;
        }
        out_list->addresses[i] = address;
    }
    out_list->count = count;
    return 1;
}

static int read_number(const arguments *given, const char *name, uint64_t most,
                       uint64_t *out_number)
{
    if (!command_read_number(given, name, out_number)) {
        return 0;
    }
    if (*out_number > most) {
        terminal_report("--%s: too much: %s; at most %llu", name, arguments_text(given, name),
                        (unsigned long long)most);
        return 0;
    }
    return 1;
}

static int read_options(serving *self)
{
    const char *cluster = arguments_text(self->merged, "cluster");
    const char *address = arguments_text(self->merged, "listen");
    self->address = address == NULL ? DEFAULT_ADDRESS : address;
    if (arguments_text(self->merged, "db") == NULL) {
        terminal_report("missing: --db DIR; give it, or set STEME_DB, or `db` in --config");
        return 0;
    }
    if (cluster != NULL && strlen(cluster) > STEME_CLUSTER_SIZE_MAX) {
        terminal_report("--cluster: too long: %s; a name has at most %d bytes", cluster,
                        STEME_CLUSTER_SIZE_MAX);
        return 0;
    }
    if (strncmp(self->address, "unix:", strlen("unix:")) == 0) {
        terminal_report("--listen: not a port: %s; DIR/socket is there anyway", self->address);
        return 0;
    }
    return read_number(self->merged, "peer-bytes-max", CONFIG_PEER_BYTES_MAX,
                       &self->peer_bytes_max) &&
           read_number(self->merged, "peer-work-ms", CONFIG_PEER_WORK_MS_MAX,
                       &self->peer_work_ms) &&
           read_number(self->merged, "idle-tick-ms", CONFIG_IDLE_TICK_MS_MAX,
                       &self->idle_tick_ms) &&
           read_number(self->merged, "client-idle-ms", CONFIG_CLIENT_IDLE_MS_MAX,
                       &self->client_idle_ms) &&
           read_number(self->merged, "disk-free-min", CONFIG_DISK_FREE_MAX, &self->disk_free_min) &&
           read_number(self->merged, "peer-free-min", CONFIG_DISK_FREE_MAX, &self->peer_free_min) &&
           command_check_address(self->merged, self->security, self->address);
}

/* ---- Serving ------------------------------------------------------------------------------ */

/* One failure is nothing to tell: the peer may be busy, or stop. */
static void note_report(void *context, int32_t number, uint64_t token,
                        const steme_session_report *report)
{
    serving *self = context;
    const char *address = node_peer_address(self->node, number);
    diffs_report(&self->diffs, token, address, report);
    if (address == NULL) {
        return;
    }
    unsigned *failure_count = &self->failure_counts[number];
    if (report->failure != NULL) {
        if (++*failure_count == FAILURES_TOLD) {
            terminal_note("no session with %s succeeds: %s", address, report->failure);
        }
        return;
    }
    if (*failure_count >= FAILURES_TOLD) {
        terminal_note("sessions with %s succeed again", address);
    }
    *failure_count = 0;
}

static void note_peer(void *context, int32_t number, rpc_channel_state state)
{
    serving *self = context;
    int is_there = state == RPC_CHANNEL_READY;
    if (is_there != self->is_peer_there[number]) {
        terminal_note("%s %s", is_there ? "connected to" : "lost",
                      node_peer_address(self->node, number));
        self->is_peer_there[number] = is_there;
        self->failure_counts[number] = 0;
    }
}

static void announce(const serving *self)
{
    const char *cluster = arguments_text(self->merged, "cluster");
    const char *colon = strrchr(self->address, ':');
    text_buffer line = TEXT_EMPTY;
    text_append_format(&line, "serving %.*s:%d and %s as node ", (int)(colon - self->address),
                       self->address, server_port(self->server), self->socket_path);
    text_append_hex(&line, self->stat.node, sizeof self->stat.node);
    text_append_format(&line, " of %s, ", cluster == NULL ? "stemedb" : cluster);
    text_append_number_of(&line, self->stat.record_count, "record", "records");
    text_append(&line, rpc_security_is_tls(self->security) ? ", TLS for members"
                       : rpc_address_is_local(self->address)
                           ? ", in plain text: every user of this machine may speak"
                           : ", in plain text: whoever reaches it may speak");
    puts(text_get(&line));
    fflush(stdout);
    text_deinit(&line);
}

/* Reads file and certificates anew. What is wrong changes nothing. */
static int reload_from(serving *self, const settings *told)
{
    steme_error error = {0};
    peer_list peers = {0};
    int exit_code = COMMAND_DONE;
    rpc_security *security = command_open_security(&told->merged, &exit_code);
    if (security == NULL) {
        return 0;
    }
    int is_read = read_peers(&told->merged, security, &peers);
    int is_anew = is_read && !rpc_security_is_same(self->security, security);
    if (is_anew && rpc_security_replace(self->security, security, &error) != STEME_OK) {
        is_read = 0;
        terminal_report("%s", error.message);
    }
    if (is_read) {
        node_set_peers(self->node, peers.addresses, peers.count, is_anew);
        terminal_note("read again: %zu peers%s", peers.count, is_anew ? ", new certificates" : "");
    }
    rpc_security_close(security);
    return is_read;
}

static void reload(serving *self)
{
    settings *told = NULL;
    if (!settings_read(self->given, &told)) {
        terminal_note("nothing is changed");
        return;
    }
    if (!reload_from(self, told)) {
        terminal_note("nothing is changed");
    } else if (!settings_is_alike(self->told, told)) {
        terminal_note("peers and certificates are as they are told now; for the rest of what has "
                      "changed restart the node");
    }
    settings_free(told);
}

static int wait_for_signal(serving *self)
{
    int number = 0;
    while (sigwait(&self->signals, &number) != 0 || number == SIGHUP) {
        if (number == SIGHUP) {
            reload(self);
        }
    }
    terminal_note("stopping");
    /* A second one ends at once: what was acknowledged is durable anyway. */
    sigset_t signals = self->signals;
    sigdelset(&signals, SIGHUP);
    pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
    return COMMAND_DONE;
}

static int serve_with_node(serving *self)
{
    steme_error error = {0};
    server_options options = {.service = {.store = self->store,
                                          .node = self->node,
                                          .diffs = &self->diffs,
                                          .jobs = &self->jobs,
                                          .metrics = &self->metrics},
                              .loop = &self->loop,
                              .jobs = &self->jobs,
                              .security = self->security,
                              .client_idle_ms = self->client_idle_ms,
                              .address = self->address,
                              .socket_path = self->socket_path};
    memcpy(options.service.id, self->stat.node, sizeof options.service.id);
    int exit_code = COMMAND_USAGE;
    if (server_open(&options, &self->server, &error) == STEME_OK) {
        announce(self);
        exit_code = wait_for_signal(self);
    } else {
        exit_code = command_fail(&error);
    }
    node_stop(self->node);
    diffs_stop(&self->diffs);
    if (self->server != NULL) {
        server_stop(self->server);
    }
    return exit_code;
}

static int serve_with_loop(serving *self)
{
    steme_error error = {0};
    node_options options = {.store = self->store,
                            .cluster = arguments_text(self->merged, "cluster"),
                            .loop = &self->loop,
                            .jobs = &self->jobs,
                            .metrics = &self->metrics,
                            .security = self->security,
                            .idle_tick_ms = (uint32_t)self->idle_tick_ms,
                            .peer_bytes_max = self->peer_bytes_max,
                            .peer_work_ms = (uint32_t)self->peer_work_ms,
                            .peers = self->peers.addresses,
                            .peer_count = self->peers.count,
                            .events = {note_peer, note_report},
                            .context = self};
    memcpy(options.id, self->stat.node, sizeof options.id);
    if (rpc_loop_start(&self->loop, &error) != STEME_OK ||
        node_open(&options, &self->node, &error) != STEME_OK) {
        return command_fail(&error);
    }
    return serve_with_node(self);
}

static int serve(serving *self)
{
    steme_error error = {0};
    if (steme_store_stat(self->store, &self->stat, &error) != STEME_OK ||
        scrub_open(self->store, &self->scrub, &error) != STEME_OK ||
        jobs_open(&self->jobs, self->store, &error) != STEME_OK) {
        return command_fail(&error);
    }
    self->jobs.metrics = &self->metrics;
    rpc_start();
    rpc_loop_init(&self->loop);
    int exit_code = serve_with_loop(self);
    jobs_close(&self->jobs); /* answers what still waits, so before the loop */
    node_close(self->node);
    rpc_loop_deinit(&self->loop);
    server_close(self->server);
    rpc_stop();
    return exit_code;
}

/* Before any thread is started, so that all of them block the signals that main waits for. */
static void block_signals(serving *self)
{
    sigemptyset(&self->signals);
    sigaddset(&self->signals, SIGTERM);
    sigaddset(&self->signals, SIGINT);
    sigaddset(&self->signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &self->signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static int run_as_told(serving *self)
{
    text_buffer path = TEXT_EMPTY;
    int exit_code = COMMAND_USAGE;
    self->security = command_open_security(self->merged, &exit_code);
    if (self->security != NULL && read_options(self) &&
        read_peers(self->merged, self->security, &self->peers)) {
        steme_store_options wanted = {.free_size_min = self->disk_free_min,
                                      .peer_free_size_min = self->peer_free_min};
        self->store = command_open_store_as(self->merged, &wanted, &exit_code);
    }
    if (self->store != NULL) {
        text_append_format(&path, "%s/socket", arguments_text(self->merged, "db"));
        self->socket_path = path.bytes;
        exit_code = serve(self);
    }
    text_deinit(&path);
    scrub_close(self->scrub);
    steme_store_close(self->store);
    rpc_security_close(self->security);
    return exit_code;
}

static int run(const arguments *given)
{
    serving self = {.given = given};
    metrics_init(&self.metrics);
    diffs_init(&self.diffs);
    block_signals(&self);
    if (!settings_read(given, &self.told)) {
        return COMMAND_USAGE;
    }
    self.merged = &self.told->merged;
    int exit_code = run_as_told(&self);
    settings_free(self.told);
    diffs_deinit(&self.diffs);
    metrics_deinit(&self.metrics);
    return exit_code;
}

static const arguments_option options[] = {
    {.name = "db",
     .value = "DIR",
     .kind = ARGUMENTS_FOLDER,
     .environment = "STEME_DB",
     .help = "the store's folder"},
    {.name = "config",
     .value = "FILE",
     .kind = ARGUMENTS_FILE,
     .help = "what options do not say, in YAML; read again on SIGHUP"},
    REMOTE_OPTION_CLUSTER,
    {.name = "listen",
     .value = "HOST:PORT",
     .kind = ARGUMENTS_TEXT,
     .help = "where to listen (default: " DEFAULT_ADDRESS "; port 0 = any free one)"},
    {.name = "peer",
     .value = "HOST:PORT",
     .kind = ARGUMENTS_TEXT,
     .is_repeatable = 1,
     .help = "a node to keep in step with; give one --peer for each"},
    REMOTE_OPTIONS_TLS,
    REMOTE_OPTION_INSECURE,
    {.name = "peer-bytes-max",
     .value = "BYTES",
     .kind = ARGUMENTS_NUMBER,
     .help = "take no more than this from one peer in a minute (default: no limit)"},
    {.name = "peer-work-ms",
     .value = "MS",
     .kind = ARGUMENTS_NUMBER,
     .help = "spend no more of a processor than this on one peer in a minute (default: 30000)"},
    {.name = "disk-free-min",
     .value = "BYTES",
     .kind = ARGUMENTS_NUMBER,
     .help = "take no records where less is free on the disk (default: 1 %, at most 256 MiB; 1 = "
             "off)"},
    {.name = "peer-free-min",
     .value = "BYTES",
     .kind = ARGUMENTS_NUMBER,
     .help = "take none from peers where less is free (default: 5 %, at most 1 GiB; 1 = off)"},
    {.name = "idle-tick-ms",
     .value = "MS",
     .kind = ARGUMENTS_NUMBER,
     .help = "mean pause between sessions with peers (default: 1000)"},
    {.name = "client-idle-ms",
     .value = "MS",
     .kind = ARGUMENTS_NUMBER,
     .help = "give up a client that neither takes nor sends for so long (default: 30000)"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme serve --db claims",
    "steme serve --db claims --listen 127.0.0.1:7602 --peer 127.0.0.1:7601",
    "steme serve --db db --listen 10.0.0.5:7601 --tls-cert a.crt --tls-key a.key --tls-ca ca.crt",
    "steme serve --config /etc/steme/node.yaml",
    NULL,
};

const command command_serve = {
    .name = "serve",
    .operands = "",
    .summary = "serve the store to other nodes and clients",
    .details =
        "Runs until SIGTERM or SIGINT, and is the folder's one writer meanwhile. Says in one line\n"
        "where it listens and who it is. Nodes that name one another by --peer bring each other\n"
        "up to date and stay so. DIR/socket is reached by the folder's owner alone.\n"
        "\n"
        "Beyond this machine it speaks TLS only, with nodes and clients that show a certificate "
        "of\n"
        "the cluster's CA; --insecure does without.\n"
        "\n"
        "The file of --config has the keys db, cluster, listen, peers (a list), tls (with cert, "
        "key\n"
        "and ca), insecure, peer_bytes_max, peer_work_ms, disk_free_min, peer_free_min,\n"
        "idle_tick_ms and client_idle_ms; options go before it, and its paths are relative to\n"
        "its folder. On SIGHUP it is read again: peers come and go, and certificates are\n"
        "exchanged, without a pause; a file with a fault changes nothing.\n",
    .options = options,
    .examples = examples,
    .run = run,
};
