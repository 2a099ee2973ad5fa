#include "steme/server/scrub.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/fail.h"
#include "common/terminal.h"
#include "common/text.h"

struct scrub {
    steme_store *store;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t is_changed;
    int is_closing;
};

/* 0 when closing. */
static int wait_second(scrub *self)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 1;
    pthread_mutex_lock(&self->lock);
    while (!self->is_closing &&
           pthread_cond_timedwait(&self->is_changed, &self->lock, &until) == 0) {
    }
    int is_closing = self->is_closing;
    pthread_mutex_unlock(&self->lock);
    return !is_closing;
}

/* A failure is told once, and not again before it has gone. */
static void *run_thread(void *argument)
{
    scrub *self = argument;
    int is_failing = 0;
    while (wait_second(self)) {
        steme_error error = {0};
        uint64_t found_count = 0;
        steme_status status =
            steme_store_scrub(self->store, SCRUB_IDS_PER_SECOND, &found_count, &error);
        if (status != STEME_OK && !is_failing) {
            terminal_report("cannot look for damage: %s", error.message);
        }
        is_failing = status != STEME_OK;
        if (found_count > 0) {
            terminal_note("damaged records in the log: %llu more; peers are asked for them",
                          (unsigned long long)found_count);
        }
    }
    return NULL;
}

steme_status scrub_open(steme_store *store, scrub **out_scrub, steme_error *error)
{
    scrub *self = text_allocate(sizeof *self);
    pthread_condattr_t attributes;
    *self = (scrub){.store = store};
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->is_changed, &attributes);
    pthread_condattr_destroy(&attributes);
    int failure = pthread_create(&self->thread, NULL, run_thread, self);
    if (failure != 0) {
        pthread_cond_destroy(&self->is_changed);
        pthread_mutex_destroy(&self->lock);
        free(self);
        return app_fail(error, STEME_NO_MEMORY, "no thread to look for damage with: %s",
                        strerror(failure));
    }
    *out_scrub = self;
    return STEME_OK;
}

void scrub_close(scrub *self)
{
    if (self == NULL) {
        return;
    }
    pthread_mutex_lock(&self->lock);
    self->is_closing = 1;
    pthread_cond_broadcast(&self->is_changed);
    pthread_mutex_unlock(&self->lock);
    pthread_join(self->thread, NULL);
    pthread_cond_destroy(&self->is_changed);
    pthread_mutex_destroy(&self->lock);
    free(self);
}
