/* inline_ignore.h -- comments that take what code claims as it is:
 *
 *     requests.get(url, verify=False)  # aphoria:ignore[tls_cert_verification/requests] a test's
 * own
 *
 * In the brackets stand rules, as reports call them, or files of rules, `,` between them; behind
 * them must stand why. A comment on a line of its own is about what comes next: see comment.h. What
 * a string says is no comment. One that no observation answers to, and one that is not written so,
 * are told of.
 *
 * Threads:  as its parser.
 * Lifetime: what is told is the arena's; a path is borrowed. */
#ifndef APHORIA_INLINE_IGNORE_H
#define APHORIA_INLINE_IGNORE_H

#include "aphoria/scan/observation.h"
#include "aphoria/syntax/parse.h"

typedef struct inline_ignore {
    const char *path;
    uint32_t line; /* of the comment */
    uint32_t first_line;
    uint32_t last_line;
    const char *rule;   /* "" = none is named */
    const char *reason; /* "" = none is given */
    const char *fault;  /* what is wrong with it; NULL = nothing */
    int is_used;
} inline_ignore;

typedef struct inline_ignore_file {
    const char *path;
    language language;
    const char *bytes;
    size_t size;
} inline_ignore_file;

/* Whether it is worth looking: most files have none. */
int inline_ignore_may_be_in(const char *bytes, size_t size);

/* Gives what the file's comments say, in their order, and marks what of `seen` they are about, from
 * the place `first` on. */
const inline_ignore *inline_ignore_run(parser *self, const rule_set *rules,
                                       const inline_ignore_file *file, arena *memory,
                                       observations *seen, size_t first, size_t *out_count);

#endif
