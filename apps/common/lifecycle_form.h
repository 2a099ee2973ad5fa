/* lifecycle_form.h -- an answer while it is made; for lifecycle_json*.c alone. */
#ifndef COMMON_LIFECYCLE_FORM_H
#define COMMON_LIFECYCLE_FORM_H

#include "common/lifecycle_json.h"

typedef struct lifecycle_answer {
    const lifecycle_question *question;
    steme_snapshot *snapshot;
    steme_lifecycle *lifecycle;
    steme_lifecycle_options moment; /* filled in */
    json_t *head;                   /* until it is given */
    lifecycle_visit visit;
    void *context;
} lifecycle_answer;

json_t *lifecycle_id_to_json(const steme_id *id);
json_t *lifecycle_agent_to_json(const steme_agent *agent);
json_t *lifecycle_text_to_json(steme_span text);
json_t *lifecycle_stamp_to_json(const steme_stamp *stamp); /* its time */
json_t *lifecycle_signers_to_json(const steme_record *record);
json_t *lifecycle_stewardships_to_json(uint32_t stewardships);
/* object[key] = text, where that is not empty. */
void lifecycle_set_text(json_t *object, const char *key, steme_span text);
void lifecycle_append(json_t *list, json_t *value);

/* An object without "schema", for an item. */
json_t *lifecycle_item(void);
steme_status lifecycle_give_head(lifecycle_answer *self, steme_error *error);
steme_status lifecycle_give(lifecycle_answer *self, json_t *item, steme_error *error);

/* lifecycle_json_agents.c */
steme_status lifecycle_answer_key(lifecycle_answer *self, steme_error *error);
steme_status lifecycle_answer_trust(lifecycle_answer *self, steme_error *error);
steme_status lifecycle_answer_trusted(lifecycle_answer *self, steme_error *error);
/* lifecycle_json_names.c */
steme_status lifecycle_answer_names(lifecycle_answer *self, steme_error *error);
steme_status lifecycle_answer_aliases(lifecycle_answer *self, steme_error *error);
steme_status lifecycle_answer_predicate(lifecycle_answer *self, steme_error *error);
/* lifecycle_json_reach.c */
steme_status lifecycle_answer_what_if(lifecycle_answer *self, steme_error *error);
steme_status lifecycle_answer_blast_radius(lifecycle_answer *self, steme_error *error);

#endif
