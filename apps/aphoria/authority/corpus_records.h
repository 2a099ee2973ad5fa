/* corpus_records.h -- a corpus as signed records: the same on every machine, bit for bit.
 *
 * They are signed by the corpus's key, whose seed is BLAKE3 of a name and of the corpus's files:
 * anybody can make it, and each edition of the corpus has its own, so that one set may hold several
 * and a judgement go by the one that the program has (judge/authority_view.h). What vouches for the
 * corpus is the program that it comes in; packs of a team are signed by the team. Their stamps are
 * their documents' dates. */
#ifndef APHORIA_CORPUS_RECORDS_H
#define APHORIA_CORPUS_RECORDS_H

#include "aphoria/authority/corpus.h"
#include "aphoria/authority/record_batch.h"
#include "common/database.h"

/* The corpus's key. */
void corpus_key(steme_key *out_key);

/* Adds all its records to a batch by the corpus's key. */
STEME_MUST_CHECK steme_status corpus_collect(const corpus *self, record_batch *to,
                                             steme_error *error);

/* Appends, unless the set holds them: a source for each document, an assertion for each fact, a
 * supersession for each obsolete document, is-a aliases and cardinalities of concepts; at the end a
 * source for the whole. */
STEME_MUST_CHECK steme_status corpus_submit(const corpus *self, database *to, steme_error *error);

/* The subject of a fact: rfc://9325/4.1; from the second of the same kind on with #2. */
const char *corpus_fact_subject(const corpus_fact *self, arena *memory);

#endif
