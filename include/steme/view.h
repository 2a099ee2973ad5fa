/* view.h -- a view: who counts for what, chosen by the reader and signed by whoever wrote it.
 *
 * A record's source class, a supersession, an epoch, an alias is only what its signer says. A view
 * names the agents whose word is taken, and for what. Without one (NULL wherever a view is asked
 * for: the *open* view) everybody's classes and aliases are taken at their word, and only a
 * record's own signers supersede or stage it. docs/lifecycles.md, section 2, is the
 * normative text.
 *
 * A view is a file: deterministic CBOR `[content, signatures]` like a record's envelope, signed
 * under a context of its own; its hash is BLAKE3 of the content and stands in every receipt. It is
 * drawn in docs/lifecycles.md.
 *
 * Threads:  a view never changes; any number of threads may read it.
 * Lifetime: a view borrows nothing; it outlives what was opened under it. */
#ifndef STEME_VIEW_H
#define STEME_VIEW_H

#include <steme/error.h>
#include <steme/record.h>
#include <steme/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STEME_VIEW_SIZE_MAX  (1024 * 1024) /* bytes of the file */
#define STEME_VIEW_AGENT_MAX 16384         /* agents that it lists, over all its lists */

typedef struct steme_view steme_view;

/* What may be entrusted to an agent beside the records that it signed itself. Bits. */
typedef enum steme_steward {
    STEME_STEWARD_SUPERSESSION = 1, /* any kind but retract, of anybody's records */
    STEME_STEWARD_STAGES = 2,
    STEME_STEWARD_EPOCHS = 4, /* superseding anybody's epochs */
    STEME_STEWARD_ALIASES = 8,
    STEME_STEWARD_PREDICATES = 16, /* what assertions about predicate://<name> say */
} steme_steward;

/* What agents count as that the view does not list. */
typedef enum steme_unlisted {
    STEME_UNLISTED_EACH,    /* everyone an identity */
    STEME_UNLISTED_ONE,     /* all of them together one identity */
    STEME_UNLISTED_IGNORED, /* their claims and votes are no candidates */
} steme_unlisted;

typedef struct steme_view_agent {
    steme_agent agent;
    steme_source_class best_class; /* a claim of a better class counts as of this one */
    uint32_t stewardships;         /* steme_steward bits */
    int is_seed;                   /* its votes move trust */
} steme_view_agent;

/* A view's contents, for building one. */
typedef struct steme_view_rules {
    steme_span name;                /* 1 to 256 bytes of text */
    const steme_view_agent *agents; /* any order, each key once */
    uint32_t agent_count;
    steme_unlisted unlisted;
    steme_source_class unlisted_best_class; /* usually STEME_CLASS_ANECDOTAL */
} steme_view_rules;

/* Encodes and signs a view with 1 to 16 distinct keys. `*out_file` is the caller's (steme_free).
 * Errors: STEME_INVALID and STEME_TOO_LARGE, naming what. */
STEME_API STEME_MUST_CHECK steme_status steme_view_sign(const steme_view_rules *rules,
                                                        const steme_key *keys, uint32_t key_count,
                                                        uint8_t **out_file, size_t *out_size,
                                                        steme_error *error);

/* Reads a file's bytes (not borrowed), checks form and every signature.
 * Errors: STEME_NOT_CANONICAL, STEME_INVALID, STEME_TOO_LARGE, STEME_BAD_SIGNATURE. */
STEME_API STEME_MUST_CHECK steme_status steme_view_open(steme_span file, steme_view **out_view,
                                                        steme_error *error);
STEME_API void steme_view_close(steme_view *view); /* accepts NULL */

STEME_API steme_id steme_view_hash(const steme_view *view);
/* The bytes that it was opened from, borrowed from the view. */
STEME_API steme_span steme_view_file(const steme_view *view);
/* Borrowed from the view; agents ascending by key. */
STEME_API const steme_view_rules *steme_view_get_rules(const steme_view *view);
/* 1 and the signer's key, or 0 where `index` is past the last. */
STEME_API int steme_view_signer(const steme_view *view, uint32_t index, steme_agent *out_agent);
/* The agent's entry, or NULL where it is not listed. */
STEME_API const steme_view_agent *steme_view_find(const steme_view *view, const uint8_t agent[32]);

#ifdef __cplusplus
}
#endif
#endif
