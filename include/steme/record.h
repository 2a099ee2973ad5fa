/* record.h -- records: reading, checking, interpreting, building and signing them.
 *
 * The format is docs/format.md; section numbers below are its own. Two questions are kept apart:
 * *admission* (may these bytes be in a set? steme_record_admit) and *interpretation* (what do
 * they say? steme_record_interpret). An admitted record that cannot be interpreted is kept,
 * served and replicated, and ignored by everything that derives answers.
 *
 * Threads:  no shared state; any function may run in any thread. steme_init first.
 * Lifetime: a steme_record and what is interpreted from it borrow the bytes they were read from.
 * Memory:   nothing here allocates. */
#ifndef STEME_RECORD_H
#define STEME_RECORD_H

#include <steme/error.h>
#include <steme/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STEME_SIGNER_COUNT_MAX 16

/* Once per process, before anything else of this library; calling it again is harmless.
 * Checks the signature rule of section 4 against built-in edge vectors, because releases of the
 * signature library differ there. Errors: STEME_UNSUPPORTED where one fails. */
STEME_API STEME_MUST_CHECK steme_status steme_init(steme_error *error);

/* ---- Reading ------------------------------------------------------------------------------ */

/* A record's envelope, pointing into its bytes. */
typedef struct steme_record {
    steme_span bytes;          /* the whole record */
    steme_span content;        /* what the id is the hash of */
    steme_span body;           /* the encoded map inside the content */
    uint64_t type;             /* a steme_record_type, or one that this library does not know */
    uint32_t signer_count;     /* 1 to STEME_SIGNER_COUNT_MAX */
    const uint8_t *signers;    /* first key's 32 bytes; see steme_record_signer */
    const uint8_t *signatures; /* first signature's 64 bytes; see steme_record_signature */
    steme_stamp stamp;
    steme_id id;
} steme_record;

typedef enum steme_record_type {
    STEME_ASSERTION = 1,
    STEME_VOTE = 2,
    STEME_SUPERSESSION = 3,
    STEME_STAGE = 4,
    STEME_EPOCH = 5,
    STEME_ALIAS = 6,
    STEME_SOURCE = 7,
    STEME_ENDORSEMENT = 8,
    STEME_KEY = 9,
} steme_record_type;

/* Reads the envelope and checks sections 1 to 3, but no signature: for bytes that were admitted
 * before. Errors: STEME_NOT_CANONICAL, STEME_INVALID, STEME_TOO_LARGE, each with what and at
 * which byte. */
STEME_API STEME_MUST_CHECK steme_status steme_record_parse(steme_span bytes,
                                                           steme_record *out_record,
                                                           steme_error *error);

/* Checks every signature of a parsed record (section 4). STEME_BAD_SIGNATURE names the signer. */
STEME_API STEME_MUST_CHECK steme_status steme_record_verify(const steme_record *record,
                                                            steme_error *error);

/* Admission: parse and verify. */
STEME_API STEME_MUST_CHECK steme_status steme_record_admit(steme_span bytes,
                                                           steme_record *out_record,
                                                           steme_error *error);

/* The 32 bytes of signer `index`, and the 64 of its signature; index < signer_count. */
STEME_API const uint8_t *steme_record_signer(const steme_record *record, uint32_t index);
STEME_API const uint8_t *steme_record_signature(const steme_record *record, uint32_t index);

/* ---- Interpreting ------------------------------------------------------------------------- */

typedef enum steme_value_kind {
    STEME_VALUE_TEXT,
    STEME_VALUE_NUMBER, /* integer or real */
    STEME_VALUE_BOOLEAN,
    STEME_VALUE_REFERENCE,
    STEME_VALUE_TIME,
} steme_value_kind;

typedef enum steme_relation {
    STEME_RELATION_EQUAL,
    STEME_RELATION_NOT_EQUAL,
    STEME_RELATION_LESS,
    STEME_RELATION_LESS_OR_EQUAL,
    STEME_RELATION_GREATER,
    STEME_RELATION_GREATER_OR_EQUAL,
    STEME_RELATION_NONE, /* "nothing there": the assertion has no value */
} steme_relation;

typedef struct steme_value {
    steme_value_kind kind;
    int is_real;     /* Number: 1 = `real` holds it, 0 = `integer` */
    steme_span text; /* Text, Reference */
    int64_t integer; /* Number; Time: nanoseconds since 1970 */
    double real;     /* Number; never integral within int64, never NaN or infinite */
    int boolean;     /* Boolean: 0 or 1 */
} steme_value;

typedef enum steme_source_class {
    STEME_CLASS_REGULATORY,
    STEME_CLASS_CLINICAL,
    STEME_CLASS_OBSERVATIONAL,
    STEME_CLASS_EXPERT,
    STEME_CLASS_COMMUNITY,
    STEME_CLASS_ANECDOTAL, /* the default */
} steme_source_class;

/* Ids in one piece of memory, `stride` bytes apart (32 = an array of steme_id). */
typedef struct steme_id_list {
    const uint8_t *first;
    uint32_t count;
    uint32_t stride;
} steme_id_list;

STEME_API steme_id steme_id_list_get(const steme_id_list *list, uint32_t index);

typedef struct steme_text_pair {
    steme_span key;
    steme_span value;
} steme_text_pair;

/* Text to text. Interpretation fills `encoded` and `count`; a builder gives `pairs` and `count`,
 * in any order, keys distinct. */
typedef struct steme_metadata {
    const steme_text_pair *pairs;
    steme_span encoded;
    uint32_t count;
} steme_metadata;

/* Entry `index` < count; walks from the start where the metadata is encoded. */
STEME_API steme_text_pair steme_metadata_get(const steme_metadata *metadata, uint32_t index);

typedef struct steme_assertion {
    steme_span subject;
    steme_span predicate;
    steme_relation relation;
    steme_value value; /* not for STEME_RELATION_NONE */
    steme_span unit;
    steme_span language;
    uint32_t confidence_millionths; /* 0 to 1,000,000 */
    steme_source_class source_class;
    steme_id_list source; /* none or one */
    steme_id_list derived_from;
    steme_id_list epoch; /* none or one */
    int has_valid_from;
    int has_valid_to;
    int64_t valid_from_s; /* since 1970 */
    int64_t valid_to_s;   /* exclusive */
    steme_metadata metadata;
} steme_assertion;

typedef struct steme_vote {
    steme_id target;
    int32_t weight_millionths; /* -1,000,000 to 1,000,000 */
    steme_span reason;
} steme_vote;

typedef enum steme_supersession_kind {
    STEME_SUPERSEDE_INVALIDATE,
    STEME_SUPERSEDE_TEMPORAL,
    STEME_SUPERSEDE_REFINE,
    STEME_SUPERSEDE_RETRACT,
    STEME_SUPERSEDE_MERGE,
} steme_supersession_kind;

typedef struct steme_supersession {
    steme_id_list targets;
    steme_supersession_kind kind;
    steme_id_list replacement; /* none or one */
    steme_span reason;
} steme_supersession;

typedef enum steme_stage_name {
    STEME_STAGE_UNDER_REVIEW,
    STEME_STAGE_APPROVED,
    STEME_STAGE_DEPRECATED,
    STEME_STAGE_REJECTED,
} steme_stage_name;

typedef struct steme_stage {
    steme_id target;
    steme_stage_name to;
    steme_span reason;
} steme_stage;

typedef struct steme_epoch {
    steme_span name;
    steme_id_list supersedes;
    steme_supersession_kind kind; /* only where `supersedes` is not empty */
    steme_span description;
} steme_epoch;

typedef enum steme_alias_relation { STEME_ALIAS_SAME_AS, STEME_ALIAS_IS_A } steme_alias_relation;

typedef struct steme_alias {
    steme_span from;
    steme_span to;
    steme_alias_relation relation;
} steme_alias;

typedef struct steme_source {
    steme_span name;
    steme_span edition;
    steme_id_list document; /* none or one: BLAKE3 of the document's bytes */
    steme_span title;
    int has_date;
    int64_t date_ns; /* since 1970 */
} steme_source;

typedef struct steme_endorsement {
    steme_id target;
    steme_span reason;
} steme_endorsement;

typedef enum steme_key_kind {
    STEME_KEY_ROTATE,
    STEME_KEY_REVOKE,
    STEME_KEY_DELEGATE
} steme_key_kind;

typedef struct steme_key_statement {
    steme_key_kind kind;
    steme_agent key;
    int has_from;
    int has_until;
    int64_t from_ns;
    int64_t until_ns;
    steme_span scope;
} steme_key_statement;

/* What a record says. Absent texts are empty spans, absent ids empty lists. */
typedef struct steme_statement {
    steme_record_type type;
    steme_stamp stamp;
    int64_t claim_time_ns; /* the default filled in */
    union {
        steme_assertion assertion;
        steme_vote vote;
        steme_supersession supersession;
        steme_stage stage;
        steme_epoch epoch;
        steme_alias alias;
        steme_source source;
        steme_endorsement endorsement;
        steme_key_statement key;
    } as;
} steme_statement;

/* Section 5. STEME_INVALID, with the reason, where the record has no meaning here. */
STEME_API STEME_MUST_CHECK steme_status steme_record_interpret(const steme_record *record,
                                                               steme_statement *out_statement,
                                                               steme_error *error);

/* The claim time that a record has when it states none: min(time, 2^63 - 1). */
STEME_API int64_t steme_stamp_claim_time(const steme_stamp *stamp);

/* BLAKE3 of any bytes, plain mode: what a source record says of its document, and of an agent's key
 * the node of an import's stamps (docs/format.md, section 8). */
STEME_API steme_id steme_hash(const void *bytes, size_t size);

/* ---- Building and signing ----------------------------------------------------------------- */

/* An Ed25519 key pair. Wipe it with steme_key_wipe when done. */
typedef struct steme_key {
    uint8_t seed[32];
    steme_agent agent; /* the public key */
} steme_key;

STEME_API void steme_key_generate(steme_key *out_key);
STEME_API void steme_key_from_seed(const uint8_t seed[32], steme_key *out_key);
STEME_API void steme_key_wipe(steme_key *key);

/* Writes a key to a new file of mode 0600: one line, `steme-key-1 <64 hex digits of the seed>`.
 * Errors: STEME_EXISTS (a file is never overwritten), STEME_PERMISSION, STEME_IO, STEME_FULL. */
STEME_API STEME_MUST_CHECK steme_status steme_key_save(const char *path, const steme_key *key,
                                                       steme_error *error);
/* Errors: STEME_NOT_FOUND, STEME_PERMISSION (also: others may read the file), STEME_INVALID. */
STEME_API STEME_MUST_CHECK steme_status steme_key_load(const char *path, steme_key *out_key,
                                                       steme_error *error);

/* Encodes and signs a statement with `key_count` distinct keys (1 to 16, any order) into
 * `buffer` of STEME_RECORD_SIZE_MAX bytes, and gives the parsed record in it. Defaults are left
 * out. What could not be interpreted is not signed.
 * Errors: STEME_INVALID and STEME_TOO_LARGE, naming the field. */
STEME_API STEME_MUST_CHECK steme_status steme_record_sign(const steme_statement *statement,
                                                          const steme_key *keys, uint32_t key_count,
                                                          uint8_t *buffer, steme_record *out_record,
                                                          steme_error *error);

/* Encodes a statement's content for the given signers (strictly ascending) without signing, for
 * keys that live elsewhere and for imports that bring signatures along; join it with them by
 * steme_record_assemble. `buffer` has STEME_RECORD_SIZE_MAX bytes; the span points into it. */
STEME_API STEME_MUST_CHECK steme_status steme_content_encode(const steme_statement *statement,
                                                             const steme_agent *signers,
                                                             uint32_t signer_count, uint8_t *buffer,
                                                             steme_span *out_content,
                                                             steme_error *error);

/* M of section 4: the 32 bytes that each signer signs. */
STEME_API steme_id steme_content_signing_hash(steme_span content);

/* Joins a content and one 64-byte signature per signer, in the signers' order, into a record.
 * Checks nothing: steme_record_admit does. Errors: STEME_TOO_LARGE. */
STEME_API STEME_MUST_CHECK steme_status
steme_record_assemble(steme_span content, const uint8_t *signatures, uint32_t signature_count,
                      uint8_t *buffer, steme_span *out_record, steme_error *error);

#ifdef __cplusplus
}
#endif
#endif
