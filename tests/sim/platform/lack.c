/* What a process does not get. */
#include "base/memory.h"
#include "sim/platform/fiber.h"

enum { MILLION = 1000000 };

static sim_lack lacks[SIM_PROCESS_COUNT_MAX];
static bool is_in_library;

sim_lack *sim_lack_of(unsigned process)
{
    return &lacks[process];
}

unsigned sim_library_enter(unsigned process)
{
    is_in_library = true;
    return sim_process_enter(process);
}

void sim_library_leave(void)
{
    is_in_library = false;
}

static bool is_hit(uint32_t chance)
{
    return is_in_library && chance > 0 && sim_platform_random(MILLION) < chance;
}

static bool note(sim_lack *lack, bool is_lacking)
{
    lack->count += is_lacking;
    return is_lacking;
}

bool sim_lacks_descriptor(void)
{
    sim_lack *lack = &lacks[sim_fiber_process()];
    return note(lack, is_hit(lack->descriptors));
}

bool sim_lacks_thread(void)
{
    sim_lack *lack = &lacks[sim_fiber_process()];
    return note(lack, is_hit(lack->threads));
}

static int lacks_memory(void)
{
    sim_lack *lack = &lacks[sim_fiber_process()];
    return note(lack, is_hit(lack->memory));
}

void sim_lacks_reset(void)
{
    memset(lacks, 0, sizeof lacks);
    is_in_library = false;
    base_alloc_fault = lacks_memory;
}
