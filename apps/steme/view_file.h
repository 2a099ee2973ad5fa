/* view_file.h -- a view as people write it, in YAML: see `steme view init`. */
#ifndef STEME_VIEW_FILE_H
#define STEME_VIEW_FILE_H

#include <steme/view.h>

/* The words of steme_steward's bits, lowest first, ended by NULL; of steme_unlisted. */
extern const char *const view_steward_words[];
extern const char *const view_unlisted_words[];

/* A commented file to begin with. */
extern const char view_template[];

/* What a file says; `rules` points into it. */
typedef struct view_draft {
    steme_view_rules rules;
    char *name;
    steme_view_agent *agents;
} view_draft;

/* Reads a file. 1, or 0 after a report of each fault, with its line, or of why it cannot be read.
 * End with view_draft_deinit in any case. */
int view_file_read(const char *path, view_draft *out_draft);
void view_draft_deinit(view_draft *self);

#endif
