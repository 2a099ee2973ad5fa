#include "platform/thread.h"
#include "base/error.h"

#include <assert.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

steme_status platform_thread_start(platform_thread *thread, void *(*run)(void *), void *context,
                                   const char *name, steme_error *error)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(&thread->handle, NULL, run, context);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure != 0)
        return base_fail_errno(error, failure, "cannot start thread %s", name);
    pthread_setname_np(thread->handle, name);
    thread->is_running = true;
    return STEME_OK;
}

void platform_thread_join(platform_thread *thread)
{
    if (!thread->is_running)
        return;
    pthread_join(thread->handle, NULL);
    thread->is_running = false;
}

static void must(int result)
{
    assert(result == 0);
    (void)result;
}

void platform_mutex_init(platform_mutex *mutex)
{
    must(pthread_mutex_init(mutex, NULL));
}

void platform_mutex_deinit(platform_mutex *mutex)
{
    must(pthread_mutex_destroy(mutex));
}

void platform_mutex_lock(platform_mutex *mutex)
{
    must(pthread_mutex_lock(mutex));
}

void platform_mutex_unlock(platform_mutex *mutex)
{
    must(pthread_mutex_unlock(mutex));
}

void platform_condition_init(platform_condition *condition)
{
    pthread_condattr_t attributes;
    must(pthread_condattr_init(&attributes));
    must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
    must(pthread_cond_init(condition, &attributes));
    must(pthread_condattr_destroy(&attributes));
}

void platform_condition_deinit(platform_condition *condition)
{
    must(pthread_cond_destroy(condition));
}

void platform_condition_wait(platform_condition *condition, platform_mutex *mutex)
{
    must(pthread_cond_wait(condition, mutex));
}

bool platform_condition_wait_for(platform_condition *condition, platform_mutex *mutex,
                                 uint64_t timeout_ms)
{
    struct timespec deadline;
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += (time_t)(timeout_ms / 1000);
    deadline.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (deadline.tv_nsec >= 1000000000) {
        deadline.tv_nsec -= 1000000000;
        deadline.tv_sec++;
    }
    return pthread_cond_timedwait(condition, mutex, &deadline) == 0;
}

void platform_condition_signal(platform_condition *condition)
{
    must(pthread_cond_signal(condition));
}

void platform_condition_broadcast(platform_condition *condition)
{
    must(pthread_cond_broadcast(condition));
}

uint32_t platform_core_count(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : (uint32_t)count;
}

long platform_process_id(void)
{
    return (long)getpid();
}
