/* evaluator.h -- the state of an evaluation, and what its parts ask of each other. */
#ifndef APHORIA_EVALUATOR_H
#define APHORIA_EVALUATOR_H

#include "aphoria/evaluate/evaluate.h"

enum {
    CALL_DEPTH_MAX = 8,
    GOINGS_MAX = 400,
    NESTING_MAX = 400,
    EVALUATE_MODULES_MAX = 48,
    KNOWN_PATHS_COUNT = 1024,
};

typedef struct binding {
    const char *name; /* or a dotted one: self.path */
    uint32_t hash;    /* of the name */
    const value *value;
} binding;

typedef struct scope scope;
struct scope {
    scope *outer;
    binding *items;
    uint32_t count;
    uint32_t capacity;
    const char *symbol;
    uint32_t file; /* whose names these are */
    int is_class;
};

/* A function; those of this file are gone through by themselves, after the file's statements. */
typedef struct function_entry {
    const code_node *node;
    scope *scope; /* where it was defined */
    const char *symbol;
    uint32_t hash; /* of the symbol's last name */
} function_entry;

/* A class of this file, or of another that was looked into. */
typedef struct class_entry {
    const code_node *node;
    scope *scope;
} class_entry;

typedef struct way_out way_out;
typedef struct evaluator_modules evaluator_modules; /* module.c */

typedef struct evaluator {
    const evaluate_options *options;
    arena *memory;
    scope *scope;
    uint32_t steps; /* left */
    uint32_t depth; /* of calls that are gone into */
    uint32_t nesting;
    const code_node *calls[CALL_DEPTH_MAX]; /* functions that are being gone into */
    const value *returned;                  /* joined; NULL = nothing yet */
    int is_left;                            /* nothing follows on this way */
    way_out *way_out;                       /* of the loop or switch around; NULL = none */
    uint32_t goings;                        /* into functions, since the outermost one began */
    const function_entry *outermost;
    class_entry *classes;
    uint32_t class_count;
    uint32_t class_capacity;
    function_entry *functions;
    uint32_t function_count;
    uint32_t function_capacity;
    evaluator_modules *modules; /* NULL = no other file is looked into */
    int inherits_elsewhere;     /* marking: a class of this file does */
    uint32_t silence;           /* > 0: nothing is told, as of another file's statements */
    uint32_t away_steps;        /* left for other files' functions and statements */
    const code_node *crossing;  /* the call of this file that led into another's function */
    const char *crossing_symbol;
    const char *known_paths[KNOWN_PATHS_COUNT]; /* that were made, by hash: the same come again */
} evaluator;

/* ---- scope.c ------------------------------------------------------------------------------ */

scope *scope_make(evaluator *self, scope *outer, const char *symbol);
/* Of a name; names of other hashes are others. */
uint32_t scope_hash(const char *name);
/* The nearest binding's value, or NULL. */
const value *scope_find(const scope *self, const char *name);
void scope_bind(evaluator *self, scope *at, const char *name, const value *bound);
/* The bindings as they are now; and back to them. */
scope scope_save(evaluator *self, const scope *at);
/* Joins what another way left. */
void scope_join(evaluator *self, scope *at, const scope *other);

/* ---- evaluate.c --------------------------------------------------------------------------- */

const value *evaluate_node(evaluator *self, const code_node *node);
/* "prefix.name", or the part that is there. */
const char *evaluate_path(evaluator *self, const char *prefix, const char *name);
/* How a value is called in paths. */
const char *evaluate_value_path(const value *of);
/* self.path, a.b.c as they stand in the code; NULL for anything else. */
const char *evaluate_dotted(evaluator *self, const code_node *node);
/* What the model makes of a value that a path gave. */
const value *evaluate_modelled(evaluator *self, const char *path, const value *given,
                               const code_node *node, const event *call);
void evaluate_tell(evaluator *self, event *told);
void evaluate_tell_assignment(evaluator *self, const char *path, const value *assigned,
                              const code_node *node);
/* Gives a name, a local one or a field of the class around, another value. */
void evaluate_rebind(evaluator *self, const char *dotted, const value *bound);
/* Binds, updates and tells of `target = assigned`. */
void evaluate_assign(evaluator *self, const code_node *target, const value *assigned,
                     const char *type);

/* A member of a value, found by its name. */
const value *evaluate_member_of(evaluator *self, const value *object, const char *name,
                                const code_node *node);

/* ---- statement.c -------------------------------------------------------------------------- */

/* 0 where the node is no statement with ways of its own. */
int evaluate_statement(evaluator *self, const code_node *node, const value **out_value);

/* ---- object.c ----------------------------------------------------------------------------- */

scope *evaluate_class(evaluator *self, const code_node *node);
/* The class that a supertype in a class's declaration is, or NULL. */
scope *evaluate_super(evaluator *self, const class_entry *of, const code_node *super);
/* The nearest scope of a class or instance, or NULL. */
scope *evaluate_class_scope(scope *from);
/* The method that a receiver (NULL: the class around) has of this name. In a class of another file,
 * too. */
int evaluate_find_method(evaluator *self, const value *receiver, const char *name,
                         uint32_t argument_count, function_entry *out);
/* What an instance's method gives that is read like a field (@property), or NULL. */
const value *evaluate_property(evaluator *self, const value *object, const char *name,
                               const code_node *node);
/* What a class that is known makes, its constructor gone into; NULL for other classes. */
const value *evaluate_instance(evaluator *self, const code_node *node, const value *called,
                               const event *call);
/* What a callback gives when it gets one of these. */
const value *evaluate_callback(evaluator *self, const value *function, const value *const *given,
                               size_t given_count, const value *receiver, const code_node *node);

/* ---- call.c ------------------------------------------------------------------------------- */

const value *evaluate_call(evaluator *self, const code_node *node);

/* ---- function.c --------------------------------------------------------------------------- */

/* The last name of a dotted path. */
const char *evaluate_last_name(const char *path);
/* The function that is called, where it is known. */
int evaluate_own_function(evaluator *self, const code_node *callee, const value *receiver,
                          const value *called, uint32_t argument_count, function_entry *out);
const value *evaluate_function_body(evaluator *self, const function_entry *entry,
                                    const event *call);
/* NULL where it is being called already, or too many are. */
const value *evaluate_go_into(evaluator *self, const function_entry *entry, const event *call);
/* Calls a VALUE_FUNCTION. */
const value *evaluate_call_value(evaluator *self, const value *function, const event *call);
/* Tells what a function gives, by its decorators: flask.Flask.route.@return. */
void evaluate_tell_returned(evaluator *self, const value *given, const code_node *node);
void evaluate_add_function(evaluator *self, const code_node *node, const char *symbol);

/* ---- method.c ----------------------------------------------------------------------------- */

/* What a well-known method gives for constants, lists and maps; NULL where it is not known.
 * `*out_receiver` is what the receiver becomes, or untouched. */
const value *evaluate_method(evaluator *self, const char *name, const value *receiver,
                             const event *call, const value **out_receiver);
/* The empty list, map or text that a constructor makes; NULL for other types. */
const value *evaluate_collection(evaluator *self, const char *path, const event *call);
/* What well-known functions make of their arguments: List.of(…), dict(a=1), str(1); or NULL. */
const value *evaluate_made(evaluator *self, const char *path, const event *call);

/* ---- setting.c ---------------------------------------------------------------------------- */

/* What configuration files say of a key, placeholders in it replaced; NULL = nothing. */
const value *evaluate_setting(evaluator *self, const char *key);
/* A text with its ${name:default} replaced. */
const value *evaluate_expanded(evaluator *self, const char *text, int depth);
/* process.env.NAME, os.environ.NAME, or a key of settings that were read from a file; or NULL. */
const value *evaluate_environment(evaluator *self, const char *path);
/* Calls that read settings or give one: json.load(open("config.json")), @Value("${name}"). */
const value *evaluate_settings_read(evaluator *self, const char *path, const event *call);

/* ---- module.c ----------------------------------------------------------------------------- */

/* The file itself is the first of the modules that can be looked into. */
void evaluate_begin_modules(evaluator *self);
/* What names that begin with an import stand for in another file, or NULL. */
const value *evaluate_imported(evaluator *self, const value *of);
/* Marking: the value as TAINT_ELSEWHERE where its names lead to another file. */
const value *evaluate_marked(evaluator *self, const value *of);
/* The same of a name that nothing binds: a class of the same package, or what `import *` brings. */
const value *evaluate_unbound(evaluator *self, const char *name);
void evaluate_add_star(evaluator *self, const code_node *import);
/* The scope of a class of another file that an object's names lead to, or NULL. */
scope *evaluate_class_at(evaluator *self, const value *named);
/* Classes that extend or implement this one; 0 where they are too many. */
size_t evaluate_find_kinds(evaluator *self, const scope *of, scope **out_scopes, size_t count_max);

/* ---- narrow.c ----------------------------------------------------------------------------- */

/* What a condition says of names where it is true, or false: x == "a", x in LIST, x.isdigit(). */
void evaluate_narrow(evaluator *self, const code_node *condition, int is_true);
/* In a case: what is switched over is one of its labels. */
void evaluate_narrow_case(evaluator *self, const code_node *switched, const code_node *labels);

#endif
