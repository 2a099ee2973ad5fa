/* error.h -- how every function of the library reports failure.
 *
 * A function that can fail returns a steme_status; STEME_OK is 0. Where it also takes a
 * `steme_error *error`, that may be NULL; it is written on failure only, and says what failed,
 * where (file, offset, argument) and, where there is one, what to do about it.
 * Outputs are left untouched on failure.
 *
 * Threads:  a steme_error belongs to its caller; nothing here is shared.
 * Lifetime: caller's storage, no destructor. */
#ifndef STEME_ERROR_H
#define STEME_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define STEME_API        __attribute__((visibility("default")))
#define STEME_MUST_CHECK __attribute__((warn_unused_result))
#define STEME_PRINTF(format_index, first_index)                                                    \
    __attribute__((format(printf, format_index, first_index)))
#else
#define STEME_API
#define STEME_MUST_CHECK
#define STEME_PRINTF(format_index, first_index)
#endif

/* One line per status: name, text, whether the same call may succeed later unchanged. */
#define STEME_STATUS_TABLE(X)                                                                      \
    X(STEME_OK, "ok", 0)                                                                           \
    X(STEME_INVALID, "invalid input", 0)                                                           \
    X(STEME_NOT_CANONICAL, "not canonical CBOR", 0)                                                \
    X(STEME_BAD_SIGNATURE, "bad signature", 0)                                                     \
    X(STEME_TOO_LARGE, "over a limit", 0)                                                          \
    X(STEME_NOT_FOUND, "not found", 0)                                                             \
    X(STEME_EXISTS, "exists already", 0)                                                           \
    X(STEME_ABSENT, "id held, body absent", 0)                                                     \
    X(STEME_CORRUPT, "damaged data", 0)                                                            \
    X(STEME_VERSION, "made by a newer version", 0)                                                 \
    X(STEME_IO, "input/output error", 0)                                                           \
    X(STEME_FULL, "no space left", 1)                                                              \
    X(STEME_BUSY, "in use by another process", 1)                                                  \
    X(STEME_READ_ONLY, "read-only", 0)                                                             \
    X(STEME_PERMISSION, "permission denied", 0)                                                    \
    X(STEME_NO_MEMORY, "out of memory", 1)                                                         \
    X(STEME_UNSUPPORTED, "not supported here", 0)                                                  \
    X(STEME_CANCELLED, "cancelled", 1)

typedef enum steme_status {
#define STEME_STATUS_ENUM(name, text, retryable) name,
    STEME_STATUS_TABLE(STEME_STATUS_ENUM)
#undef STEME_STATUS_ENUM
} steme_status;

typedef struct steme_error {
    steme_status status;
    char message[512]; /* one line of UTF-8, NUL-terminated, cut where it is longer */
} steme_error;

/* The fixed English text of a status, never NULL; "unknown status" outside the table. */
STEME_API const char *steme_status_text(steme_status status);

/* Whether repeating the same call, unchanged, may succeed later (1) or cannot (0). */
STEME_API int steme_status_is_retryable(steme_status status);

/* The release of the library, "MAJOR.MINOR.PATCH". */
STEME_API const char *steme_version(void);

#ifdef __cplusplus
}
#endif
#endif
