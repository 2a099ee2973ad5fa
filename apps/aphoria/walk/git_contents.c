/* git_contents.c -- see git_contents.h. */
#include "aphoria/walk/git_contents.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

typedef struct git_contents {
    repository from;
    git_odb *objects;
    pthread_mutex_t lock; /* guards objects */
} git_contents;

static walk_reading read_object(git_contents *self, const git_oid *id, uint64_t size_max,
                                git_odb_object **out)
{
    size_t size = 0;
    git_object_t kind = GIT_OBJECT_INVALID;
    if (git_odb_read_header(&size, &kind, self->objects, id) != 0 || kind != GIT_OBJECT_BLOB) {
        return WALK_UNREADABLE;
    }
    if (size > size_max) {
        return WALK_LARGE;
    }
    return git_odb_read(out, self->objects, id) == 0 ? WALK_READ : WALK_UNREADABLE;
}

static walk_reading load(void *context, const walk_file *file, uint64_t size_max, char **out_bytes,
                         size_t *out_size)
{
    git_contents *self = context;
    git_odb_object *object = NULL;
    git_oid id;
    memcpy(id.id, file->blob, sizeof id.id);
    pthread_mutex_lock(&self->lock);
    walk_reading outcome = read_object(self, &id, size_max, &object);
    pthread_mutex_unlock(&self->lock);
    if (outcome == WALK_READ) {
        *out_size = git_odb_object_size(object);
        *out_bytes = text_allocate(*out_size + 1);
        memcpy(*out_bytes, git_odb_object_data(object), *out_size);
        (*out_bytes)[*out_size] = '\0';
        git_odb_object_free(object);
    }
    return outcome;
}

static void end(void *context)
{
    git_contents *self = context;
    git_odb_free(self->objects);
    repository_close(&self->from);
    pthread_mutex_destroy(&self->lock);
    free(self);
}

int git_contents_begin(walk_list *list, repository from)
{
    git_odb *objects = NULL;
    if (git_repository_odb(&objects, from.git) != 0) {
        repository_close(&from);
        return repository_fail("the repository cannot be read");
    }
    git_contents *made = text_allocate(sizeof *made);
    *made = (git_contents){.from = from, .objects = objects};
    pthread_mutex_init(&made->lock, NULL);
    list->load = load;
    list->load_end = end;
    list->load_context = made;
    return 1;
}
