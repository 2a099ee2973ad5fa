/* mask.h -- secrets out of texts that are shown or kept. */
#ifndef APHORIA_MASK_H
#define APHORIA_MASK_H

#include "common/arena.h"

/* All but the first quarter of the secret, and four bytes at most, becomes stars wherever it stands
 * in the text, at the text's cut end too. Gives the text itself where nothing of it is there. */
const char *mask_secret(arena *memory, const char *text, const char *secret);

/* The same for whatever stands in quotes: of a secret that code puts together from pieces. */
const char *mask_quoted(arena *memory, const char *text);

/* The text, escaped where it is no UTF-8. */
const char *mask_bad_bytes(arena *memory, const char *text);

#endif
