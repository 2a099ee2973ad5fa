/* fiber.h -- what the files of this folder share. */
#ifndef SIM_FIBER_H
#define SIM_FIBER_H

#include "sim/platform/platform.h"

uint64_t sim_fiber_now_ns(void);
/* Whose thread is running. */
unsigned sim_fiber_process(void);
/* file.c's part of sim_platform_reset. */
void sim_disks_reset(void);

#endif
