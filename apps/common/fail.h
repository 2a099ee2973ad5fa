/* fail.h -- how the programs fill a steme_error, as the library does. */
#ifndef COMMON_FAIL_H
#define COMMON_FAIL_H

#include <steme/error.h>

/* Writes `status` and the formatted line into `error`, which may be NULL; returns `status`. Control
 * bytes become question marks, so that a message may quote any input. */
steme_status app_fail(steme_error *error, steme_status status, const char *format, ...)
    STEME_PRINTF(3, 4);

#endif
