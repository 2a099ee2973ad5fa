/* scan_cache.h -- what files were seen to claim, kept from one scan to the next.
 *
 * An entry is of one path with one content, under one program, its rules, and one key for secrets.
 * It says what else it depends on: other files that were looked into, with their content; which
 * paths there are; what Java's classes extend; what configuration files say. It holds where all of
 * that is as it was, so that a scan with a cache says what one without it says. No secret is in it:
 * texts are masked by then.
 *
 * The file is read and written whole: a line of JSON for each entry, a hash of all at the end. One
 * that is damaged, or of another version, is no cache. The last of several that write at once wins.
 *
 * Threads:  scan_cache_get runs in many at once; each thread has a scan_cache_writer of its own.
 * Failure:  there is none to report: what cannot be kept is found out again. */
#ifndef APHORIA_SCAN_CACHE_H
#define APHORIA_SCAN_CACHE_H

#include <steme/types.h>

#include "aphoria/scan/file_scan.h"
#include "aphoria/walk/walk.h"
#include "common/text.h"

/* The tree that entries are asked for. */
typedef struct scan_cache_tree {
    const walk_list *files;
    const steme_id *contents; /* of each file: BLAKE3 */
    steme_id program;         /* rules, models, and the key for secrets */
    steme_id paths;           /* all of them */
    steme_id kinds;           /* contents of Java's files */
    steme_id settings;        /* contents of configuration files */
} scan_cache_tree;

typedef struct scan_cache scan_cache;

/* `folder` is made when the cache is saved. `tree` is borrowed. */
scan_cache *scan_cache_open(const char *folder, const scan_cache_tree *tree);
/* Accepts NULL. */
void scan_cache_close(scan_cache *self);

/* Whether the file's entry holds: then its observations and notes are added, their texts being
 * `memory`'s. */
int scan_cache_get(const scan_cache *self, size_t file, const rule_set *rules, arena *memory,
                   observations *out, file_scan_notes *out_notes);

/* New entries of one thread. Zero at first. */
typedef struct scan_cache_writer {
    text_buffer lines;
} scan_cache_writer;

/* Keeps what a file was seen to claim: `out` from `first` on. */
void scan_cache_put(const scan_cache *self, scan_cache_writer *writer, size_t file,
                    const observations *out, size_t first, const file_scan_notes *notes);
/* Writes the cache with what threads found out. */
void scan_cache_save(scan_cache *self, const scan_cache_writer *writers, size_t count);

#endif
