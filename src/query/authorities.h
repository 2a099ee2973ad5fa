/* authorities.h -- the fold that leads from a predicate to what authorities say of it.
 *
 * A row of 17 bytes per assertion of the classes regulatory to expert, which are the authorities of
 * the lens rules unless its option says otherwise: predicate key (8), source class (1), position.
 */
#ifndef QUERY_AUTHORITIES_H
#define QUERY_AUTHORITIES_H

#include "store/fold.h"
#include "store/tables.h"

extern const store_fold query_authority_fold;

/* The engine registers the fold fourth. */
#define QUERY_AUTHORITY_TABLE ((uint32_t)STORE_TABLE_COUNT + 3)

enum {
    QUERY_AUTHORITY_CLASS = 8, /* where it is in the row */
    QUERY_AUTHORITY_ROW_SIZE = 17,
};
#define QUERY_AUTHORITY_CLASS_MAX STEME_CLASS_EXPERT

#endif
