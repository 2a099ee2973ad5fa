/* fiber.h -- what the files of this folder share. */
#ifndef SIM_FIBER_H
#define SIM_FIBER_H

#include "sim/platform/platform.h"

uint64_t sim_fiber_now_ns(void);
/* Whose thread is running. */
unsigned sim_fiber_process(void);
/* What file.c and lack.c have in sim_platform_reset. */
void sim_disks_reset(void);
void sim_lacks_reset(void);
/* Whether this call of the current thread is one that fails. */
bool sim_lacks_descriptor(void);
bool sim_lacks_thread(void);

#endif
