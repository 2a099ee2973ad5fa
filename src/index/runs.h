/* runs.h -- the parts of the disk engine, shared between its files; private to this room.
 *
 * runs.c opens and reads (and holds the design), runs_view.c keeps views and attachments,
 * runs_write.c applies and merges. */
#ifndef INDEX_RUNS_H
#define INDEX_RUNS_H

#include "index/manifest.h"
#include "index/run.h"
#include "platform/thread.h"

typedef struct runs_attachment {
    _Atomic uint32_t reference_count;
    uint64_t number;
    uint32_t checksum;
    steme_span mapping;
} runs_attachment;

typedef struct runs_view {
    index_view base;
    _Atomic uint32_t reference_count;
    uint64_t generation;
    runs_attachment *attachment;
    uint32_t run_count;
    index_run *runs[];
} runs_view;

typedef struct runs_index {
    index_handle base;
    char *directory;
    index_options options;
    run_identity identity;      /* of the writer's runs, but for the number; constant */
    platform_mutex commit_lock; /* guards manifest, next_number, is_broken */
    index_manifest manifest;
    uint64_t next_number;
    bool is_broken;           /* which manifest is on disk is unknown */
    platform_mutex view_lock; /* guards view */
    runs_view *view;
} runs_index;

static inline runs_index *runs_of(index_handle *index)
{
    return (runs_index *)(void *)index;
}

static inline const runs_view *view_of(const index_view *view)
{
    return (const runs_view *)(const void *)view;
}

/* --- attachments: a file with the caller's bytes ---------------------------------------------- */

void index_attachment_name(uint64_t number, char out_name[RUN_NAME_SIZE]);
/* Writes and syncs the file, and enters it into `manifest`. */
STEME_MUST_CHECK steme_status index_attachment_write(const char *directory,
                                                     const index_attachment *attachment,
                                                     uint64_t number, index_manifest *manifest,
                                                     steme_error *error);
STEME_MUST_CHECK steme_status index_attachment_check(const runs_attachment *attachment,
                                                     index_fault_visit visit, void *context);

/* --- views: reference-counted lists of runs --------------------------------------------------- */

/* One reference, no runs, room for that many; NULL where there is no memory. */
runs_view *index_runs_view_new(const runs_index *index, uint32_t run_count_max);
/* Accepts NULL. */
void index_runs_view_release(runs_view *view);
/* The run of that number, borrowed, or NULL; so too where `view` is NULL. */
index_run *index_runs_view_find(const runs_view *view, uint64_t number);
/* Opens what `manifest` names and `old` (may be NULL) does not hold already. */
STEME_MUST_CHECK steme_status index_runs_view_open(runs_index *index,
                                                   const index_manifest *manifest,
                                                   const runs_view *old, runs_view **out_view,
                                                   steme_error *error);
/* The index's present view, with a reference for the caller. */
runs_view *index_runs_view_retain(runs_index *index);
/* Makes `view` (moved) the present one. */
void index_runs_view_replace(runs_index *index, runs_view *view);

/* --- writing: the engine's operations of these names ------------------------------------------ */

STEME_MUST_CHECK steme_status index_runs_apply(index_handle *handle, const index_batch *batch,
                                               uint64_t log_position, uint64_t record_count,
                                               const index_attachment *attachment,
                                               steme_error *error);
STEME_MUST_CHECK steme_status index_runs_maintain(index_handle *handle, bool *out_did_work,
                                                  steme_error *error);

#endif
