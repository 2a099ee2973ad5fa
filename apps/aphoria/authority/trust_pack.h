/* trust_pack.h -- signed records in a file that somebody vouches for: facts and policies of a team
 * for others to import.
 *
 * A text of lines as `steme export` writes them. The first is a source record, pack://NAME, whose
 * `document` is BLAKE3 of all bytes behind that line; whoever signed it signed the pack. `steme
 * import` takes the same file.
 *
 * Limits: 64 MiB, 65,536 records, 1,024 signers.
 * Failure: reported on stderr with file and line. */
#ifndef APHORIA_TRUST_PACK_H
#define APHORIA_TRUST_PACK_H

#include "aphoria/authority/team_records.h"
#include "common/text.h"

#define TRUST_PACK_SIZE_MAX   (64U << 20)
#define TRUST_PACK_RECORD_MAX 65536
#define TRUST_PACK_SIGNER_MAX 1024

typedef struct trust_pack {
    arena memory;
    const char *name;  /* without pack:// */
    steme_record head; /* with what follows, in the arena */
    steme_append *items;
    size_t count; /* without the head */
} trust_pack;

/* Checks form, every signature, and that it is what was signed. `path` is for reports. 0 after
 * reports. Give it back by trust_pack_deinit, also then. */
int trust_pack_parse(trust_pack *self, const char *path, steme_span text);
int trust_pack_read(trust_pack *self, const char *path);
void trust_pack_deinit(trust_pack *self);

/* Whether the key is one of those that signed the pack. */
int trust_pack_is_signed_by(const trust_pack *self, const steme_agent *agent);

/* Adds all its records: its signers vouch for those who signed them. */
void trust_pack_add_to(const trust_pack *self, team_records *to);

/* A pack of these records: the same records and key give the same bytes. */
STEME_MUST_CHECK steme_status trust_pack_write(const char *name, const steme_append *items,
                                               size_t count, const steme_key *key,
                                               text_buffer *out_text, steme_error *error);

#endif
