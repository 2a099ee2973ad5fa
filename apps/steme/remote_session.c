#include "steme/remote.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "common/progress.h"
#include "steme/server/node.h"

enum { CONNECT_TIMEOUT_S = 10, KIB = 1024, SHOW_NS = 100000000, NS_PER_S = 1000000000 };

typedef struct remote_session {
    const arguments *given;
    int is_diff;
    remote_print print;
    node *node;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t is_changed;
    int is_connected;
    int has_failed;
    int is_ending; /* its report is being printed, or is */
    int is_done;
    int exit_code;
    progress progress; /* ended by the report, so that it is not in its way */
} remote_session;

static void peer_changed(void *context, int32_t peer, rpc_channel_state state)
{
    remote_session *self = context;
    (void)peer;
    pthread_mutex_lock(&self->lock);
    self->is_connected |= state == RPC_CHANNEL_READY;
    self->has_failed |= state == RPC_CHANNEL_FAILED;
    pthread_cond_broadcast(&self->is_changed);
    pthread_mutex_unlock(&self->lock);
}

static void reported(void *context, int32_t peer, uint64_t token,
                     const steme_session_report *report)
{
    remote_session *self = context;
    (void)peer;
    (void)token; /* there is one peer, and one session */
    pthread_mutex_lock(&self->lock);
    int is_first = !self->is_ending;
    self->is_ending = 1;
    if (is_first) {
        progress_end(&self->progress);
    }
    pthread_mutex_unlock(&self->lock);
    if (!is_first) {
        return;
    }
    int exit_code = self->print(self->given, report);
    pthread_mutex_lock(&self->lock);
    self->exit_code = exit_code;
    self->is_done = 1;
    pthread_cond_broadcast(&self->is_changed);
    pthread_mutex_unlock(&self->lock);
}

static int wait_connected(remote_session *self)
{
    struct timespec until;
    int failure = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += CONNECT_TIMEOUT_S;
    pthread_mutex_lock(&self->lock);
    while (!self->is_connected && !self->has_failed && failure != ETIMEDOUT) {
        failure = pthread_cond_timedwait(&self->is_changed, &self->lock, &until);
    }
    int is_connected = self->is_connected;
    pthread_mutex_unlock(&self->lock);
    return is_connected;
}

/* Under the lock. Another thread's word that the report comes ends the drawing. */
static void show(remote_session *self, const node_peer_view *view)
{
    if (!self->is_ending) {
        progress_update(&self->progress, 0, 0,
                        (view->stat.bytes_sent + view->stat.bytes_received) / KIB);
    }
}

static void wait_a_moment(remote_session *self)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += SHOW_NS;
    until.tv_sec += until.tv_nsec / NS_PER_S;
    until.tv_nsec %= NS_PER_S;
    pthread_cond_timedwait(&self->is_changed, &self->lock, &until);
}

static void wait_done(remote_session *self)
{
    pthread_mutex_lock(&self->lock);
    while (!self->is_done) {
        wait_a_moment(self);
        pthread_mutex_unlock(&self->lock);
        node_peer_view views[NODE_VIEW_COUNT_MAX];
        size_t count = node_view_peers(self->node, views);
        pthread_mutex_lock(&self->lock);
        if (count > 0) {
            show(self, &views[0]);
        }
    }
    pthread_mutex_unlock(&self->lock);
}

/* With the network and the jobs at work. */
static int run_with_node(remote_session *self, const node_options *options)
{
    steme_error error = {0};
    if (node_open(options, &self->node, &error) != STEME_OK) {
        return command_fail(&error);
    }
    if (wait_connected(self)) {
        progress_begin(&self->progress, self->is_diff ? "comparing" : "syncing", "KiB");
        node_sync(self->node, 0, self->is_diff, 0);
        wait_done(self);
    } else {
        terminal_report("no connection: %s; is a node serving there, and with the same kind of "
                        "TLS?",
                        options->peers[0]);
        self->exit_code = COMMAND_USAGE;
    }
    node_stop(self->node);
    return self->exit_code;
}

static int run_with_store(remote_session *self, steme_store *store, const rpc_security *security)
{
    steme_error error = {0};
    steme_stat stat;
    rpc_loop loop;
    jobs workers;
    int exit_code = COMMAND_USAGE;
    const char *address = self->given->operands[0];
    node_options options = {.store = store,
                            .cluster = arguments_text(self->given, "cluster"),
                            .is_quiet = 1,
                            .loop = &loop,
                            .jobs = &workers,
                            .security = security,
                            .peers = &address,
                            .peer_count = 1,
                            .events = {peer_changed, reported},
                            .context = self};
    if (steme_store_stat(store, &stat, &error) != STEME_OK) {
        return command_fail(&error);
    }
    memcpy(options.id, stat.node, sizeof options.id);
    if (jobs_open(&workers, store, &error) != STEME_OK) {
        return command_fail(&error);
    }
    rpc_loop_init(&loop);
    if (rpc_loop_start(&loop, &error) == STEME_OK) {
        exit_code = run_with_node(self, &options);
    } else {
        exit_code = command_fail(&error);
    }
    jobs_close(&workers);
    node_close(self->node);
    rpc_loop_deinit(&loop);
    return exit_code;
}

int remote_run_session(const arguments *given, int is_diff, remote_print print)
{
    int exit_code = COMMAND_USAGE;
    remote_session self = {.given = given, .is_diff = is_diff, .print = print};
    rpc_security *security = command_open_security(given, &exit_code);
    if (security == NULL) {
        return exit_code;
    }
    steme_store *store = NULL;
    if (command_check_address(given, security, given->operands[0])) {
        store = command_open_store(given, is_diff, &exit_code);
    }
    if (store != NULL) {
        pthread_mutex_init(&self.lock, NULL);
        pthread_cond_init(&self.is_changed, NULL);
        rpc_start();
        exit_code = run_with_store(&self, store, security);
        rpc_stop();
        pthread_cond_destroy(&self.is_changed);
        pthread_mutex_destroy(&self.lock);
    }
    steme_store_close(store);
    rpc_security_close(security);
    return exit_code;
}
