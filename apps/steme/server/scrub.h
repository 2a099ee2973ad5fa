/* scrub.h -- reads all bodies in turn, slowly and for ever, so that damage at rest is found and
 * replication can fetch what is damaged from a peer.
 *
 * Threads:  one of its own.
 * Lifetime: scrub_open … scrub_close, while the store is open. */
#ifndef STEME_SERVER_SCRUB_H
#define STEME_SERVER_SCRUB_H

#include <steme/store.h>

#define SCRUB_IDS_PER_SECOND 2000 /* ten million in 83 minutes, at a hundredth of a core */

typedef struct scrub scrub;

steme_status scrub_open(steme_store *store, scrub **out_scrub, steme_error *error);
/* Accepts NULL. */
void scrub_close(scrub *self);

#endif
