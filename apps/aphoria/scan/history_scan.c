/* history_scan.c -- see history_scan.h. */
#include "aphoria/scan/history_scan.h"

#include <stdlib.h>
#include <string.h>

#include "aphoria/walk/history.h"
#include "common/progress.h"
#include "common/text.h"

/* Keeps what of a batch is a secret; its texts go over, those of the list are copied. */
static void keep_secrets(tree_scan *self, tree_scan *batch)
{
    arena *memory = &self->memories[0];
    for (size_t i = 0; i < batch->seen.count; i++) {
        const observation *each = &batch->seen.items[i];
        if (!each->match->is_secret) {
            continue;
        }
        observation *kept = observations_add(&self->seen);
        *kept = *each;
        kept->value = arena_copy(memory, each->value, strlen(each->value));
        kept->path = arena_copy(memory, each->path, strlen(each->path));
        kept->symbol = arena_copy(memory, each->symbol, strlen(each->symbol));
        kept->text = arena_copy(memory, each->text, strlen(each->text));
        kept->commit = arena_copy(memory, each->commit, strlen(each->commit));
        if (each->ignored != NULL) {
            kept->ignored = arena_copy(memory, each->ignored, strlen(each->ignored));
        }
    }
    tree_report_add(&self->report, &batch->report);
    tree_scan_deinit(batch);
}

/* ---- Each secret once ---------------------------------------------------------------------- */

/* The place of an observation in the order that they were found in, the oldest commit first. */
typedef struct found {
    const observation *seen;
    size_t at;
} found;

static int compare_places(const observation *a, const observation *b)
{
    int order = strcmp(a->path, b->path);
    order = order != 0 ? order : strcmp(a->match->rule->concept, b->match->rule->concept);
    return order != 0 ? order : strcmp(a->symbol, b->symbol);
}

static int compare_found(const void *left, const void *right)
{
    const found *a = left;
    const found *b = right;
    int order = compare_places(a->seen, b->seen);
    if (order == 0 && a->seen->secret_hash != b->seen->secret_hash) {
        order = a->seen->secret_hash < b->seen->secret_hash ? -1 : 1;
    }
    return order != 0 ? order : a->at < b->at ? -1 : 1;
}

static int compare_ordinals(const void *left, const void *right)
{
    const observation *a = left;
    const observation *b = right;
    int order = compare_places(a, b);
    return order != 0 ? order : (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

/* Two commits may each have had another secret at one place: then the place is counted on. */
static void count_on(observations *kept)
{
    if (kept->count > 0) {
        qsort(kept->items, kept->count, sizeof *kept->items, compare_ordinals);
    }
    for (size_t i = 1; i < kept->count; i++) {
        observation *each = &kept->items[i];
        const observation *before = &kept->items[i - 1];
        if (compare_places(before, each) == 0 && each->ordinal <= before->ordinal) {
            each->ordinal = before->ordinal + 1;
        }
    }
}

static void keep_first(tree_scan *self)
{
    size_t count = self->seen.count;
    found *list = text_allocate((count + 1) * sizeof *list);
    observations kept = {0};
    for (size_t i = 0; i < count; i++) {
        list[i] = (found){&self->seen.items[i], i};
    }
    if (count > 0) {
        qsort(list, count, sizeof *list, compare_found);
    }
    for (size_t i = 0; i < count; i++) {
        const found *before = i == 0 ? NULL : &list[i - 1];
        if (before == NULL || compare_places(before->seen, list[i].seen) != 0 ||
            before->seen->secret_hash != list[i].seen->secret_hash) {
            *observations_add(&kept) = *list[i].seen;
        }
    }
    free(list);
    observations_deinit(&self->seen);
    count_on(&kept);
    self->seen = kept;
}

/* ---- The whole ----------------------------------------------------------------------------- */

int history_scan_run(tree_scan *self, const walk_options *options, library *known)
{
    walk_list files;
    progress shown;
    size_t done = 0;
    size_t total = 0;
    *self = (tree_scan){.memory_count = 1};
    self->memories = text_allocate(sizeof *self->memories);
    self->memories[0] = ARENA_EMPTY;
    history *all = library_prepare(known) ? history_open(options) : NULL;
    if (all == NULL) {
        return 0;
    }
    progress_begin(&shown, "history", "files");
    while (history_next(all, &files)) {
        tree_scan batch;
        (void)tree_scan_run(&batch, &files, known, NULL);
        keep_secrets(self, &batch);
        walk_deinit(&files);
        history_progress(all, &done, &total);
        progress_update(&shown, done, total, self->report.file_count);
    }
    walk_deinit(&files);
    progress_end(&shown);
    self->report.skipped[SKIP_UNREADABLE] += history_unreadable_count(all);
    history_close(all);
    keep_first(self);
    return 1;
}
