/* fault_point.h -- where platform/ asks whether a call shall fail. */
#ifndef PLATFORM_FAULT_POINT_H
#define PLATFORM_FAULT_POINT_H

#include "platform/fault.h"

/* 0 = go on; else the errno to fail with. `size` may be NULL, and is lowered for a short write. */
int platform_fault_point(platform_call call, const char *path, size_t *size);

#endif
