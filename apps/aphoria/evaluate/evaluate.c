/* evaluate.c -- statements and expressions: see evaluate.h. */
#include "aphoria/evaluate/evaluate.h"

#include <ctype.h>
#include <string.h>

#include "aphoria/evaluate/evaluator.h"

enum { STEPS_MAX = 2000000 };

static const char *const sink_names[SINK_COUNT] = {
    [SINK_SQL] = "sql",
    [SINK_COMMAND] = "command",
    [SINK_CODE] = "code",
    [SINK_LDAP] = "ldap",
    [SINK_XPATH] = "xpath",
    [SINK_PATH] = "path",
    [SINK_XSS] = "xss",
    [SINK_TEMPLATE] = "template",
    [SINK_SSRF] = "ssrf",
    [SINK_REDIRECT] = "redirect",
    [SINK_XML] = "xml",
    [SINK_DESERIALIZATION] = "deserialization",
    [SINK_TRUST] = "trust",
    [SINK_LOG] = "log",
    [SINK_HEADER] = "header",
    [SINK_REGEX] = "regex",
    [SINK_COOKIE_SECURE] = "cookie_secure",
    [SINK_COOKIE_HTTP_ONLY] = "cookie_http_only",
};

const char *sink_name(sink_kind self)
{
    return sink_names[self];
}

sink_kind sink_by_name(const char *name)
{
    int found = 0;
    while (found < SINK_COUNT && strcmp(sink_names[found], name) != 0) {
        found++;
    }
    return (sink_kind)found;
}

/* ---- Paths -------------------------------------------------------------------------------- */

const char *evaluate_path(evaluator *self, const char *prefix, const char *name)
{
    size_t prefix_size = strlen(prefix);
    size_t name_size = strlen(name);
    if (prefix_size == 0 || name_size == 0) {
        return prefix_size == 0 ? name : prefix;
    }
    uint32_t hash = scope_hash(prefix) * 31 + scope_hash(name);
    const char **known = &self->known_paths[hash % KNOWN_PATHS_COUNT];
    if (*known != NULL && strncmp(*known, prefix, prefix_size) == 0 &&
        (*known)[prefix_size] == '.' && strcmp(*known + prefix_size + 1, name) == 0) {
        return *known;
    }
    char *path = arena_allocate(self->memory, prefix_size + name_size + 2);
    memcpy(path, prefix, prefix_size);
    path[prefix_size] = '.';
    memcpy(path + prefix_size + 1, name, name_size);
    *known = path;
    return path;
}

const char *evaluate_value_path(const value *of)
{
    switch ((value_kind)of->kind) {
    case VALUE_OBJECT:
        return of->text;
    case VALUE_TEXT:
    case VALUE_PREFIX:
        return "@text";
    case VALUE_LIST:
        return "@list";
    case VALUE_MAP:
        return "@map";
    case VALUE_ONE_OF:
        for (uint32_t i = 0; i < of->count; i++) {
            if (of->items[i]->kind == VALUE_OBJECT) {
                return of->items[i]->text;
            }
        }
        return "?";
    default:
        return "?";
    }
}

const char *evaluate_dotted(evaluator *self, const code_node *node)
{
    if (node->kind == CODE_NAME) {
        return strcmp(node->text, "this") == 0 ? "self" : node->text;
    }
    if (node->kind != CODE_MEMBER || node->first == NULL) {
        return NULL;
    }
    const char *object = evaluate_dotted(self, node->first);
    return object == NULL ? NULL : evaluate_path(self, object, node->text);
}

/* ---- Telling ------------------------------------------------------------------------------ */

/* Whether a value may have come out of this file into another's function. */
static int is_handed_over(const evaluator *self, const value *of)
{
    return of != NULL && ((of->taint & (TAINT_OUTSIDE | TAINT_FRESH)) != 0 ||
                          (of->node != NULL && of->node->file == self->options->file));
}

static int is_from_here(const evaluator *self, const event *told)
{
    int is_handed = told->kind != EVENT_TEXT &&
                    (is_handed_over(self, told->receiver) || is_handed_over(self, told->value));
    for (uint32_t i = 0; i < told->argument_count && !is_handed; i++) {
        is_handed = is_handed_over(self, told->arguments[i].value);
    }
    return is_handed;
}

void evaluate_tell(evaluator *self, event *told)
{
    if (self->silence > 0) {
        return;
    }
    if (self->scope->file == self->options->file) {
        told->symbol = self->scope->symbol;
        self->options->visit(self->options->context, told);
    } else if (self->crossing != NULL && is_from_here(self, told)) {
        event away = *told;
        away.symbol = self->crossing_symbol;
        away.file = self->scope->file;
        away.line = told->node->line;
        away.node = self->crossing;
        self->options->visit(self->options->context, &away);
    }
}

void evaluate_tell_assignment(evaluator *self, const char *path, const value *assigned,
                              const code_node *node)
{
    event told = {.kind = EVENT_ASSIGN, .path = path, .node = node, .value = assigned};
    evaluate_tell(self, &told);
}

const value *evaluate_modelled(evaluator *self, const char *path, const value *given,
                               const code_node *node, const event *call)
{
    const model_effect *effect =
        self->options->model == NULL ? NULL : self->options->model(self->options->context, path);
    if (effect == NULL) {
        return given;
    }
    if (effect->setting > 0 && call != NULL && (uint32_t)effect->setting <= call->argument_count &&
        self->options->setting != NULL) {
        const value *key = call->arguments[effect->setting - 1].value;
        const value *found = key->kind == VALUE_TEXT ? evaluate_setting(self, key->text) : NULL;
        const value *otherwise = (uint32_t)effect->setting < call->argument_count
                                     ? call->arguments[effect->setting].value
                                     : NULL;
        int has_default = otherwise != NULL && value_is_constant(otherwise);
        return found != NULL ? found
               : has_default ? value_join(self->memory, otherwise, given)
                             : given;
    }
    value *made = arena_allocate(self->memory, sizeof *made);
    *made = *given;
    if (effect->is_clean) {
        made->taint &= TAINT_ELSEWHERE;
    }
    if (effect->is_source) {
        made->taint |= TAINT_OUTSIDE | (effect->is_local ? 0 : TAINT_DIRECT);
        made->safe = 0;
        made->source = node;
    }
    made->taint |= effect->is_carrier ? TAINT_CARRIER : 0;
    made->taint |= effect->is_normal ? TAINT_NORMAL : 0;
    if (effect->is_fresh) {
        made->taint |= TAINT_FRESH;
        made->safe = ~effect->makes_safe;
        return made;
    }
    made->safe |= effect->makes_safe;
    if (effect->returns != NULL) {
        made->kind = VALUE_OBJECT;
        made->text = effect->returns;
        made->import = NULL;
    }
    return made;
}

/* ---- Assignment --------------------------------------------------------------------------- */

/* Where a name of Java's that is not local is bound: the class or instance around. */
static scope *field_scope(const evaluator *self, const char *name)
{
    scope *around = evaluate_class_scope(self->scope);
    if (self->options->language != LANGUAGE_JAVA || around == NULL || around == self->scope) {
        return NULL;
    }
    for (const scope *local = self->scope; local != around; local = local->outer) {
        scope only = *local;
        only.outer = NULL;
        if (scope_find(&only, name) != NULL) {
            return NULL;
        }
    }
    return scope_find(around, name) != NULL ? around : NULL;
}

void evaluate_rebind(evaluator *self, const char *dotted, const value *bound)
{
    scope *around = strncmp(dotted, "self.", 5) == 0 ? evaluate_class_scope(self->scope)
                                                     : field_scope(self, dotted);
    if (around == NULL) {
        scope_bind(self, self->scope, dotted, bound);
        return;
    }
    const char *name = strncmp(dotted, "self.", 5) == 0 ? dotted + 5 : dotted;
    scope_bind(self, around, evaluate_path(self, "self", name), bound);
    if (self->options->language == LANGUAGE_JAVA) {
        scope_bind(self, around, name, bound);
    }
}

/* A declared type says more than the names that led to a value. */
static const value *with_type(evaluator *self, const value *assigned, const char *type)
{
    static const char *const vague[] = {"var", "Object", "any", "auto", "let", "const"};
    for (size_t i = 0; type != NULL && i < sizeof vague / sizeof *vague; i++) {
        type = strcmp(type, vague[i]) == 0 ? NULL : type;
    }
    int is_open = assigned->kind == VALUE_UNKNOWN || assigned->kind == VALUE_OBJECT;
    if (type == NULL || !is_open || type[0] == '\0' || assigned->fields != NULL) {
        return assigned;
    }
    const value *bound = scope_find(self->scope, type);
    value *made = arena_allocate(self->memory, sizeof *made);
    *made = *assigned;
    made->kind = VALUE_OBJECT;
    made->text = bound != NULL && bound->kind == VALUE_OBJECT ? bound->text : type;
    made->import = bound == NULL ? NULL : bound->import;
    return made;
}

static void assign_member(evaluator *self, const code_node *target, const value *assigned)
{
    const value *object = evaluate_node(self, target->first);
    const char *dotted = evaluate_dotted(self, target);
    const char *prefix = evaluate_value_path(object);
    if (object->fields != NULL) {
        scope_bind(self, object->fields, evaluate_path(self, "self", target->text), assigned);
    } else if (dotted != NULL) {
        evaluate_rebind(self, dotted, assigned);
    }
    evaluate_tell_assignment(self, evaluate_path(self, prefix, target->text), assigned, target);
}

static void assign_index(evaluator *self, const code_node *target, const value *assigned)
{
    const value *object = evaluate_node(self, target->first);
    const code_node *index = code_child(target, 1);
    const value *key = index == NULL ? value_unknown() : evaluate_node(self, index);
    const char *dotted = evaluate_dotted(self, target->first);
    evaluate_tell_assignment(self,
                             evaluate_path(self, evaluate_value_path(object),
                                           key->kind == VALUE_TEXT ? key->text : "[]"),
                             value_with_taint(self->memory, assigned, &key, 1), target);
    if (dotted != NULL && object->kind == VALUE_MAP) {
        const char *text = key->kind == VALUE_TEXT ? key->text : NULL;
        evaluate_rebind(self, dotted, value_map_put(self->memory, object, text, assigned));
    } else if (dotted != NULL && object->kind == VALUE_LIST && key->kind == VALUE_NUMBER) {
        evaluate_rebind(self, dotted, value_list_set(self->memory, object, key->number, assigned));
    } else if (dotted != NULL && assigned->taint != 0) {
        evaluate_rebind(self, dotted, value_with_taint(self->memory, object, &assigned, 1));
    }
}

static const value *item_at(evaluator *self, const value *list, uint32_t place)
{
    if (list->kind == VALUE_LIST && place < list->count) {
        return list->items[place];
    }
    return value_with_taint(self->memory, value_unknown(), &list, 1);
}

static void assign_pattern(evaluator *self, const code_node *target, const value *assigned)
{
    uint32_t place = 0;
    for (const code_node *each = target->first; each != NULL; each = each->next, place++) {
        if (target->kind == CODE_LIST) {
            evaluate_assign(self, each, item_at(self, assigned, place), NULL);
        } else if (each->kind == CODE_PAIR && each->first->kind == CODE_TEXT) {
            evaluate_assign(self, each->first->next,
                            evaluate_member_of(self, assigned, each->first->text, each), NULL);
        } else if (each->kind == CODE_NAME) {
            evaluate_assign(self, each, evaluate_member_of(self, assigned, each->text, each), NULL);
        }
    }
}

void evaluate_assign(evaluator *self, const code_node *target, const value *assigned,
                     const char *type)
{
    switch ((code_kind)target->kind) {
    case CODE_NAME:
        assigned = with_type(self, assigned, type);
        if (type == NULL) {
            evaluate_rebind(self, target->text, assigned);
        } else {
            scope_bind(self, self->scope, target->text, assigned);
        }
        if (self->scope->is_class) {
            scope_bind(self, self->scope, evaluate_path(self, "self", target->text), assigned);
        }
        evaluate_tell_assignment(self, target->text, assigned, target);
        break;
    case CODE_TEXT: /* a field of a class */
        scope_bind(self, self->scope, evaluate_path(self, "self", target->text), assigned);
        evaluate_tell_assignment(self, target->text, assigned, target);
        break;
    case CODE_MEMBER:
        assign_member(self, target, assigned);
        break;
    case CODE_INDEX:
        assign_index(self, target, assigned);
        break;
    case CODE_LIST:
    case CODE_MAP:
        assign_pattern(self, target, assigned);
        break;
    case CODE_ASSIGN: /* a pattern's default */
        evaluate_assign(self, target->first, assigned, type);
        break;
    default:
        for (const code_node *each = target->first; each != NULL; each = each->next) {
            evaluate_assign(self, each, assigned, NULL);
        }
        break;
    }
}

static const value *evaluate_assignment(evaluator *self, const code_node *node)
{
    const code_node *target = node->first;
    const code_node *from = target->next;
    if (from == NULL || from->kind == CODE_NONE) {
        int is_field = self->scope->is_class && target->kind == CODE_TEXT;
        if (node->type != NULL && (target->kind == CODE_NAME || is_field)) {
            const char *name = is_field ? evaluate_path(self, "self", target->text) : target->text;
            scope_bind(self, self->scope, name, with_type(self, value_unknown(), node->type));
        }
        return value_unknown();
    }
    const value *assigned = evaluate_node(self, from);
    if (node->text != NULL && node->text[0] != '=') {
        const value *before = evaluate_node(self, target);
        assigned = value_binary(self->memory, node->text, before, assigned, node);
    }
    if (from->kind == CODE_FUNCTION && target->kind == CODE_NAME) {
        evaluate_add_function(self, from, target->text);
    }
    evaluate_assign(self, target, assigned, node->type);
    return assigned;
}

/* ---- Expressions -------------------------------------------------------------------------- */

const value *evaluate_member_of(evaluator *self, const value *object, const char *name,
                                const code_node *node)
{
    if (object->kind == VALUE_MAP) {
        const value *found = value_map_get(object, name);
        if (found != NULL) {
            return found;
        }
        if (object->text != NULL && object->count == 0) { /* of two parts: a section's name */
            return value_object(self->memory, evaluate_path(self, "@settings", name), node);
        }
    }
    if (object->fields != NULL) {
        const value *found = scope_find(object->fields, evaluate_path(self, "self", name));
        found = found != NULL ? found : evaluate_property(self, object, name, node);
        if (found != NULL) {
            return found;
        }
    }
    const char *path = evaluate_path(self, evaluate_value_path(object), name);
    value *named = value_make(self->memory, VALUE_OBJECT, node);
    named->text = path;
    named->import = object->kind == VALUE_OBJECT ? object->import : NULL;
    const value *elsewhere = named->import != NULL ? evaluate_imported(self, named)
                             : object->kind == VALUE_OBJECT && object->fields == NULL &&
                                     self->options->language == LANGUAGE_JAVA
                                 ? evaluate_unbound(self, path)
                                 : NULL;
    elsewhere = elsewhere == NULL ? evaluate_environment(self, path) : elsewhere;
    if (elsewhere != NULL) {
        return elsewhere;
    }
    const value *member = value_with_taint(self->memory, evaluate_marked(self, named), &object, 1);
    return evaluate_modelled(self, path, member, node, NULL);
}

static const value *evaluate_name(evaluator *self, const code_node *node)
{
    const char *name = strcmp(node->text, "this") == 0 ? "self" : node->text;
    const value *found = scope_find(self->scope, name);
    const value *elsewhere = found == NULL           ? evaluate_unbound(self, name)
                             : found->import != NULL ? evaluate_imported(self, found)
                                                     : NULL;
    if (found != NULL || elsewhere != NULL) {
        return elsewhere != NULL ? elsewhere : evaluate_marked(self, found);
    }
    return evaluate_modelled(
        self, name, evaluate_marked(self, value_object(self->memory, name, node)), node, NULL);
}

static const value *evaluate_member(evaluator *self, const code_node *node)
{
    const char *dotted = evaluate_dotted(self, node);
    const value *found = dotted == NULL ? NULL : scope_find(self->scope, dotted);
    if (found != NULL) {
        return found;
    }
    return evaluate_member_of(self, evaluate_node(self, node->first), node->text, node);
}

static const value *evaluate_index(evaluator *self, const code_node *node)
{
    const value *object = evaluate_node(self, node->first);
    const code_node *at = code_child(node, 1);
    const value *index = at == NULL ? value_unknown() : evaluate_node(self, at);
    if (index->kind == VALUE_TEXT) {
        return evaluate_member_of(self, object, index->text, node);
    }
    if (index->kind == VALUE_NUMBER && object->kind == VALUE_LIST) {
        double place = index->number < 0 ? object->count + index->number : index->number;
        return place >= 0 && place < object->count ? object->items[(uint32_t)place]
                                                   : value_unknown();
    }
    if (object->kind == VALUE_TEXT && index->kind == VALUE_NUMBER) {
        double size = (double)strlen(object->text);
        double place = index->number < 0 ? size + index->number : index->number;
        return place >= 0 && place < size
                   ? value_text(self->memory,
                                arena_copy(self->memory, object->text + (size_t)place, 1), node)
                   : value_unknown();
    }
    const char *path = evaluate_value_path(object);
    const value *item = object->kind == VALUE_OBJECT
                            ? value_object(self->memory, evaluate_path(self, path, "[]"), node)
                            : value_unknown();
    return value_with_taint(self->memory, item, &object, 1);
}

static const value *evaluate_list(evaluator *self, const code_node *node)
{
    value *empty = value_make(self->memory, VALUE_LIST, node);
    const value *list = empty;
    for (const code_node *each = node->first; each != NULL; each = each->next) {
        list = value_list_add(self->memory, list, evaluate_node(self, each));
        if (list->kind != VALUE_LIST) {
            break;
        }
    }
    return list;
}

static const value *evaluate_map(evaluator *self, const code_node *node)
{
    const value *map = value_make(self->memory, VALUE_MAP, node);
    for (const code_node *each = node->first; each != NULL; each = each->next) {
        if (each->kind == CODE_FUNCTION) { /* a method of an object that is written out */
            evaluate_add_function(self, each, each->text);
            map = map->kind == VALUE_MAP
                      ? value_map_put(self->memory, map, each->text,
                                      value_make(self->memory, VALUE_FUNCTION, each))
                      : map;
            continue;
        }
        if (each->kind != CODE_PAIR || each->first == NULL || each->first->next == NULL) {
            const value *spread = evaluate_node(self, each);
            map = value_with_taint(self->memory, map, &spread, 1);
            continue;
        }
        const value *key = evaluate_node(self, each->first);
        const value *item = evaluate_node(self, each->first->next);
        const char *name = key->kind == VALUE_TEXT ? key->text : NULL;
        if (name != NULL) {
            evaluate_tell_assignment(self, evaluate_path(self, "@map", name), item, each);
        }
        if (map->kind == VALUE_MAP) {
            map = value_map_put(self->memory, map, name, item);
        }
    }
    return map;
}

static const value *evaluate_join(evaluator *self, const code_node *node)
{
    const value *parts[VALUE_ITEMS_MAX];
    size_t count = 0;
    for (const code_node *each = node->first; each != NULL; each = each->next) {
        const value *part = evaluate_node(self, each);
        if (count < VALUE_ITEMS_MAX) {
            parts[count++] = part;
        }
    }
    return value_concatenate(self->memory, parts, count, node);
}

static const value *evaluate_binary(evaluator *self, const code_node *node)
{
    const code_node *right = code_child(node, 1);
    if (node->first == NULL || right == NULL) {
        return value_unknown();
    }
    const value *left_value = evaluate_node(self, node->first);
    return value_binary(self->memory, node->text, left_value, evaluate_node(self, right), node);
}

static const value *evaluate_unary(evaluator *self, const code_node *node)
{
    const value *operand = node->first == NULL ? value_unknown() : evaluate_node(self, node->first);
    if (strcmp(node->text, "not") == 0 || node->text[0] == '!') {
        int truth = value_truth(operand);
        return truth < 0 ? value_unknown() : value_boolean(self->memory, !truth, node);
    }
    if (node->text[0] == '-' && operand->kind == VALUE_NUMBER) {
        return value_number(self->memory, -operand->number, node);
    }
    return operand;
}

static const value *evaluate_choose(evaluator *self, const code_node *node)
{
    const code_node *then = code_child(node, 1);
    const code_node *otherwise = code_child(node, 2);
    if (then == NULL || otherwise == NULL) {
        return value_unknown();
    }
    int truth = value_truth(evaluate_node(self, node->first));
    if (truth >= 0 && otherwise->kind != CODE_NONE) {
        return evaluate_node(self, truth ? then : otherwise);
    }
    scope saved = scope_save(self, self->scope);
    evaluate_narrow(self, node->first, 1);
    const value *left = evaluate_node(self, then);
    *self->scope = saved;
    if (otherwise->kind == CODE_NONE) {
        return left;
    }
    evaluate_narrow(self, node->first, 0);
    const value *right = evaluate_node(self, otherwise);
    *self->scope = saved;
    return value_join(self->memory, left, right);
}

static const value *evaluate_children(evaluator *self, const code_node *node)
{
    if (node->first != NULL && node->first->next == NULL) {
        return evaluate_node(self, node->first);
    }
    const value *made = value_unknown();
    for (const code_node *each = node->first; each != NULL && !self->is_left; each = each->next) {
        const value *child = evaluate_node(self, each);
        made = value_with_taint(self->memory, made, &child, 1);
    }
    return made;
}

/* ---- Declarations ------------------------------------------------------------------------- */

static const value *evaluate_function(evaluator *self, const code_node *node)
{
    for (const code_node *each = node->first->next; each != NULL; each = each->next) {
        if (each->kind == CODE_DECORATOR) {
            evaluate_node(self, each);
        }
    }
    evaluate_add_function(self, node, node->text);
    value *made = value_make(self->memory, VALUE_FUNCTION, node);
    if (node->text[0] != '\0') {
        scope_bind(self, self->scope, node->text, made);
    }
    return made;
}

static void evaluate_import(evaluator *self, const code_node *node)
{
    if (strcmp(node->type, "*") == 0) {
        evaluate_add_star(self, node);
        return;
    }
    value *imported = value_make(self->memory, VALUE_OBJECT, node);
    imported->text = node->text;
    imported->import = node;
    scope_bind(self, self->scope, node->type,
               evaluate_modelled(self, node->text, imported, node, NULL));
}

static const value *evaluate_literal(evaluator *self, const code_node *node)
{
    const value *made = value_text(self->memory, node->text, node);
    event told = {.kind = EVENT_TEXT, .path = "", .node = node, .value = made};
    evaluate_tell(self, &told);
    return made;
}

static const value *evaluate_expression(evaluator *self, const code_node *node)
{
    switch ((code_kind)node->kind) {
    case CODE_TEXT:
        return evaluate_literal(self, node);
    case CODE_NUMBER:
        return value_number(self->memory, node->number, node);
    case CODE_BOOLEAN:
        return value_boolean(self->memory, node->number > 0, node);
    case CODE_NULL:
        return value_make(self->memory, VALUE_NULL, node);
    case CODE_NAME:
        return evaluate_name(self, node);
    case CODE_MEMBER:
        return evaluate_member(self, node);
    case CODE_INDEX:
        return evaluate_index(self, node);
    case CODE_CALL:
    case CODE_NEW:
        return evaluate_call(self, node);
    case CODE_BINARY:
        return evaluate_binary(self, node);
    case CODE_UNARY:
        return evaluate_unary(self, node);
    case CODE_CHOOSE:
        return evaluate_choose(self, node);
    case CODE_JOIN:
        return evaluate_join(self, node);
    case CODE_LIST:
        return evaluate_list(self, node);
    case CODE_MAP:
        return evaluate_map(self, node);
    case CODE_CAST:
        return node->first == NULL ? value_unknown()
                                   : with_type(self, evaluate_node(self, node->first), node->text);
    case CODE_ASSIGN:
        return evaluate_assignment(self, node);
    case CODE_FUNCTION:
        return evaluate_function(self, node);
    default:
        return evaluate_children(self, node);
    }
}

const value *evaluate_node(evaluator *self, const code_node *node)
{
    const value *made = value_unknown();
    if (self->steps == 0 || node->kind == CODE_NONE || self->nesting >= NESTING_MAX) {
        return made;
    }
    self->steps--;
    self->nesting++;
    if (node->kind == CODE_CLASS) {
        evaluate_class(self, node);
        const value *class = scope_find(self->scope, node->text);
        made = class == NULL ? made : class;
    } else if (node->kind == CODE_IMPORT) {
        evaluate_import(self, node);
    } else if (!evaluate_statement(self, node, &made)) {
        made = evaluate_expression(self, node);
    }
    self->nesting--;
    return made;
}

int evaluate_run(const code_node *root, const evaluate_options *options)
{
    evaluator self = {.options = options,
                      .memory = options->memory,
                      .steps = options->steps_max == 0 ? STEPS_MAX : options->steps_max};
    self.scope = scope_make(&self, NULL, "");
    self.scope->file = options->file;
    evaluate_begin_modules(&self);
    evaluate_node(&self, root);
    /* Functions found on the way are added behind. */
    for (uint32_t i = 0; i < self.function_count; i++) {
        function_entry entry = self.functions[i];
        if (entry.scope->file != options->file) {
            continue;
        }
        self.is_left = 0;
        self.depth = 0;
        self.goings = 0;
        self.outermost = &entry;
        evaluate_function_body(&self, &entry, NULL);
    }
    return self.steps > 0;
}
