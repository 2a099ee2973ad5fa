/* observation_record.h -- an observation as an assertion of StemeDB, and an assertion as an
 * observation.
 *
 * Subject code://PROJECT/PATH#SYMBOL/ORDINAL, predicate the concept. Metadata: code, fingerprint,
 * from (the line where what is tainted came in), range, rule, symbol. */
#ifndef APHORIA_OBSERVATION_RECORD_H
#define APHORIA_OBSERVATION_RECORD_H

#include <steme/record.h>

#include "aphoria/authority/corpus.h"
#include "aphoria/scan/observation.h"
#include "common/text.h"

/* Appends code://PROJECT, the subject that all of a project begin with; '/' in a name is %2F. */
void observation_append_root(text_buffer *to, const char *project);

/* `folder` leads from the project's top to what paths are from: "" or "src/". */
const char *observation_subject(const observation *seen, const char *project, const char *folder,
                                arena *memory);

/* What an assertion borrows beside the observation. */
typedef struct observation_parts {
    steme_text_pair pairs[6];
    char range[96];
    char from[16];
} observation_parts;

/* Fills in an assertion without source and stamp; it borrows everything. */
void observation_to_assertion(const observation *seen, const char *subject, const char *fingerprint,
                              const corpus *said, observation_parts *parts,
                              steme_assertion *out_assertion);

/* Whether both say the same, and the same code of the same rule says it: places may differ. */
int observation_is_same(const steme_assertion *left, const steme_assertion *right);

/* The path of the file that an assertion speaks of, from the project's top; NULL where it is none
 * of that project. */
const char *observation_path(const steme_assertion *from, const char *project, arena *memory);

/* Texts are copied to `memory`. A rule that is not known is one with its id alone. 0 where it is no
 * observation of that project. */
int observation_from_assertion(const steme_assertion *from, const char *project,
                               const rule_set *rules, const corpus *said, arena *memory,
                               observation *out_seen, const char **out_fingerprint);

#endif
