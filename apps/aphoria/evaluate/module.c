/* module.c -- other files of the tree: what names that lead there stand for: see evaluator.h. */
#include <ctype.h>
#include <string.h>

#include "aphoria/evaluate/evaluator.h"

enum {
    LOADING_MAX = 8,     /* modules that wait for one that they import */
    RESOLVING_MAX = 8,   /* names that stand for names */
    MODULE_STEPS = 8000, /* for a module's own statements */
    AWAY_STEPS = 40000,  /* for all that other files have */
    STARS_MAX = 32,
    KINDS_MAX = 8,
    RESOLVED_BUCKETS = 64,
};

typedef struct module {
    uint32_t file;
    scope *scope;       /* NULL = it cannot be had */
    const value *whole; /* what its last statement gave: of JSON, all */
} module;

typedef struct resolved_name {
    struct resolved_name *next;
    uint32_t file;
    uint32_t hash;
    const char *names;
    const value *given;
} resolved_name;

struct evaluator_modules {
    module items[EVALUATE_MODULES_MAX];
    uint32_t count;
    uint32_t loading;
    uint32_t resolving;
    const code_node *stars[STARS_MAX]; /* imports of all that a module has */
    uint32_t star_count;
    resolved_name *resolved[RESOLVED_BUCKETS];
};

/* ---- Modules ------------------------------------------------------------------------------ */

void evaluate_begin_modules(evaluator *self)
{
    if (self->options->tree == NULL || self->options->file == 0) {
        return;
    }
    self->away_steps = AWAY_STEPS;
    self->modules = arena_allocate(self->memory, sizeof *self->modules);
    self->modules->items[0] = (module){.file = self->options->file, .scope = self->scope};
    self->modules->count = 1;
}

/* Functions of JavaScript's are there before the statements above them run. */
static void hoist(evaluator *self, const code_node *root)
{
    for (const code_node *each = root->first; each != NULL; each = each->next) {
        if (each->kind == CODE_FUNCTION && each->text[0] != '\0') {
            evaluate_node(self, each);
        }
    }
}

static void run_module(evaluator *self, module *loaded, const code_node *root)
{
    evaluator before = *self;
    uint32_t steps = self->away_steps < MODULE_STEPS ? self->away_steps : MODULE_STEPS;
    scope *made = scope_make(self, NULL, "");
    made->file = loaded->file;
    loaded->scope = made;
    self->scope = made;
    self->steps = steps;
    self->silence++;
    self->returned = NULL;
    self->is_left = 0;
    self->way_out = NULL;
    self->outermost = NULL;
    hoist(self, root);
    loaded->whole = evaluate_node(self, root);
    uint32_t used = steps - self->steps;
    self->away_steps = before.away_steps > used ? before.away_steps - used : 0;
    self->steps = before.steps;
    self->silence = before.silence;
    self->scope = before.scope;
    self->returned = before.returned;
    self->is_left = before.is_left;
    self->way_out = before.way_out;
    self->outermost = before.outermost;
}

static const module *get_module(evaluator *self, uint32_t file)
{
    struct evaluator_modules *all = self->modules;
    for (uint32_t i = 0; i < all->count; i++) {
        if (all->items[i].file == file) {
            return &all->items[i];
        }
    }
    if (all->count == EVALUATE_MODULES_MAX || all->loading == LOADING_MAX ||
        self->away_steps == 0) {
        return NULL;
    }
    module *added = &all->items[all->count++];
    *added = (module){.file = file};
    const code_node *root = self->options->tree->load(self->options->tree->context, file);
    if (root != NULL) {
        all->loading++;
        run_module(self, added, root);
        all->loading--;
    }
    return added;
}

/* ---- What a module has -------------------------------------------------------------------- */

static const value *find_only(const scope *at, const char *name)
{
    scope only = *at;
    only.outer = NULL;
    return scope_find(&only, name);
}

static int is_class_value(const value *of)
{
    return of->kind == VALUE_OBJECT && of->fields != NULL && of->node != NULL &&
           of->node->kind == CODE_CLASS;
}

/* What another name stands for, where it is an import itself. */
static const value *followed(evaluator *self, const value *found)
{
    if (found == NULL || found->import == NULL) {
        return found;
    }
    const value *given = evaluate_imported(self, found);
    return given == NULL ? found : given;
}

/* module.exports = …, exports.name = …, export default … */
static const value *find_exported(evaluator *self, const module *from, const char *name)
{
    static const char *const prefixes[] = {"exports", "module.exports"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        const value *found = find_only(from->scope, evaluate_path(self, prefixes[i], name));
        if (found != NULL) {
            return found;
        }
    }
    const value *whole = find_only(from->scope, "module.exports");
    whole = whole == NULL ? find_only(from->scope, "default") : whole;
    whole = whole == NULL ? from->whole : followed(self, whole);
    if (whole == NULL) {
        return NULL;
    }
    if (whole->kind == VALUE_MAP) {
        return value_map_get(whole, name);
    }
    return whole->fields == NULL ? NULL
                                 : scope_find(whole->fields, evaluate_path(self, "self", name));
}

/* All that a module exports: of a file of Java's its class. */
static const value *whole_of(evaluator *self, const module *from, const char *names)
{
    const char *dot = strrchr(names, '.');
    const value *whole = NULL;
    switch (self->options->language) {
    case LANGUAGE_JAVA:
        return find_only(from->scope, dot == NULL ? names : dot + 1);
    case LANGUAGE_PYTHON:
        return NULL;
    default:
        whole = find_only(from->scope, "module.exports");
        whole = whole == NULL ? find_only(from->scope, "default") : whole;
        whole = whole == NULL && from->whole != NULL && from->whole->kind == VALUE_MAP ? from->whole
                                                                                       : whole;
        return followed(self, whole);
    }
}

static const value *find_imported(evaluator *self, const value *of);

/* A name that is not the module's own may be one of those that it imports all of. */
static const value *find_starred(evaluator *self, uint32_t file, const char *name)
{
    struct evaluator_modules *all = self->modules;
    for (uint32_t i = all->star_count; i > 0; i--) {
        const code_node *star = all->stars[i - 1];
        if (star->file != file || all->resolving >= RESOLVING_MAX) {
            continue;
        }
        value names = {.kind = VALUE_OBJECT, .import = star};
        names.text = evaluate_path(self, star->text, name);
        const value *found = find_imported(self, &names);
        if (found != NULL) {
            return found;
        }
    }
    return NULL;
}

static const value *find_in_class(const value *class, evaluator *self, const char *name)
{
    const value *found = scope_find(class->fields, evaluate_path(self, "self", name));
    return found != NULL ? found : find_only(class->fields, name);
}

static const value *member_of_module(evaluator *self, const module *from, const char *names,
                                     const char *rest)
{
    size_t size = strcspn(rest, ".");
    const char *name = arena_copy(self->memory, rest, size);
    const value *found = NULL;
    if (self->options->language == LANGUAGE_JAVA) {
        size_t class_size = (size_t)(rest - names) - 1;
        const value *class = whole_of(self, from, arena_copy(self->memory, names, class_size));
        found = class == NULL || !is_class_value(class) ? NULL : find_in_class(class, self, name);
    } else {
        found = self->options->language == LANGUAGE_PYTHON ? NULL : find_exported(self, from, name);
        found = found == NULL ? find_only(from->scope, name) : found;
        found = found == NULL ? find_starred(self, from->file, name) : followed(self, found);
    }
    for (rest += size; found != NULL && *rest == '.'; rest += size) {
        rest++;
        size = strcspn(rest, ".");
        name = arena_copy(self->memory, rest, size);
        found = found->kind == VALUE_MAP ? value_map_get(found, name)
                : found->fields != NULL  ? find_in_class(found, self, name)
                                         : NULL;
    }
    return found;
}

/* ---- Names -------------------------------------------------------------------------------- */

static const value *with_names(evaluator *self, const value *found, const char *names)
{
    if (found == NULL || found->kind == VALUE_UNKNOWN ||
        (found->kind == VALUE_OBJECT && found->fields == NULL && found->import != NULL)) {
        return NULL;
    }
    if (found->kind != VALUE_FUNCTION && !is_class_value(found)) {
        return found;
    }
    value *made = arena_allocate(self->memory, sizeof *made);
    *made = *found;
    made->text = names; /* rules call it by what it is imported as */
    return made;
}

/* A function that by its name makes what it gets safe is believed, as one that is nowhere seen. */
static int is_said_safe(const evaluator *self, const char *names)
{
    const model_effect *effect =
        self->options->model == NULL ? NULL : self->options->model(self->options->context, names);
    return effect != NULL && effect->makes_safe != 0;
}

static const value *find_names(evaluator *self, const evaluate_reference *names)
{
    const char *rest = "";
    const evaluate_tree *tree = self->options->tree;
    uint32_t file = tree->find(tree->context, names, &rest);
    const module *from =
        file == 0 || is_said_safe(self, names->names) ? NULL : get_module(self, file);
    if (from == NULL || from->scope == NULL) {
        return NULL;
    }
    const value *found = rest[0] == '\0' ? whole_of(self, from, names->names)
                                         : member_of_module(self, from, names->names, rest);
    return with_names(self, found, names->names);
}

static int is_marking(const evaluator *self)
{
    return self->modules != NULL && self->options->is_marking;
}

/* Whether names lead to another file: a value that stands for yes, or NULL. */
static const value *find_marked(const evaluator *self, const evaluate_reference *names)
{
    static const value elsewhere = {.kind = VALUE_UNKNOWN, .taint = TAINT_ELSEWHERE};
    const char *rest = "";
    const evaluate_tree *tree = self->options->tree;
    uint32_t file = tree->find(tree->context, names, &rest);
    return file == 0 || file == self->options->file || is_said_safe(self, names->names)
               ? NULL
               : &elsewhere;
}

static const value *resolve(evaluator *self, const evaluate_reference *names)
{
    struct evaluator_modules *all = self->modules;
    uint32_t hash = scope_hash(names->names) + names->level;
    resolved_name **bucket = &all->resolved[hash % RESOLVED_BUCKETS];
    for (const resolved_name *each = *bucket; each != NULL; each = each->next) {
        if (each->hash == hash && each->file == names->file &&
            strcmp(each->names, names->names) == 0) {
            return each->given;
        }
    }
    if (all->resolving >= RESOLVING_MAX) {
        return NULL;
    }
    resolved_name *made = arena_allocate(self->memory, sizeof *made);
    *made = (resolved_name){*bucket, names->file, hash, names->names, NULL};
    *bucket = made; /* names that lead in a circle lead nowhere */
    all->resolving++;
    made->given = is_marking(self) ? find_marked(self, names) : find_names(self, names);
    all->resolving--;
    return made->given;
}

static const value *find_imported(evaluator *self, const value *of)
{
    const code_node *import = of->import;
    if (self->modules == NULL || import == NULL || import->file == 0) {
        return NULL;
    }
    evaluate_reference names = {.language = self->options->language,
                                .file = import->file,
                                .level = (uint32_t)import->number,
                                .names = of->text,
                                .module_size =
                                    import->first == NULL ? 0 : strlen(import->first->text)};
    return resolve(self, &names);
}

const value *evaluate_imported(evaluator *self, const value *of)
{
    return is_marking(self) ? NULL : find_imported(self, of);
}

static const value *find_unbound(evaluator *self, const char *name)
{
    const scope *here = self->scope;
    if (self->modules == NULL || here->file == 0) {
        return NULL;
    }
    const char *dot = strrchr(name, '.');
    const char *last = dot == NULL ? name : dot + 1;
    if (self->options->language == LANGUAGE_JAVA && isupper((unsigned char)last[0])) {
        evaluate_reference names = {.language = LANGUAGE_JAVA, .file = here->file, .names = name};
        const value *found = resolve(self, &names);
        if (found != NULL) {
            return found;
        }
    }
    return dot == NULL ? find_starred(self, here->file, name) : NULL;
}

const value *evaluate_unbound(evaluator *self, const char *name)
{
    return is_marking(self) ? NULL : find_unbound(self, name);
}

const value *evaluate_marked(evaluator *self, const value *of)
{
    if (!is_marking(self) || of->kind != VALUE_OBJECT || (of->taint & TAINT_ELSEWHERE) != 0 ||
        of->fields != NULL) {
        return of;
    }
    const value *mark = of->import != NULL ? find_imported(self, of) : find_unbound(self, of->text);
    return mark == NULL ? of : value_with_taint(self->memory, of, &mark, 1);
}

void evaluate_add_star(evaluator *self, const code_node *import)
{
    struct evaluator_modules *all = self->modules;
    if (all != NULL && all->star_count < STARS_MAX) {
        all->stars[all->star_count++] = import;
    }
}

scope *evaluate_class_at(evaluator *self, const value *named)
{
    const value *class = named->import != NULL ? evaluate_imported(self, named)
                                               : evaluate_unbound(self, named->text);
    return class != NULL && class->fields != NULL ? class->fields : NULL;
}

/* ---- Kinds -------------------------------------------------------------------------------- */

/* Its supertypes are asked for only where one is called so. */
static int is_kind_of(evaluator *self, const class_entry *class, const scope *of, const char *name)
{
    for (const code_node *super = class->node->first->next; super != NULL; super = super->next) {
        int is_named = super->kind == CODE_NAME || super->kind == CODE_MEMBER;
        if (is_named && super->text != NULL && strcmp(super->text, name) == 0 &&
            evaluate_super(self, class, super) == of) {
            return 1;
        }
    }
    return 0;
}

size_t evaluate_find_kinds(evaluator *self, const scope *of, scope **out_scopes, size_t count_max)
{
    uint32_t files[KINDS_MAX];
    const char *dot = strrchr(of->symbol, '.');
    const char *name = dot == NULL ? of->symbol : dot + 1;
    size_t count = 0;
    if (self->modules != NULL) {
        const evaluate_tree *tree = self->options->tree;
        size_t file_count = tree->find_kinds(tree->context, name, files, KINDS_MAX);
        if (file_count > KINDS_MAX) {
            return 0;
        }
        for (size_t i = 0; i < file_count; i++) {
            (void)get_module(self, files[i]);
        }
    }
    for (uint32_t i = 0; i < self->class_count; i++) {
        class_entry each = self->classes[i];
        if (is_kind_of(self, &each, of, name)) {
            if (count == count_max) {
                return 0;
            }
            out_scopes[count++] = each.scope;
        }
    }
    return count;
}
