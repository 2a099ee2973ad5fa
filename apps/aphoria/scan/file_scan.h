/* file_scan.h -- one file's bytes into observations.
 *
 * Threads:  a scanner is one thread's; rules and models are shared.
 * Failure:  what cannot be read as the language it should be is read as far as it goes, and
 *           `*out_notes` says what was cut. */
#ifndef APHORIA_FILE_SCAN_H
#define APHORIA_FILE_SCAN_H

#include "aphoria/rule/model.h"
#include "aphoria/scan/inline_ignore.h"
#include "aphoria/scan/observation.h"
#include "aphoria/scan/source_tree.h"

typedef struct file_scanner file_scanner;

enum { FILE_SCAN_OTHERS_MAX = 64 };

typedef struct file_scan_notes {
    int has_errors; /* syntax that the grammar does not know */
    int is_cut;     /* time, depth or steps ran out, or more was seen than anybody reads */
    const inline_ignore *ignores; /* what its comments take as it is; of the same memory */
    size_t ignore_count;
    /* What it depends on beside the file itself, for the cache: */
    uint32_t looked_into[FILE_SCAN_OTHERS_MAX]; /* other files, by their numbers */
    size_t looked_into_count;
    int is_unbounded;  /* or more of them */
    int uses_paths;    /* which files there are */
    int uses_kinds;    /* what Java's classes extend */
    int uses_settings; /* what configuration says */
} file_scan_notes;

/* `setting` answers for keys of configuration files beside the code; NULL = none. */
typedef const value *(*file_scan_setting)(void *context, const char *key);

file_scanner *file_scanner_create(const rule_set *rules, const model_set *models,
                                  file_scan_setting setting, void *setting_context);
/* From now on secrets are marked by this key of 32 bytes, borrowed; NULL = they are not. */
void file_scanner_set_secret_key(file_scanner *self, const uint8_t *key);
/* Accepts NULL. */
void file_scanner_destroy(file_scanner *self);

/* From now on other files of this tree are looked into; NULL = none. Borrowed. */
void file_scanner_set_tree(file_scanner *self, source_tree *tree);

/* Adds what the file claims to `out`; texts are `memory`'s, `path` is borrowed as long as it.
 * `is_parsed` = 0: only patterns are looked for, as prefilter_wants says. */
void file_scanner_run(file_scanner *self, const char *path, language of, const char *bytes,
                      size_t size, int is_parsed, arena *memory, observations *out,
                      file_scan_notes *out_notes);

#endif
