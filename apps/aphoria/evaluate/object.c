/* object.c -- the file's own classes, what they are made of, and callbacks: see evaluator.h. */
#include <string.h>

#include "aphoria/evaluate/evaluator.h"

enum { CLASSES_MAX = 2000, SUPERTYPES_MAX = 4 };

/* ---- Classes ------------------------------------------------------------------------------ */

static class_entry *class_of_scope(evaluator *self, const scope *of)
{
    for (uint32_t i = self->class_count; of != NULL && i > 0; i--) {
        if (self->classes[i - 1].scope == of) {
            return &self->classes[i - 1];
        }
    }
    return NULL;
}

/* Of one file's. */
static class_entry *class_named(evaluator *self, uint32_t file, const char *name)
{
    const char *dot = strrchr(name, '.');
    const char *last = dot == NULL ? name : dot + 1;
    for (uint32_t i = self->class_count; i > 0; i--) {
        if (last[0] != '\0' && self->classes[i - 1].scope->file == file &&
            strcmp(self->classes[i - 1].node->text, last) == 0) {
            return &self->classes[i - 1];
        }
    }
    return NULL;
}

static void add_class(evaluator *self, const code_node *node, scope *made)
{
    if (self->class_count == CLASSES_MAX) {
        return;
    }
    if (self->class_count == self->class_capacity) {
        uint32_t capacity = self->class_capacity == 0 ? 8 : 2 * self->class_capacity;
        class_entry *items = arena_allocate(self->memory, capacity * sizeof *items);
        if (self->class_count > 0) {
            memcpy(items, self->classes, self->class_count * sizeof *items);
        }
        self->classes = items;
        self->class_capacity = capacity;
    }
    self->classes[self->class_count++] = (class_entry){node, made};
}

scope *evaluate_class(evaluator *self, const code_node *node)
{
    scope *outer = self->scope;
    scope *made = scope_make(self, outer, evaluate_path(self, outer->symbol, node->text));
    made->is_class = 1;
    if (node->text[0] != '\0') {
        value *class = value_make(self->memory, VALUE_OBJECT, node);
        class->text = node->text;
        class->fields = made;
        scope_bind(self, outer, node->text, class);
    }
    for (const code_node *each = node->first->next; each != NULL; each = each->next) {
        const char *dotted = evaluate_dotted(self, each);
        const class_entry *above = dotted == NULL ? NULL : class_named(self, made->file, dotted);
        if (above != NULL && above->scope->outer == outer) {
            made->outer = above->scope; /* what it does not have itself it inherits */
        }
    }
    add_class(self, node, made);
    self->scope = made;
    for (const code_node *each = node->first->next; each != NULL; each = each->next) {
        const value *super = evaluate_node(self, each);
        self->inherits_elsewhere |= (super->taint & TAINT_ELSEWHERE) != 0;
    }
    evaluate_node(self, node->first);
    self->scope = outer;
    return made;
}

scope *evaluate_class_scope(scope *from)
{
    while (from != NULL && !from->is_class) {
        from = from->outer;
    }
    return from;
}

/* ---- Methods ------------------------------------------------------------------------------ */

static uint32_t parameter_count(const code_node *function)
{
    uint32_t count = 0;
    for (const code_node *each = function->first->next; each != NULL; each = each->next) {
        int is_receiver = each->text != NULL && count == 0 && each->kind == CODE_PARAMETER &&
                          (strcmp(each->text, "self") == 0 || strcmp(each->text, "cls") == 0);
        count += each->kind != CODE_DECORATOR && !is_receiver;
    }
    return count;
}

static int is_called(const function_entry *entry, const char *name, uint32_t hash)
{
    if (entry->hash != hash) {
        return 0;
    }
    const char *dot = strrchr(entry->symbol, '.');
    return strcmp(dot == NULL ? entry->symbol : dot + 1, name) == 0;
}

/* The method of a class's own; where there are several, that of as many parameters. */
static const function_entry *method_here(const evaluator *self, const scope *of, const char *name,
                                         uint32_t argument_count)
{
    const function_entry *found = NULL;
    uint32_t hash = scope_hash(name);
    for (uint32_t i = self->function_count; i > 0; i--) {
        const function_entry *each = &self->functions[i - 1];
        if (each->scope != of || !is_called(each, name, hash)) {
            continue;
        }
        if (parameter_count(each->node) == argument_count) {
            return each;
        }
        found = found == NULL ? each : found;
    }
    return found;
}

static scope *super_elsewhere(evaluator *self, const class_entry *of, const code_node *super)
{
    scope *here = self->scope;
    if (self->modules == NULL) {
        return NULL;
    }
    self->scope = of->scope->outer == NULL ? of->scope : of->scope->outer;
    self->silence++;
    const value *found = evaluate_node(self, super);
    self->silence--;
    self->scope = here;
    return found->node != NULL && found->node->kind == CODE_CLASS && found->fields != of->scope
               ? found->fields
               : NULL;
}

scope *evaluate_super(evaluator *self, const class_entry *of, const code_node *super)
{
    const char *dotted = evaluate_dotted(self, super);
    const class_entry *above = dotted == NULL ? NULL : class_named(self, of->scope->file, dotted);
    if (above != NULL) {
        return above->scope == of->scope ? NULL : above->scope;
    }
    return dotted == NULL ? NULL : super_elsewhere(self, of, super);
}

static int find_method(evaluator *self, const scope *of, const char *name, uint32_t argument_count,
                       int depth, function_entry *out)
{
    for (; of != NULL && of->is_class; of = of->outer) {
        const function_entry *here = method_here(self, of, name, argument_count);
        if (here != NULL) {
            *out = *here;
            return 1;
        }
        const class_entry *entry = class_of_scope(self, of);
        if (entry == NULL || depth >= SUPERTYPES_MAX) {
            continue;
        }
        class_entry known = *entry;
        for (const code_node *super = known.node->first->next; super != NULL; super = super->next) {
            scope *from = evaluate_super(self, &known, super);
            if (from != NULL && find_method(self, from, name, argument_count, depth + 1, out)) {
                return 1;
            }
        }
    }
    return 0;
}

static int is_within(const scope *of, const scope *maybe_outer)
{
    for (; of != NULL; of = of->outer) {
        if (of == maybe_outer) {
            return 1;
        }
    }
    return 0;
}

/* The method that the class around inherits. */
static int find_above(evaluator *self, const char *name, uint32_t argument_count,
                      function_entry *out)
{
    scope *around = evaluate_class_scope(self->scope);
    const scope *own = around;
    while (own != NULL && own->is_class && class_of_scope(self, own) == NULL) {
        own = own->outer; /* from an instance to its class */
    }
    if (own == NULL || !own->is_class ||
        !find_method(self, own->outer, name, argument_count, 0, out)) {
        return 0;
    }
    out->scope = around;
    return 1;
}

int evaluate_find_method(evaluator *self, const value *receiver, const char *name,
                         uint32_t argument_count, function_entry *out)
{
    scope *of = receiver == NULL ? NULL : receiver->fields;
    if (receiver == NULL ||
        (receiver->kind == VALUE_OBJECT && of == NULL && strcmp(receiver->text, "self") == 0)) {
        of = evaluate_class_scope(self->scope);
    } else if (receiver->kind == VALUE_OBJECT && strcmp(receiver->text, "super") == 0) {
        return find_above(self, name, argument_count, out);
    } else if (of == NULL && receiver->kind == VALUE_OBJECT) {
        const class_entry *named = class_named(self, self->scope->file, receiver->text);
        of = named == NULL ? evaluate_class_at(self, receiver) : named->scope;
    }
    if (of == NULL || !find_method(self, of, name, argument_count, 0, out)) {
        return 0;
    }
    if (is_within(of, out->scope)) {
        out->scope = of; /* the instance's fields come first */
    } else if (of->count > 0) {
        scope *both = arena_allocate(self->memory, sizeof *both); /* inherited from elsewhere */
        *both = scope_save(self, of);
        both->outer = out->scope;
        both->file = out->scope->file;
        out->scope = both;
    }
    return 1;
}

const value *evaluate_property(evaluator *self, const value *object, const char *name,
                               const code_node *node)
{
    function_entry found;
    if (!evaluate_find_method(self, object, name, 0, &found)) {
        return NULL;
    }
    for (const code_node *each = found.node->first->next; each != NULL; each = each->next) {
        const code_node *decorator = each->kind == CODE_DECORATOR ? each->first : NULL;
        if (decorator != NULL && decorator->kind == CODE_NAME &&
            strstr(decorator->text, "property") != NULL) {
            event call = {.kind = EVENT_CALL, .path = name, .node = node, .receiver = object};
            return evaluate_go_into(self, &found, &call);
        }
    }
    return NULL;
}

/* ---- Instances ---------------------------------------------------------------------------- */

static const value *make_instance(evaluator *self, const char *type, scope *fields,
                                  const code_node *node)
{
    value *made = value_make(self->memory, VALUE_OBJECT, node);
    made->text = type;
    made->fields = fields;
    return made;
}

static const code_node *class_body_of(const code_node *node)
{
    const code_node *last = NULL;
    for (const code_node *each = node->first; each != NULL; each = each->next) {
        last = each;
    }
    return node->kind == CODE_NEW && last != NULL && last->kind == CODE_CLASS ? last : NULL;
}

static const value *made_of(evaluator *self, const char *type, const class_entry *known,
                            const event *call)
{
    static const char *const constructors[] = {"__init__", "constructor"};
    scope *fields = scope_make(self, known->scope, known->scope->symbol);
    fields->is_class = 1;
    const value *made = make_instance(self, type, fields, call->node);
    const function_entry *found =
        method_here(self, known->scope, known->node->text, call->argument_count);
    for (size_t i = 0; found == NULL && i < sizeof constructors / sizeof *constructors; i++) {
        found = method_here(self, known->scope, constructors[i], call->argument_count);
    }
    if (found != NULL) {
        function_entry constructor = *found;
        constructor.scope = fields;
        evaluate_go_into(self, &constructor, call);
        return made;
    }
    const value *given[1];
    for (uint32_t i = 0; i < call->argument_count; i++) {
        given[0] = call->arguments[i].value;
        made = value_with_taint(self->memory, made, given, 1);
    }
    return made;
}

const value *evaluate_instance(evaluator *self, const code_node *node, const value *called,
                               const event *call)
{
    const char *path = call->path;
    const code_node *body = class_body_of(node);
    if (body != NULL) {
        return make_instance(self, path, evaluate_class(self, body), node);
    }
    const class_entry *known = class_of_scope(self, called == NULL ? NULL : called->fields);
    if (known == NULL && strchr(path, '.') == NULL) {
        known = class_named(self, self->scope->file, path);
    }
    if (known == NULL) {
        return NULL;
    }
    class_entry copy = *known;
    return made_of(self, path, &copy, call);
}

/* ---- Callbacks ---------------------------------------------------------------------------- */

/* What a callback gives for what it may be given: items of the receiver, the other arguments. */
const value *evaluate_callback(evaluator *self, const value *function, const value *const *given,
                               size_t given_count, const value *receiver, const code_node *node)
{
    const value *item = NULL;
    for (size_t i = given_count; i > 0; i--) {
        const value *each = given[i - 1];
        if (each != function && each->kind != VALUE_FUNCTION &&
            (item == NULL || each->taint != 0)) {
            item = each;
        }
    }
    for (uint32_t i = 0; item != NULL && item->kind == VALUE_LIST && i == 0; i++) {
        const value *joined = item->count == 0 ? value_unknown() : item->items[0];
        for (uint32_t j = 1; j < item->count; j++) {
            joined = value_join(self->memory, joined, item->items[j]);
        }
        item = joined;
    }
    event_argument arguments[2];
    item = item == NULL ? value_unknown() : item;
    if (receiver == NULL || (receiver->taint & TAINT_OUTSIDE) == 0) {
        value *indirect = arena_allocate(self->memory, sizeof *indirect);
        *indirect = *item;
        indirect->taint &= ~(uint32_t)TAINT_DIRECT;
        item = indirect;
    }
    arguments[0] = arguments[1] = (event_argument){.value = item, .node = node};
    event call = {
        .kind = EVENT_CALL, .path = "", .node = node, .arguments = arguments, .argument_count = 2};
    return evaluate_call_value(self, function, &call);
}
