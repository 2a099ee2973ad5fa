#include "platform/fault.h"
#include "base/memory.h"
#include "platform/fault_point.h"

static platform_fault_hook fault_hook;

static int alloc_fault(void)
{
    return fault_hook(PLATFORM_CALL_ALLOC, "", NULL);
}

void platform_fault_set(platform_fault_hook hook)
{
    fault_hook = hook;
    base_alloc_fault = hook == NULL ? NULL : alloc_fault;
}

int platform_fault_point(platform_call call, const char *path, size_t *size)
{
    return fault_hook == NULL ? 0 : fault_hook(call, path, size);
}
