/* identity.h -- who a store is: the files STEME (never rewritten), node and lock in its folder.
 *
 *   STEME  steme-store 1 / id <hex>
 *   node   steme-node 1 / node <hex> / ceiling <ns> / home <device> <inode>
 *   lock   <process id> of the writer, under an open-file-description lock
 *
 * `home` names the file STEME by device and inode: a store that was copied finds another there, and
 * takes a new node id, so that two stores never issue stamps under one. */
#ifndef STORE_IDENTITY_H
#define STORE_IDENTITY_H

#include "platform/file.h"

#include <steme/clock.h>

/* Errors: STEME_NOT_FOUND, STEME_VERSION, STEME_CORRUPT. */
steme_status store_identity_read(const char *directory, uint8_t out_store_id[16],
                                 steme_error *error);

/* Takes the writer's lock. STEME_BUSY names the process that has it. */
steme_status store_lock_take(const char *directory, platform_file *out_lock, steme_error *error);

/* The node's id and clock as the folder has them; a new node where there is none, where the store
 * was copied, or where the clock was far ahead (*out_notice then says so; static text). */
steme_status store_node_open(const char *directory, uint64_t wall_ns, steme_clock *out_clock,
                             const char **out_notice, steme_error *error);
/* The node's id without a clock, for readers; zeros where there is none yet. */
void store_node_peek(const char *directory, uint8_t out_node[STEME_NODE_SIZE]);
/* Makes a ceiling durable. */
steme_status store_node_save(const char *directory, const steme_clock *clock, uint64_t ceiling_ns,
                             steme_error *error);

#endif
