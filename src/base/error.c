#define BASE_ERROR_IMPLEMENTATION
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *text;
    int retryable;
} status_table[] = {
#define STATUS_ROW(name, text, retryable) {text, retryable},
    STEME_STATUS_TABLE(STATUS_ROW)
#undef STATUS_ROW
};

enum { STATUS_COUNT = sizeof status_table / sizeof status_table[0] };

const char *steme_status_text(steme_status status)
{
    return (unsigned)status < STATUS_COUNT ? status_table[status].text : "unknown status";
}

int steme_status_is_retryable(steme_status status)
{
    return (unsigned)status < STATUS_COUNT ? status_table[status].retryable : 0;
}

const char *steme_version(void)
{
    return STEME_VERSION_STRING;
}

steme_status base_fail(steme_error *error, steme_status status, const char *format, ...)
{
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
        error->status = status;
    }
    return status;
}

static steme_status status_of_errno(int errno_value)
{
    switch (errno_value) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return STEME_FULL;
    case EACCES:
    case EPERM:
    case EROFS:
        return STEME_PERMISSION;
    case ENOENT:
    case ENOTDIR:
        return STEME_NOT_FOUND;
    case EEXIST:
        return STEME_EXISTS;
    case ENOMEM:
        return STEME_NO_MEMORY;
    default:
        return STEME_IO;
    }
}

steme_status base_fail_errno(steme_error *error, int errno_value, const char *format, ...)
{
    steme_status status = status_of_errno(errno_value);
    if (error == NULL)
        return status;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length + 3 < sizeof error->message) {
        char reason[128];
        const char *text = strerror_r(errno_value, reason, sizeof reason);
        snprintf(error->message + length, sizeof error->message - (size_t)length, ": %s", text);
    }
    error->status = status;
    return status;
}
