/* Threads as fibers. Whoever can go on is in `ready`; who waits is in the list of what it waits
 * for. The first fiber is the caller's own. */
#include "platform/thread.h"
#include "base/error.h"
#include "sim/platform/fiber.h"
#include "support/test.h"

#include <errno.h>
#include <sys/mman.h>
#include <ucontext.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/common_interface_defs.h>
#define HAS_ASAN 1
#endif
#endif
#ifndef HAS_ASAN
#define HAS_ASAN 0
#endif

enum { FIBER_COUNT_MAX = 2048, STACK_SIZE = 1 << 20, YIELD_PERIOD = 32 };

typedef struct fiber {
    ucontext_t context;
    uint8_t *stack;
    size_t stack_size;
    void *sanitizer_stack; /* AddressSanitizer's */
    void *(*run)(void *context);
    void *argument;
    unsigned process;
    bool is_done;
    bool is_timed_out;
    uint64_t deadline_ns;  /* 0 = none */
    struct fiber **list;   /* that it waits in; NULL = it does not wait */
    struct fiber *next;    /* in that list */
    struct fiber *joiners; /* who waits for its end */
} fiber;

/* What a platform_mutex and a platform_condition are here. */
typedef struct __attribute__((may_alias)) mutex {
    fiber *owner;
    fiber *waiters;
} mutex;

typedef struct __attribute__((may_alias)) condition {
    fiber *waiters;
} condition;

typedef struct __attribute__((may_alias)) handle {
    fiber *fiber;
} handle;

_Static_assert(sizeof(mutex) <= sizeof(platform_mutex), "a mutex fits");
_Static_assert(sizeof(condition) <= sizeof(platform_condition), "a condition fits");
_Static_assert(sizeof(handle) <= sizeof(pthread_t), "a handle fits");

static fiber caller = {0};
static fiber *current = &caller;
static fiber *previous; /* who ran before */
static fiber *ready[FIBER_COUNT_MAX];
static size_t ready_count;
static fiber *sleepers[FIBER_COUNT_MAX]; /* who waits with a deadline */
static size_t sleeper_count;
static fiber *spare[FIBER_COUNT_MAX];
static size_t spare_count;
static bool is_idle; /* the caller goes on when nobody else can */
static uint64_t now_ns;
static uint64_t random_state = 1;
static size_t live_count; /* fibers but the caller */

uint64_t sim_platform_random(uint64_t bound)
{
    return (test_random(&random_state) >> 8) % bound;
}

uint64_t sim_fiber_now_ns(void)
{
    return now_ns;
}

unsigned sim_fiber_process(void)
{
    return current->process;
}

unsigned sim_process_enter(unsigned process)
{
    unsigned before = current->process;
    current->process = process;
    return before;
}

void sim_platform_reset(uint64_t seed)
{
    if (live_count > 0)
        abort();
    random_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    now_ns = 0;
    caller.process = 0;
    sim_platform_set_wall(NULL, NULL);
    sim_disks_reset();
    sim_lacks_reset();
}

/* ---- Switching ---------------------------------------------------------------------------- */

#if HAS_ASAN
static void switch_begin(fiber *to)
{
    void **kept = current->is_done ? NULL : &current->sanitizer_stack;
    __sanitizer_start_switch_fiber(kept, to->stack, to->stack_size);
}

/* Also learns where the caller's own stack is. */
static void switch_end(void)
{
    const void *bottom;
    size_t size;
    __sanitizer_finish_switch_fiber(current->sanitizer_stack, &bottom, &size);
    if (previous == &caller) {
        caller.stack = (uint8_t *)(uintptr_t)bottom;
        caller.stack_size = size;
    }
}
#else
static void switch_begin(fiber *to)
{
    (void)to;
}

static void switch_end(void)
{
}
#endif

static void switch_to(fiber *to)
{
    fiber *from = current;
    if (to == from)
        return;
    switch_begin(to);
    previous = from;
    current = to;
    swapcontext(&from->context, &to->context);
    switch_end();
}

static void make_ready(fiber *it)
{
    ready[ready_count++] = it;
}

/* Takes a fiber that waits out of its list, to go on. */
static void wake(fiber *it)
{
    fiber **link = it->list;
    while (*link != it)
        link = &(*link)->next;
    *link = it->next;
    it->list = NULL;
    for (size_t i = 0; it->deadline_ns > 0 && i < sleeper_count; i++)
        if (sleepers[i] == it)
            sleepers[i] = sleepers[--sleeper_count];
    it->deadline_ns = 0;
    make_ready(it);
}

/* Wakes who has waited long enough, or, where `is_forced`, the one whose deadline is next. */
static void wake_sleepers(bool is_forced)
{
    fiber *next = NULL;
    for (size_t i = sleeper_count; i-- > 0;) {
        fiber *it = sleepers[i];
        if (it->deadline_ns <= now_ns) {
            it->is_timed_out = true;
            wake(it);
        } else if (next == NULL || it->deadline_ns < next->deadline_ns) {
            next = it;
        }
    }
    if (!is_forced || ready_count > 0)
        return;
    if (next == NULL)
        abort(); /* a deadlock */
    now_ns = next->deadline_ns;
    next->is_timed_out = true;
    wake(next);
}

/* Somebody else goes on; the current one is in a list, or ready, or done. */
static void schedule(void)
{
    if (ready_count == 0 && is_idle) {
        is_idle = false;
        switch_to(&caller);
        return;
    }
    if (ready_count == 0)
        wake_sleepers(true);
    size_t chosen = sim_platform_random(ready_count);
    fiber *to = ready[chosen];
    ready[chosen] = ready[--ready_count];
    switch_to(to);
}

static void wait_in(fiber **list)
{
    current->list = list;
    current->next = *list;
    *list = current;
    schedule();
}

static void wake_all(fiber **list)
{
    while (*list != NULL)
        wake(*list);
}

void sim_platform_run(uint64_t until_ns)
{
    if (until_ns > now_ns)
        now_ns = until_ns;
    wake_sleepers(false);
    if (ready_count == 0)
        return;
    is_idle = true;
    schedule();
}

/* ---- Threads ------------------------------------------------------------------------------ */

static void fiber_main(void)
{
    switch_end();
    current->run(current->argument);
    current->is_done = true;
    wake_all(&current->joiners);
    schedule();
    abort();
}

static fiber *fiber_new(void)
{
    if (live_count + 1 == FIBER_COUNT_MAX)
        abort();
    live_count++;
    if (spare_count > 0) {
        fiber *it = spare[--spare_count];
        uint8_t *stack = it->stack;
        *it = (fiber){.stack = stack, .stack_size = STACK_SIZE};
        return it;
    }
    fiber *it = calloc(1, sizeof *it);
    void *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (it == NULL || stack == MAP_FAILED)
        abort();
    it->stack = stack;
    it->stack_size = STACK_SIZE;
    return it;
}

/* A function of its own: getcontext is one that may return twice. */
static void context_take(ucontext_t *out_context)
{
    getcontext(out_context);
}

steme_status platform_thread_start(platform_thread *thread, void *(*run)(void *), void *context,
                                   const char *name, steme_error *error)
{
    if (sim_lacks_thread())
        return base_fail_errno(error, EAGAIN, "cannot start thread %s", name);
    fiber *it = fiber_new();
    it->run = run;
    it->argument = context;
    it->process = current->process;
    context_take(&it->context);
    it->context.uc_stack.ss_sp = it->stack;
    it->context.uc_stack.ss_size = STACK_SIZE;
    makecontext(&it->context, fiber_main, 0);
    make_ready(it);
    ((handle *)&thread->handle)->fiber = it;
    thread->is_running = true;
    return STEME_OK;
}

void platform_thread_join(platform_thread *thread)
{
    if (!thread->is_running)
        return;
    fiber *it = ((handle *)&thread->handle)->fiber;
    while (!it->is_done)
        wait_in(&it->joiners);
    thread->is_running = false;
    live_count--;
    spare[spare_count++] = it;
}

/* ---- Locks and conditions ----------------------------------------------------------------- */

void platform_mutex_init(platform_mutex *it)
{
    *(mutex *)it = (mutex){0};
}

void platform_mutex_deinit(platform_mutex *it)
{
    if (((mutex *)it)->owner != NULL)
        abort();
}

void platform_mutex_lock(platform_mutex *it)
{
    mutex *lock = (mutex *)it;
    if (sim_platform_random(YIELD_PERIOD) == 0 && ready_count > 0) {
        make_ready(current);
        schedule();
    }
    while (lock->owner != NULL)
        wait_in(&lock->waiters);
    lock->owner = current;
}

void platform_mutex_unlock(platform_mutex *it)
{
    mutex *lock = (mutex *)it;
    if (lock->owner != current)
        abort();
    lock->owner = NULL;
    wake_all(&lock->waiters);
}

void platform_condition_init(platform_condition *it)
{
    *(condition *)it = (condition){0};
}

void platform_condition_deinit(platform_condition *it)
{
    if (((condition *)it)->waiters != NULL)
        abort();
}

void platform_condition_wait(platform_condition *it, platform_mutex *lock)
{
    platform_mutex_unlock(lock);
    wait_in(&((condition *)it)->waiters);
    platform_mutex_lock(lock);
}

bool platform_condition_wait_for(platform_condition *it, platform_mutex *lock, uint64_t timeout_ms)
{
    current->deadline_ns = now_ns + timeout_ms * 1000000 + 1;
    current->is_timed_out = false;
    sleepers[sleeper_count++] = current;
    platform_mutex_unlock(lock);
    wait_in(&((condition *)it)->waiters);
    bool is_timed_out = current->is_timed_out;
    platform_mutex_lock(lock);
    return !is_timed_out;
}

void platform_condition_signal(platform_condition *it)
{
    if (((condition *)it)->waiters != NULL)
        wake(((condition *)it)->waiters);
}

void platform_condition_broadcast(platform_condition *it)
{
    wake_all(&((condition *)it)->waiters);
}

uint32_t platform_core_count(void)
{
    return 2;
}

long platform_process_id(void)
{
    return 1000 + (long)current->process;
}
