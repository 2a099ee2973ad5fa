/* thread.h -- threads, locks, conditions: a thin cover of POSIX threads. Locks never fail. */
#ifndef PLATFORM_THREAD_H
#define PLATFORM_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <steme/error.h>

typedef pthread_mutex_t platform_mutex;
typedef pthread_cond_t platform_condition; /* waits by the monotonic clock */

typedef struct platform_thread {
    pthread_t handle;
    bool is_running; /* started and not joined */
} platform_thread;

/* All signals are blocked in the new thread: they go to the program's own. */
steme_status platform_thread_start(platform_thread *thread, void *(*run)(void *), void *context,
                                   const char *name, steme_error *error);
/* Accepts a thread that never started. */
void platform_thread_join(platform_thread *thread);

void platform_mutex_init(platform_mutex *mutex);
void platform_mutex_deinit(platform_mutex *mutex);
void platform_mutex_lock(platform_mutex *mutex);
void platform_mutex_unlock(platform_mutex *mutex);

void platform_condition_init(platform_condition *condition);
void platform_condition_deinit(platform_condition *condition);
void platform_condition_wait(platform_condition *condition, platform_mutex *mutex);
/* False where `timeout_ms` went by. */
bool platform_condition_wait_for(platform_condition *condition, platform_mutex *mutex,
                                 uint64_t timeout_ms);
void platform_condition_signal(platform_condition *condition);
void platform_condition_broadcast(platform_condition *condition);

uint32_t platform_core_count(void);
long platform_process_id(void);

#endif
