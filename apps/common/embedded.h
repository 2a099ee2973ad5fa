/* embedded.h -- files that a program has in itself: made by tools/embed-data at build. */
#ifndef COMMON_EMBEDDED_H
#define COMMON_EMBEDDED_H

#include <stddef.h>

typedef struct embedded_file {
    const char *path;  /* from the folder that was embedded; NULL ends a table */
    const char *bytes; /* a NUL stands behind them */
    size_t size;
} embedded_file;

#endif
