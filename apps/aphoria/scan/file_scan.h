/* file_scan.h -- one file's bytes into observations.
 *
 * Threads:  a scanner is one thread's; rules and models are shared.
 * Failure:  what cannot be read as the language it should be is read as far as it goes, and
 *           `*out_notes` says what was cut. */
#ifndef APHORIA_FILE_SCAN_H
#define APHORIA_FILE_SCAN_H

#include "aphoria/rule/model.h"
#include "aphoria/scan/observation.h"

typedef struct file_scanner file_scanner;

typedef struct file_scan_notes {
    int has_errors; /* syntax that the grammar does not know */
    int is_cut;     /* time, depth or steps ran out */
} file_scan_notes;

/* `setting` answers for keys of configuration files beside the code; NULL = none. */
typedef const value *(*file_scan_setting)(void *context, const char *key);

file_scanner *file_scanner_create(const rule_set *rules, const model_set *models,
                                  file_scan_setting setting, void *setting_context);
/* Accepts NULL. */
void file_scanner_destroy(file_scanner *self);

/* Adds what the file claims to `out`; texts are `memory`'s, `path` is borrowed as long as it.
 * `is_parsed` = 0: only patterns are looked for, as prefilter_wants says. */
void file_scanner_run(file_scanner *self, const char *path, language of, const char *bytes,
                      size_t size, int is_parsed, arena *memory, observations *out,
                      file_scan_notes *out_notes);

#endif
