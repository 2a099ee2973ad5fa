#include "platform/fault.h"
#include "base/memory.h"
#include "platform/fault_point.h"

#include <stdatomic.h>

static _Atomic(platform_fault_hook) fault_hook;

static int alloc_fault(void)
{
    return platform_fault_point(PLATFORM_CALL_ALLOC, "", NULL);
}

void platform_fault_set(platform_fault_hook hook)
{
    fault_hook = hook;
    __atomic_store_n(&base_alloc_fault, hook == NULL ? NULL : alloc_fault, __ATOMIC_RELAXED);
}

int platform_fault_point(platform_call call, const char *path, size_t *size)
{
    platform_fault_hook hook = atomic_load_explicit(&fault_hook, memory_order_relaxed);
    return hook == NULL ? 0 : hook(call, path, size);
}
