#include "common/truth_models.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/fail.h"

enum { NAME_SIZE_MAX = 128 };

static steme_status fail_path(const char *what, const char *path, steme_error *error)
{
    return app_fail(error, STEME_IO, "%s: %s: %s", what, path, strerror(errno));
}

/* ---- Files -------------------------------------------------------------------------------- */

static int write_all(int file, steme_span bytes)
{
    size_t done = 0;
    while (done < bytes.size) {
        ssize_t count = write(file, bytes.bytes + done, bytes.size - done);
        if (count < 0 && errno != EINTR) {
            return 0;
        }
        done += count < 0 ? 0 : (size_t)count;
    }
    return fsync(file) == 0;
}

/* So that the name lasts too. */
static int sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    text_buffer folder = TEXT_EMPTY;
    text_append_bytes(&folder, slash == NULL ? "." : path,
                      slash == NULL ? 1 : (size_t)(slash - path) + 1);
    int handle = open(text_get(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int is_synced = handle >= 0 && fsync(handle) == 0;
    if (handle >= 0) {
        close(handle);
    }
    text_deinit(&folder);
    return is_synced;
}

steme_status truth_model_save(const steme_truth_model *model, const char *path, steme_error *error)
{
    text_buffer draft = TEXT_EMPTY;
    steme_status status = STEME_OK;
    text_append_format(&draft, "%s.%ld.tmp", path, (long)getpid());
    int file = open(text_get(&draft), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    int is_written = file >= 0 && write_all(file, steme_truth_model_bytes(model));
    if (file >= 0) {
        is_written = close(file) == 0 && is_written;
    }
    if (!is_written || rename(text_get(&draft), path) != 0 || !sync_folder_of(path)) {
        status = fail_path("cannot write the model", path, error);
        unlink(text_get(&draft));
    }
    text_deinit(&draft);
    return status;
}

static steme_status read_open(int file, const char *path, uint8_t **out_bytes, size_t *out_size,
                              steme_error *error)
{
    struct stat about;
    if (fstat(file, &about) != 0) {
        return fail_path("cannot read the model", path, error);
    }
    if ((uint64_t)about.st_size > TRUTH_MODEL_SIZE_MAX) {
        return app_fail(error, STEME_TOO_LARGE, "no model: %s: it is too long", path);
    }
    size_t size = 0;
    uint8_t *bytes = text_allocate((size_t)about.st_size + 1);
    while (size < (size_t)about.st_size) {
        ssize_t count = read(file, bytes + size, (size_t)about.st_size - size);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            free(bytes);
            return fail_path("cannot read the model", path, error);
        }
        size += (size_t)count;
    }
    *out_bytes = bytes;
    *out_size = size;
    return STEME_OK;
}

steme_status truth_model_read(const char *path, steme_truth_model **out_model, steme_error *error)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    steme_error fault = {0};
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return fail_path("cannot read the model", path, error);
    }
    steme_status status = read_open(file, path, &bytes, &size, error);
    close(file);
    if (status != STEME_OK) {
        return status;
    }
    status = steme_truth_model_load((steme_span){bytes, size}, out_model, &fault);
    free(bytes);
    return status == STEME_OK ? status
                              : app_fail(error, status, "no model: %s: %s", path, fault.message);
}

/* ---- The folder --------------------------------------------------------------------------- */

typedef struct kept_model {
    char name[NAME_SIZE_MAX];
    int64_t as_of_ns;
    struct timespec made;
} kept_model;

typedef struct kept_list {
    kept_model *models;
    size_t count;
} kept_list;

/* Newest first: by as_of, then by when they were made. */
static int compare_kept(const void *left_item, const void *right_item)
{
    const kept_model *left = left_item;
    const kept_model *right = right_item;
    if (left->as_of_ns != right->as_of_ns) {
        return left->as_of_ns > right->as_of_ns ? -1 : 1;
    }
    if (left->made.tv_sec != right->made.tv_sec) {
        return left->made.tv_sec > right->made.tv_sec ? -1 : 1;
    }
    if (left->made.tv_nsec != right->made.tv_nsec) {
        return left->made.tv_nsec > right->made.tv_nsec ? -1 : 1;
    }
    return strcmp(left->name, right->name);
}

/* AS_OF-HASH.model */
static int read_name(const char *name, int64_t *out_as_of_ns)
{
    char *end = NULL;
    size_t size = strlen(name);
    errno = 0;
    long long as_of_ns = strtoll(name, &end, 10);
    *out_as_of_ns = as_of_ns;
    return errno == 0 && end != name && end[0] == '-' && size < NAME_SIZE_MAX &&
           strspn(end + 1, "0123456789abcdef") == 64 && strcmp(end + 65, ".model") == 0;
}

static void list_models(const char *folder, int64_t as_of_ns, kept_list *list)
{
    DIR *entries = opendir(folder);
    const struct dirent *entry = NULL;
    size_t capacity = 0;
    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        kept_model kept = {.name = ""};
        struct stat about;
        if (!read_name(entry->d_name, &kept.as_of_ns) || kept.as_of_ns > as_of_ns ||
            fstatat(dirfd(entries), entry->d_name, &about, 0) != 0 || !S_ISREG(about.st_mode)) {
            continue;
        }
        memcpy(kept.name, entry->d_name, strlen(entry->d_name) + 1);
        kept.made = about.st_mtim;
        if (list->count == capacity) {
            capacity = capacity == 0 ? 16 : capacity * 2;
            list->models = text_reallocate(list->models, capacity * sizeof *list->models);
        }
        list->models[list->count++] = kept;
    }
    if (entries != NULL) {
        closedir(entries);
    }
    if (list->count > 1) {
        qsort(list->models, list->count, sizeof *list->models, compare_kept);
    }
}

static int is_full(const char *folder)
{
    kept_list list = {NULL, 0};
    list_models(folder, INT64_MAX, &list);
    free(list.models);
    return list.count >= TRUTH_MODEL_COUNT_MAX;
}

steme_status truth_models_keep(const char *directory, const steme_truth_model *model,
                               text_buffer *out_path, steme_error *error)
{
    steme_id id = steme_truth_model_id(model);
    text_append_format(out_path, "%s/truth", directory);
    if (mkdir(text_get(out_path), 0755) != 0 && errno != EEXIST) {
        return fail_path("cannot make a folder", text_get(out_path), error);
    }
    if (!sync_folder_of(text_get(out_path))) {
        return fail_path("cannot make a folder", text_get(out_path), error);
    }
    if (is_full(text_get(out_path))) {
        return app_fail(error, STEME_TOO_LARGE, "%s holds %d models; remove old ones",
                        text_get(out_path), TRUTH_MODEL_COUNT_MAX);
    }
    text_append_format(out_path, "/%lld-", (long long)steme_truth_model_as_of_ns(model));
    text_append_hex(out_path, id.bytes, sizeof id.bytes);
    text_append(out_path, ".model");
    return truth_model_save(model, text_get(out_path), error);
}

/* A model is what its name says, or damaged. */
static steme_status read_kept(const char *folder, const kept_model *kept,
                              steme_truth_model **out_model, steme_error *error)
{
    text_buffer path = TEXT_EMPTY;
    text_buffer digits = TEXT_EMPTY;
    text_append_format(&path, "%s/%s", folder, kept->name);
    steme_status status = truth_model_read(text_get(&path), out_model, error);
    if (status == STEME_OK) {
        steme_id id = steme_truth_model_id(*out_model);
        text_append_hex(&digits, id.bytes, sizeof id.bytes);
        if (strstr(kept->name, text_get(&digits)) == NULL ||
            steme_truth_model_as_of_ns(*out_model) != kept->as_of_ns) {
            steme_truth_model_free(*out_model);
            *out_model = NULL;
            status = app_fail(error, STEME_CORRUPT, "not the model that its name says: %s",
                              text_get(&path));
        }
    }
    text_deinit(&digits);
    text_deinit(&path);
    return status;
}

static int knows(const steme_truth_model *model, steme_span predicate)
{
    steme_truth_predicate known;
    if (predicate.size == 0) {
        return 1;
    }
    for (uint32_t i = 0; steme_truth_model_predicate(model, i, &known); i++) {
        if (known.name.size == predicate.size &&
            memcmp(known.name.bytes, predicate.bytes, predicate.size) == 0) {
            return 1;
        }
    }
    return 0;
}

steme_status truth_models_find(const char *directory, steme_span predicate, int64_t as_of_ns,
                               steme_truth_model **out_model, steme_error *error)
{
    kept_list list = {NULL, 0};
    text_buffer folder = TEXT_EMPTY;
    steme_status status = STEME_OK;
    int is_known = 0;
    text_append_format(&folder, "%s/truth", directory);
    list_models(text_get(&folder), as_of_ns, &list);
    *out_model = NULL;
    for (size_t i = 0; status == STEME_OK && !is_known && i < list.count; i++) {
        steme_truth_model *model = NULL;
        status = read_kept(text_get(&folder), &list.models[i], &model, error);
        is_known = status == STEME_OK && knows(model, predicate);
        if (is_known || *out_model == NULL) {
            steme_truth_model_free(*out_model);
            *out_model = model;
        } else {
            steme_truth_model_free(model);
        }
    }
    if (status != STEME_OK) {
        steme_truth_model_free(*out_model);
        *out_model = NULL;
    }
    free(list.models);
    text_deinit(&folder);
    return status;
}

/* The moment up to which claims count: see steme_query_options. */
static int64_t as_of_of(const steme_query_options *options)
{
    enum { AHEAD_NS = 500000000 };
    struct timespec now;
    if (options->has_as_of) {
        return options->as_of_ns;
    }
    if (options->evaluated_at_ns != 0) {
        return options->evaluated_at_ns < INT64_MAX - AHEAD_NS
                   ? (int64_t)options->evaluated_at_ns + AHEAD_NS
                   : INT64_MAX;
    }
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec + AHEAD_NS;
}

steme_status truth_models_choose(const steme_store *store, steme_query_options *options,
                                 steme_truth_model **out_model, steme_error *error)
{
    *out_model = NULL;
    if (options->lens != STEME_LENS_TRUTH || options->truth_model != NULL) {
        return STEME_OK;
    }
    steme_status status = truth_models_find(steme_store_directory(store), options->predicate,
                                            as_of_of(options), out_model, error);
    options->truth_model = *out_model;
    return status;
}

/* ---- Questions ---------------------------------------------------------------------------- */

static steme_status fit(const steme_store *store, steme_snapshot *snapshot,
                        const truth_question *question, steme_truth_model **out_model,
                        text_buffer *out_path, steme_error *error)
{
    steme_truth_fit_options options = {.predicate = question->predicate,
                                       .has_as_of = question->has_as_of,
                                       .as_of_ns = question->as_of_ns,
                                       .view = question->view,
                                       .visit_progress = question->visit_progress,
                                       .context = question->context};
    steme_status status = steme_truth_fit(snapshot, &options, out_model, error);
    if (status == STEME_OK && question->is_kept) {
        status = truth_models_keep(steme_store_directory(store), *out_model, out_path, error);
        if (status != STEME_OK) {
            steme_truth_model_free(*out_model);
            *out_model = NULL;
        }
    }
    return status;
}

steme_status truth_models_answer(const steme_store *store, steme_snapshot *snapshot,
                                 const truth_question *question, steme_truth_model **out_model,
                                 text_buffer *out_path, steme_error *error)
{
    *out_model = NULL;
    if (question->is_fit) {
        return fit(store, snapshot, question, out_model, out_path, error);
    }
    const char *directory = steme_store_directory(store);
    int64_t as_of_ns = question->has_as_of ? question->as_of_ns : INT64_MAX;
    steme_status status =
        truth_models_find(directory, question->predicate, as_of_ns, out_model, error);
    return status != STEME_OK || *out_model != NULL
               ? status
               : app_fail(error, STEME_NOT_FOUND,
                          "no model as of then: %s/truth; make one by `steme truth fit`",
                          directory);
}
