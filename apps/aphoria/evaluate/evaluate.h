/* evaluate.h -- goes through a file's code as it might run, and tells what it meets: calls with
 * their arguments, what is assigned to what.
 *
 * Values are resolved across constants, concatenation, parameters' defaults and functions: those
 * of the file, and of other files of its tree, are gone into where they are called. What is met in
 * another file's function is told at the call that leads there. Where a condition is known only its
 * way is taken, where not both are and what differs is joined. Loops are gone through twice.
 * Bounded by steps, depth of calls and width of values; nothing is executed.
 *
 * Threads:  an evaluation is one thread's.
 * Lifetime: what a visit gets is valid until evaluate_run returns. */
#ifndef APHORIA_EVALUATE_H
#define APHORIA_EVALUATE_H

#include "aphoria/evaluate/value.h"
#include "aphoria/syntax/language.h"

typedef enum event_kind {
    EVENT_CALL,   /* `path` is called with `arguments` */
    EVENT_ASSIGN, /* `path` gets `value`: variables, members, keys of maps, named arguments */
    EVENT_TEXT,   /* a string literal: `value` */
} event_kind;

typedef struct event_argument {
    const char *name; /* NULL = by place */
    const value *value;
    const code_node *node;
} event_argument;

typedef struct event {
    event_kind kind;
    const char *path; /* dotted: what imports and types make of the names in the code */
    const code_node *node;
    const value *receiver; /* of a call on something; else NULL */
    const event_argument *arguments;
    uint32_t argument_count;
    int has_spread; /* further arguments may be given by *list or **map */
    const value *value;
    const char *symbol; /* the function that it stands in: Class.method; "" = none */
    uint32_t file;      /* another file's, whose function is called by `node`; 0 = this file's */
    uint32_t line;      /* and where it stands there */
} event;

/* Kinds of sink that a value may be unsafe for; rules and models name them. */
typedef enum sink_kind {
    SINK_SQL,
    SINK_COMMAND,
    SINK_CODE,
    SINK_LDAP,
    SINK_XPATH,
    SINK_PATH,
    SINK_XSS,
    SINK_TEMPLATE,
    SINK_SSRF,
    SINK_REDIRECT,
    SINK_DESERIALIZATION,
    SINK_XML,
    SINK_TRUST,
    SINK_LOG,
    SINK_HEADER,
    SINK_REGEX,
    SINK_COOKIE_SECURE,
    SINK_COOKIE_HTTP_ONLY,
    SINK_COUNT,
} sink_kind;

#define SINK_ALL UINT32_MAX

/* "sql" …; by name, or SINK_COUNT. */
const char *sink_name(sink_kind self);
sink_kind sink_by_name(const char *name);

/* What a call to, or a read of, a path does to values. */
typedef struct model_effect {
    int is_source;       /* what it gives is chosen by somebody outside */
    int is_local;        /* and that is whoever runs the program */
    int is_secret;       /* what it gives must not be logged */
    uint32_t makes_safe; /* sinks that what it gives is safe for */
    int is_clean;        /* what it gives carries no taint at all: a length, a number */
    int is_carrier;      /* what it gives brings values from outside: a request */
    int is_normal;       /* what it gives is a path without .. in it */
    int is_fresh;     /* what it gives is unsafe until it is told otherwise: a parser's factory */
    int is_exit;      /* nothing follows it */
    int passes;       /* what it gives is what went in, in another form */
    uint32_t hardens; /* sinks that it makes its receiver safe for */
    const char *const *hardens_words; /* of which an argument has one; NULL = whatever they are */
    int hardens_by_false;             /* by the argument false, not true */
    const char *returns;              /* the path of what it gives, or NULL */
    int setting;                      /* 1 + the argument that names a setting it reads; 0 = none */
} model_effect;

/* Names in code that may lead to another file. */
typedef struct evaluate_reference {
    language language;
    uint32_t file;      /* that names them */
    uint32_t level;     /* Python: dots in front */
    const char *names;  /* app.config.KEY, ./config.KEY */
    size_t module_size; /* JavaScript: of `names`, the module's own */
} evaluate_reference;

/* The other files of the tree that is scanned. */
typedef struct evaluate_tree {
    /* The number of the file that names lead to; 0 = none. `*out_rest` is what is behind it. */
    uint32_t (*find)(void *context, const evaluate_reference *names, const char **out_rest);
    /* Its code, until evaluate_run returns; NULL where it cannot be had. */
    const code_node *(*load)(void *context, uint32_t file);
    /* Files with a class that is a kind of this one; more than `count_max` where there are. */
    size_t (*find_kinds)(void *context, const char *name, uint32_t *out_files, size_t count_max);
    void *context;
} evaluate_tree;

typedef struct evaluate_options {
    language language;
    uint32_t file;             /* the code's number in the tree; 0 = it has none */
    const evaluate_tree *tree; /* NULL = no other file is looked into */
    int is_marking;            /* nor with this: what depends on one is TAINT_ELSEWHERE */
    /* Marking: another file's function is given something that matters; NULL = not told. */
    void (*handed_over)(void *context);
    arena *memory;
    uint32_t steps_max; /* 0 = 2,000,000 */
    /* NULL = no effect is known. */
    const model_effect *(*model)(void *context, const char *path);
    /* What configuration files beside say of a key; NULL = nothing. */
    const value *(*setting)(void *context, const char *key);
    void (*visit)(void *context, const event *event);
    void *context;
} evaluate_options;

/* 0 where the steps ran out: what was met until then has been told. */
int evaluate_run(const code_node *root, const evaluate_options *options);

#endif
