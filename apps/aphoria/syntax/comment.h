/* comment.h -- a comment, and the lines that it is about: its own where code stands before it,
 * else those of the statement, argument or setting that comes next.
 *
 * Of what has a body, a function, a class, an if, that is its head alone. */
#ifndef APHORIA_COMMENT_H
#define APHORIA_COMMENT_H

#include <stdint.h>

typedef struct comment {
    uint32_t begin; /* bytes of the file, its marks included */
    uint32_t end;
    uint32_t line;       /* that it begins on, from 1 */
    uint32_t first_line; /* of what it is about; 0 = nothing comes next */
    uint32_t last_line;
} comment;

typedef void (*comment_visit)(void *context, const comment *each);

#endif
