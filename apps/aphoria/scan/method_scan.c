/* method_scan.c -- see method_scan.h. */
#include "aphoria/scan/method_scan.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DEPTH_MAX = 200, LOOK_MAX = 2 };

typedef struct method_scan {
    const code_node *root;
    arena *memory;
    void (*visit)(void *context, const event *event);
    void *context;
} method_scan;

/* What was met in a body. */
typedef struct method_body {
    int refuses;
    int return_count;
    int is_varied; /* it gives different things, or what is not known */
    const code_node *returned;
} method_body;

/* The name that a chain of members begins with, and the one that it ends with. */
static const char *first_name(const code_node *of)
{
    while (of != NULL && of->kind != CODE_NAME) {
        of = of->first;
    }
    return of == NULL || of->text == NULL ? "" : of->text;
}

static int begins_with_any(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strncasecmp(text, *words, strlen(*words)) == 0) {
            return 1;
        }
    }
    return 0;
}

static int is_harmless(const code_node *call)
{
    static const char *const loggers[] = {"log", "system", "timber", "console", "out", NULL};
    static const char *const names[] = {"get",    "to",     "is",     "print",  "debug", "info",
                                        "warn",   "trace",  "fine",   "equals", "size",  "length",
                                        "format", "string", "system", NULL};
    const code_node *callee = call->first;
    const char *name = callee == NULL || callee->text == NULL ? "" : callee->text;
    return begins_with_any(first_name(callee), loggers) || begins_with_any(name, names);
}

static const code_node *find_function(const code_node *node, const char *name, int depth)
{
    if (node->kind == CODE_FUNCTION && node->text != NULL && strcmp(node->text, name) == 0) {
        return node;
    }
    const code_node *found = NULL;
    for (const code_node *each = node->first; found == NULL && each != NULL && depth < DEPTH_MAX;
         each = each->next) {
        found = find_function(each, name, depth + 1);
    }
    return found;
}

static method_body read_body(const method_scan *self, const code_node *function, int looks);

/* A call of a method of this file by its bare name, or of this. */
static const code_node *own_method(const method_scan *self, const code_node *call)
{
    const code_node *callee = call->first;
    int is_own = callee != NULL && callee->text != NULL &&
                 (callee->kind == CODE_NAME ||
                  (callee->kind == CODE_MEMBER && strcmp(first_name(callee), "this") == 0));
    return is_own ? find_function(self->root, callee->text, 0) : NULL;
}

static int is_constant(const code_node *of)
{
    return of->kind == CODE_BOOLEAN || of->kind == CODE_NULL;
}

static void take_return(const method_scan *self, const code_node *given, int looks,
                        method_body *out)
{
    const code_node *own = given->kind == CODE_CALL && looks > 0 ? own_method(self, given) : NULL;
    if (own != NULL) {
        method_body inner = read_body(self, own, looks - 1);
        out->refuses |= inner.refuses;
        given = inner.is_varied || inner.returned == NULL ? given : inner.returned;
    }
    int is_same = out->returned == NULL ||
                  (out->returned->kind == given->kind && !(out->returned->number < given->number) &&
                   !(out->returned->number > given->number));
    out->is_varied |= !is_constant(given) || !is_same;
    out->returned = given;
    out->return_count++;
}

static void read_node(const method_scan *self, const code_node *node, int looks, int depth,
                      method_body *out)
{
    if (node->kind == CODE_FUNCTION || node->kind == CODE_CLASS || depth > DEPTH_MAX) {
        return; /* another one's */
    }
    if (node->kind == CODE_LEAVE && node->first != NULL) {
        out->refuses = 1;
    }
    if (node->kind == CODE_RETURN && node->first != NULL && node->first->kind != CODE_NONE) {
        take_return(self, node->first, looks, out);
    } else if (node->kind == CODE_CALL || node->kind == CODE_NEW) {
        const code_node *own = looks > 0 ? own_method(self, node) : NULL;
        out->refuses |= own != NULL ? read_body(self, own, looks - 1).refuses : !is_harmless(node);
    }
    for (const code_node *each = node->first; each != NULL; each = each->next) {
        if (node->kind == CODE_RETURN && each->kind == CODE_CALL &&
            own_method(self, each) != NULL) {
            continue; /* looked into */
        }
        read_node(self, each, looks, depth + 1, out);
    }
}

static method_body read_body(const method_scan *self, const code_node *function, int looks)
{
    method_body made = {0};
    if (function->first != NULL) {
        read_node(self, function->first, looks, 0, &made);
    }
    return made;
}

static void tell(const method_scan *self, const code_node *function)
{
    size_t size = strlen(function->text) + sizeof "@method.";
    char *path = arena_allocate(self->memory, size);
    method_body body = read_body(self, function, LOOK_MAX);
    double parameters = 0;
    for (const code_node *each = function->first; each != NULL; each = each->next) {
        parameters += each->kind == CODE_PARAMETER;
    }
    snprintf(path, size, "@method.%s", function->text);
    event_argument arguments[] = {
        {"parameters", value_number(self->memory, parameters, function), function},
        {"refuses", value_boolean(self->memory, body.refuses, function), function},
        {"returns", value_unknown(), function},
    };
    if (body.return_count > 0 && !body.is_varied && body.returned->kind == CODE_BOOLEAN) {
        arguments[2].value = value_boolean(self->memory, body.returned->number > 0, function);
    }
    code_node *place = arena_allocate(self->memory, sizeof *place);
    *place = *function;
    place->end = function->first != NULL && function->first->begin > function->begin
                     ? function->first->begin
                     : function->end; /* its head */
    event told = {.kind = EVENT_CALL,
                  .path = path,
                  .node = place,
                  .arguments = arguments,
                  .argument_count = sizeof arguments / sizeof arguments[0],
                  .symbol = function->text};
    self->visit(self->context, &told);
}

static void walk(const method_scan *self, const code_node *node, int depth)
{
    /* Abstract ones have no body. */
    if (node->kind == CODE_FUNCTION && node->text != NULL && node->text[0] != '\0' &&
        node->first != NULL && node->first->kind != CODE_NONE) {
        tell(self, node);
    }
    for (const code_node *each = node->first; each != NULL && depth < DEPTH_MAX;
         each = each->next) {
        walk(self, each, depth + 1);
    }
}

void method_scan_run(const code_node *root, arena *memory,
                     void (*visit)(void *context, const event *event), void *context)
{
    method_scan self = {root, memory, visit, context};
    walk(&self, root, 0);
}

/* ---- Conditions around a place ------------------------------------------------------------ */

static int is_around(const code_node *node, const code_node *at)
{
    return node->begin <= at->begin && node->end >= at->end;
}

static int matches_source(const code_node *of, const char *bytes, const regex_t *condition)
{
    char text[256];
    size_t size = of->end - of->begin;
    size = size < sizeof text - 1 ? size : sizeof text - 1;
    memcpy(text, bytes + of->begin, size);
    text[size] = '\0';
    return regexec(condition, text, 0, NULL, 0) == 0;
}

int method_is_asked(const code_node *root, const code_node *at, const char *bytes,
                    const regex_t *condition)
{
    const code_node *node = root;
    for (int depth = 0; node != NULL && depth < DEPTH_MAX; depth++) {
        const code_node *inner = node->first;
        while (inner != NULL && !(inner->kind != CODE_NONE && is_around(inner, at))) {
            inner = inner->next;
        }
        int is_chosen = node->kind == CODE_IF && inner != NULL && inner != node->first;
        if (is_chosen && matches_source(node->first, bytes, condition)) {
            return 1;
        }
        node = inner;
    }
    return 0;
}
