/* error.h -- filling in a caller's steme_error. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <steme/error.h>

/* Writes status and message to `error` (may be NULL) and returns `status`, so that a failure is
 * one statement: return base_fail(error, STEME_IO, "%s: write failed", path); */
steme_status base_fail(steme_error *error, steme_status status, const char *format, ...)
    STEME_PRINTF(3, 4);

/* The same for a failed system call: appends ": " and the text of `errno_value`; the status is
 * derived from it (ENOSPC and EDQUOT full, EACCES and EPERM permission, ENOENT not found, ENOMEM
 * no memory, all else I/O). */
steme_status base_fail_errno(steme_error *error, int errno_value, const char *format, ...)
    STEME_PRINTF(3, 4);

/* A static analyser sees one file at a time: here it is told that neither returns STEME_OK. */
#if defined(__clang_analyzer__) && !defined(BASE_ERROR_IMPLEMENTATION)
#define base_fail(error, status, ...) (base_fail(error, status, __VA_ARGS__), (status))
#define base_fail_errno(error, ...)   (base_fail_errno(error, __VA_ARGS__), STEME_IO)
#endif

#endif
