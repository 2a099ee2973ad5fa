/* call.c -- calls, and the file's own functions: see evaluator.h. */
#include <ctype.h>
#include <string.h>

#include "aphoria/evaluate/evaluator.h"

enum { ARGUMENTS_MAX = 32, FUNCTIONS_MAX = 20000 };

/* ---- Functions of this file --------------------------------------------------------------- */

static const char *last_name(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot == NULL ? path : dot + 1;
}

void evaluate_add_function(evaluator *self, const code_node *node, const char *symbol)
{
    /* Found again on a second way through, or under the name that it is assigned to. */
    for (uint32_t i = self->function_count; i > 0; i--) {
        function_entry *known = &self->functions[i - 1];
        if (known->node == node) {
            known->scope = self->scope;
            if (symbol[0] != '\0') {
                known->symbol = evaluate_path(self, known->scope->symbol, symbol);
                known->hash = scope_hash(last_name(symbol));
            }
            return;
        }
    }
    if (self->function_count == FUNCTIONS_MAX) {
        return;
    }
    if (self->function_count == self->function_capacity) {
        uint32_t capacity = self->function_capacity == 0 ? 32 : 2 * self->function_capacity;
        function_entry *items = arena_allocate(self->memory, capacity * sizeof *items);
        if (self->function_count > 0) {
            memcpy(items, self->functions, self->function_count * sizeof *items);
        }
        self->functions = items;
        self->function_capacity = capacity;
    }
    self->functions[self->function_count++] =
        (function_entry){node, self->scope, evaluate_path(self, self->scope->symbol, symbol),
                         scope_hash(last_name(symbol))};
}

static const function_entry *entry_of(const evaluator *self, const code_node *node)
{
    for (uint32_t i = self->function_count; i > 0; i--) {
        if (self->functions[i - 1].node == node) {
            return &self->functions[i - 1];
        }
    }
    return NULL;
}

/* By the end of its symbol: name, or Class.name. */
static const function_entry *entry_named(const evaluator *self, const char *symbol)
{
    size_t size = strlen(symbol);
    uint32_t hash = scope_hash(last_name(symbol));
    for (uint32_t i = self->function_count; i > 0; i--) {
        if (self->functions[i - 1].hash != hash) {
            continue;
        }
        const char *known = self->functions[i - 1].symbol;
        size_t known_size = strlen(known);
        if (known_size >= size && strcmp(known + known_size - size, symbol) == 0 &&
            (known_size == size || known[known_size - size - 1] == '.')) {
            return &self->functions[i - 1];
        }
    }
    return NULL;
}

/* What a parameter is where nobody says: its type, its default, or just its name. */
static const value *parameter_alone(evaluator *self, const code_node *parameter)
{
    if (parameter->type != NULL) {
        const value *bound = scope_find(self->scope, parameter->type);
        const char *type =
            bound != NULL && bound->kind == VALUE_OBJECT ? bound->text : parameter->type;
        const value *plain = value_object(self->memory, type, parameter);
        const value *given = evaluate_modelled(self, type, plain, parameter, NULL);
        return (given->taint & TAINT_FRESH) != 0 ? plain : given; /* whoever made it may have */
    }
    return evaluate_modelled(self, parameter->text,
                             value_object(self->memory, parameter->text, parameter), parameter,
                             NULL);
}

/* The expression that a decorator or annotation is called by. */
static const char *decorator_path(evaluator *self, const code_node *decorator)
{
    const code_node *name = decorator->first;
    if (name != NULL && name->kind == CODE_CALL) {
        name = name->first;
    }
    return name == NULL ? "" : evaluate_value_path(evaluate_node(self, name));
}

/* <int:name> in the text that a route is given. */
static int is_number_in_route(evaluator *self, const code_node *decorator, const char *name)
{
    static const char *const kinds[] = {"<int:", "<float:", "<uuid:"};
    const code_node *call = decorator->first;
    const code_node *route = call == NULL || call->kind != CODE_CALL ? NULL : call->first->next;
    for (size_t i = 0; route != NULL && route->kind == CODE_TEXT && i < 3; i++) {
        const char *found = strstr(route->text, kinds[i]);
        size_t size = strlen(name);
        for (; found != NULL; found = strstr(found + 1, kinds[i])) {
            const char *from = found + strlen(kinds[i]);
            if (strncmp(from, name, size) == 0 && from[size] == '>') {
                return 1;
            }
        }
    }
    (void)self;
    return 0;
}

static const value *decorated_value(evaluator *self, const value *alone, const code_node *from,
                                    const code_node *parameter)
{
    for (; from != NULL; from = from->next) {
        if (from->kind == CODE_DECORATOR && from->first != NULL && parameter->text != NULL &&
            !is_number_in_route(self, from, parameter->text)) {
            const char *path = evaluate_path(self, decorator_path(self, from), "@parameter");
            alone = evaluate_modelled(self, path, alone, parameter, NULL);
        }
    }
    return alone;
}

static int is_number_type(const char *type)
{
    static const char *const types[] = {"int",  "long",    "float",   "double", "boolean", "bool",
                                        "Long", "Integer", "Boolean", "UUID",   "short"};
    for (size_t i = 0; type != NULL && i < sizeof types / sizeof *types; i++) {
        if (strcmp(type, types[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

static const value *parameter_value(evaluator *self, const code_node *function,
                                    const code_node *parameter)
{
    const code_node *given = parameter->first;
    const value *alone = parameter_alone(self, parameter);
    if (given != NULL && given->kind != CODE_NONE && given->kind != CODE_DECORATOR) {
        const value *initial = evaluate_node(self, given);
        if (value_is_constant(initial) && initial->kind != VALUE_NULL) {
            value *made = arena_allocate(self->memory, sizeof *made);
            *made = *initial;
            made->is_default = 1;
            alone = made;
        }
    }
    /* An annotation may say that a request fills it: @RequestParam; or one of its function. */
    if (!is_number_type(parameter->type)) {
        alone = decorated_value(self, alone, given, parameter);
        alone = decorated_value(self, alone, function->first->next, parameter);
    }
    return alone;
}

static const value *argument_for(const event *call, const char *name, uint32_t place)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < call->argument_count; i++) {
        const event_argument *each = &call->arguments[i];
        if (each->name != NULL ? strcmp(each->name, name) == 0 : at++ == place) {
            return each->value;
        }
    }
    return NULL;
}

/* What *rest or **rest gets: the named ones where there are any. */
static const value *remaining_arguments(evaluator *self, const event *call, uint32_t place)
{
    const value *list = value_make(self->memory, VALUE_LIST, call->node);
    const value *map = value_make(self->memory, VALUE_MAP, call->node);
    uint32_t at = 0;
    for (uint32_t i = 0; i < call->argument_count; i++) {
        const event_argument *each = &call->arguments[i];
        if (each->name != NULL) {
            map = value_map_put(self->memory, map, each->name, each->value);
        } else if (at++ >= place) {
            list = value_list_add(self->memory, list, each->value);
        }
    }
    return map->count > 0 ? map : list;
}

static void bind_parameters(evaluator *self, const code_node *function, const event *call)
{
    uint32_t place = 0;
    for (const code_node *each = function->first->next; each != NULL; each = each->next) {
        if (each->kind == CODE_DECORATOR) {
            continue;
        }
        int is_receiver = each->text != NULL && place == 0 &&
                          (strcmp(each->text, "self") == 0 || strcmp(each->text, "cls") == 0);
        if (is_receiver) {
            continue;
        }
        const value *given =
            call == NULL || each->text == NULL ? NULL : argument_for(call, each->text, place);
        if (each->kind == CODE_PARAMETER) {
            scope_bind(self, self->scope, each->text,
                       given != NULL ? given : parameter_value(self, function, each));
        } else if (each->kind == CODE_SPREAD && each->first != NULL && call != NULL) {
            evaluate_assign(self, each->first, remaining_arguments(self, call, place), NULL);
        } else if (each->kind == CODE_MAP || each->kind == CODE_LIST) {
            evaluate_assign(self, each, given == NULL ? value_unknown() : given, NULL);
        }
        place++;
    }
}

static int is_changeable(const value *of, const char *type)
{
    int is_buffer =
        type != NULL && (strcmp(type, "StringBuilder") == 0 || strcmp(type, "StringBuffer") == 0);
    return of->kind == VALUE_LIST || of->kind == VALUE_MAP || (of->taint & TAINT_FRESH) != 0 ||
           (is_buffer && (of->kind == VALUE_TEXT || of->kind == VALUE_PREFIX));
}

/* Lists, maps and buffers that the function changed are the caller's. */
static void give_back(evaluator *self, const code_node *function, const event *call,
                      const scope *inner, scope *outer)
{
    uint32_t place = 0;
    for (const code_node *each = function->first->next; each != NULL; each = each->next) {
        int is_receiver = each->text != NULL && place == 0 && strcmp(each->text, "self") == 0;
        if (each->kind != CODE_PARAMETER || is_receiver) {
            continue;
        }
        if (place >= call->argument_count) {
            break;
        }
        const event_argument *given = &call->arguments[place++];
        const value *now = scope_find(inner, each->text);
        const char *dotted = given->name != NULL || !is_changeable(given->value, each->type)
                                 ? NULL
                                 : evaluate_dotted(self, given->node);
        if (dotted != NULL && now != NULL && now != given->value) {
            scope_bind(self, outer, dotted, now);
        }
    }
}

const value *evaluate_function_body(evaluator *self, const function_entry *entry, const event *call)
{
    scope *outer = self->scope;
    const value *returned_before = self->returned;
    way_out *way_out_before = self->way_out;
    int was_left = self->is_left;
    self->scope = scope_make(self, entry->scope, entry->symbol);
    self->returned = NULL;
    self->way_out = NULL;
    self->is_left = 0;
    bind_parameters(self, entry->node, call);
    const value *last = evaluate_node(self, entry->node->first);
    const value *given = self->returned == NULL ? last : self->returned;
    if (call != NULL) {
        give_back(self, entry->node, call, self->scope, outer);
    }
    self->scope = outer;
    self->returned = returned_before;
    self->way_out = way_out_before;
    self->is_left = was_left;
    return given;
}

static void tell_returned_by(evaluator *self, const code_node *first, const value *given,
                             const code_node *node)
{
    for (; first != NULL; first = first->next) {
        if (first->kind == CODE_DECORATOR) {
            const char *path = evaluate_path(self, decorator_path(self, first), "@return");
            evaluate_tell_assignment(self, path, given, node);
        }
    }
}

void evaluate_tell_returned(evaluator *self, const value *given, const code_node *node)
{
    if (self->depth > 0 || self->outermost == NULL) {
        return;
    }
    if (given->kind == VALUE_LIST && given->count > 0) {
        given = given->items[0]; /* a page with its status */
    }
    tell_returned_by(self, self->outermost->node->first->next, given, node);
    const scope *around = self->outermost->scope;
    for (uint32_t i = 0; around->is_class && i < self->class_count; i++) {
        if (self->classes[i].scope == around) {
            tell_returned_by(self, self->classes[i].node->first->next, given, node);
        }
    }
}

static int is_being_called(const evaluator *self, const code_node *function)
{
    for (uint32_t i = 0; i < self->depth; i++) {
        if (self->calls[i] == function) {
            return 1;
        }
    }
    return 0;
}

const value *evaluate_go_into(evaluator *self, const function_entry *entry, const event *call)
{
    if (self->depth >= CALL_DEPTH_MAX || self->goings >= GOINGS_MAX ||
        is_being_called(self, entry->node)) {
        return NULL;
    }
    self->goings++;
    self->calls[self->depth++] = entry->node;
    function_entry copy = *entry;
    const value *given = evaluate_function_body(self, &copy, call);
    self->depth--;
    return given;
}

const value *evaluate_call_value(evaluator *self, const value *function, const event *call)
{
    const function_entry *entry = entry_of(self, function->node);
    const value *given = entry == NULL ? NULL : evaluate_go_into(self, entry, call);
    return given == NULL ? value_unknown() : given;
}

/* The function of this file that is called. */
static int own_function(evaluator *self, const code_node *callee, const value *receiver,
                        const value *called, uint32_t argument_count, function_entry *out)
{
    const function_entry *found = NULL;
    if (called != NULL && called->kind == VALUE_FUNCTION) {
        found = entry_of(self, called->node);
        if (found != NULL && found->scope->is_class && callee->kind == CODE_NAME) {
            return evaluate_find_method(self, NULL, callee->text, argument_count, out) ||
                   (*out = *found, 1);
        }
    } else if (callee->kind == CODE_NAME) {
        if (evaluate_find_method(self, NULL, callee->text, argument_count, out)) {
            return self->options->language == LANGUAGE_JAVA;
        }
        found = called != NULL && called->kind == VALUE_OBJECT &&
                        strcmp(called->text, callee->text) == 0
                    ? entry_named(self, callee->text)
                    : NULL;
    } else if (callee->kind == CODE_MEMBER && receiver != NULL &&
               receiver->kind == VALUE_FUNCTION) {
        found = entry_of(self, receiver->node);
    } else if (callee->kind == CODE_MEMBER && receiver != NULL && receiver->kind == VALUE_OBJECT) {
        if (evaluate_find_method(self, receiver, callee->text, argument_count, out)) {
            return 1;
        }
        found = strcmp(receiver->text, "self") == 0
                    ? entry_named(self, callee->text)
                    : entry_named(self, evaluate_path(self, receiver->text, callee->text));
    }
    if (found != NULL) {
        *out = *found;
    }
    return found != NULL;
}

/* ---- Calls -------------------------------------------------------------------------------- */

typedef struct call_frame {
    event told;
    event_argument arguments[ARGUMENTS_MAX];
    const value *values[ARGUMENTS_MAX + 1]; /* arguments, and the receiver behind them */
} call_frame;

static void read_arguments(evaluator *self, call_frame *frame, const code_node *first)
{
    for (; first != NULL && frame->told.argument_count < ARGUMENTS_MAX; first = first->next) {
        if (first->kind == CODE_NONE || first->kind == CODE_CLASS) {
            continue;
        }
        event_argument *argument = &frame->arguments[frame->told.argument_count];
        const code_node *given = first;
        if (first->kind == CODE_NAMED && first->first != NULL) {
            argument->name = first->text;
            given = first->first;
        }
        frame->told.has_spread |= first->kind == CODE_SPREAD;
        argument->node = given;
        argument->value = evaluate_node(self, given);
        frame->values[frame->told.argument_count++] = argument->value;
    }
    frame->told.arguments = frame->arguments;
}

/* A callback is gone through by itself; what is assigned by name is also told as such. */
static void tell_named(evaluator *self, const event *call)
{
    for (uint32_t i = 0; i < call->argument_count; i++) {
        const event_argument *each = &call->arguments[i];
        if (each->name != NULL) {
            evaluate_tell_assignment(self, evaluate_path(self, call->path, each->name), each->value,
                                     each->node);
        }
    }
}

static int has_word(const char *name, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcasestr(name, *words) != NULL) {
            return 1;
        }
    }
    return 0;
}

/* wrapper.getTheParameter("name"), of a wrapper that was made of a request. */
static int reads_request(const call_frame *frame, const code_node *callee)
{
    static const char *const words[] = {"param", "header", "cookie", "query",
                                        "form",  "field",  "input",  NULL};
    static const char *const other[] = {"init", "set", "format", "add", NULL};
    const value *receiver = frame->told.receiver;
    return receiver != NULL && (receiver->taint & TAINT_CARRIER) != 0 &&
           callee->kind == CODE_MEMBER && frame->told.argument_count <= 2 &&
           has_word(callee->text, words) && !has_word(callee->text, other);
}

/* [^a-z0-9]: what is left where all of these are gone is harmless. */
static int keeps_harmless(const value *pattern, const value *by)
{
    static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "0123456789-_\\. ";
    if (pattern->kind != VALUE_TEXT || by->kind != VALUE_TEXT ||
        strncmp(pattern->text, "[^", 2) != 0 || strspn(by->text, harmless) != strlen(by->text)) {
        return 0;
    }
    size_t size = strspn(pattern->text + 2, harmless);
    return size > 0 && pattern->text[2 + size] == ']';
}

/* text.replace("'", …): the sinks that it is safe for then. */
static uint32_t replaced_for(const code_node *callee, const call_frame *frame)
{
    int is_by_pattern =
        (frame->told.argument_count >= 3 && strcmp(frame->told.path, "re.sub") == 0) ||
        (frame->told.argument_count == 2 && callee->kind == CODE_MEMBER &&
         strcmp(callee->text, "replaceAll") == 0);
    if (is_by_pattern && keeps_harmless(frame->values[0], frame->values[1])) {
        return SINK_ALL;
    }
    const value *from = frame->told.argument_count == 2 ? frame->values[0] : NULL;
    if (from == NULL || from->kind != VALUE_TEXT || callee->kind != CODE_MEMBER ||
        strncmp(callee->text, "replace", 7) != 0) {
        return 0;
    }
    if (strcmp(from->text, "'") == 0 || strcmp(from->text, "\"") == 0) {
        return 1u << SINK_XPATH;
    }
    return strcmp(from->text, "<") == 0 ? 1u << SINK_XSS : 0;
}

/* What an unknown function's own name says that its result is safe for. */
static uint32_t named_for(const char *path)
{
    static const char *const all[] = {"sanitiz", "sanitis", NULL};
    static const char *const escaping[] = {"escape", "encodefor", "encode_for", NULL};
    static const char *const other[] = {"unescape", NULL};
    const char *name = last_name(path);
    if (has_word(name, all)) {
        return SINK_ALL;
    }
    return has_word(name, escaping) && !has_word(name, other)
               ? 1u << SINK_XSS | 1u << SINK_LDAP | 1u << SINK_XPATH | 1u << SINK_TEMPLATE |
                     1u << SINK_LOG
               : 0;
}

/* table.get(key): what stands in a table is not what it is asked for by. */
static int is_lookup(const call_frame *frame, const code_node *callee)
{
    const value *receiver = frame->told.receiver;
    return receiver != NULL && callee->kind == CODE_MEMBER && frame->told.argument_count == 1 &&
           strcmp(callee->text, "get") == 0 && callee->first->kind == CODE_NAME &&
           !isupper((unsigned char)callee->first->text[0]) && receiver->kind == VALUE_OBJECT &&
           (receiver->taint & TAINT_OUTSIDE) == 0 && receiver->fields == NULL;
}

/* The result of a function that is not known: what goes in may come out. */
static const value *result_of(evaluator *self, call_frame *frame, size_t value_count,
                              const code_node *node)
{
    const value *receiver = frame->told.receiver;
    const value *made = value_object(self->memory, frame->told.path, node);
    made = value_with_taint(self->memory, made, frame->values, value_count);
    const value *given = evaluate_modelled(self, frame->told.path, made, node, &frame->told);
    uint32_t safe_for = replaced_for(node->first, frame);
    safe_for |= given == made ? named_for(frame->told.path) : 0;
    if (safe_for != 0) {
        return value_made_safe(self->memory, given, safe_for);
    }
    if (given != made) {
        return given;
    }
    if (is_lookup(frame, node->first)) {
        return value_object(self->memory, frame->told.path, node);
    }
    int is_method = receiver != NULL && (receiver->taint & TAINT_OUTSIDE) != 0;
    if (reads_request(frame, node->first)) {
        value *read = arena_allocate(self->memory, sizeof *read);
        *read = *made;
        read->taint |= TAINT_OUTSIDE;
        read->safe = 0;
        read->source = node;
        return read;
    }
    if (node->kind == CODE_NEW || is_method || (made->taint & TAINT_DIRECT) == 0) {
        return made;
    }
    value *indirect = arena_allocate(self->memory, sizeof *indirect);
    *indirect = *made;
    indirect->taint &= ~(uint32_t)TAINT_DIRECT;
    return indirect;
}

/* What of a receiver that is not known is changed by a call: list.add(x), in.read(buffer). */
static void change_unknown(evaluator *self, const code_node *callee, call_frame *frame,
                           const value *receiver)
{
    static const char *const changing[] = {"append", "add",         "put",    "insert",
                                           "push",   "offer",       "extend", "update",
                                           "write",  "setProperty", NULL};
    static const char *const reading[] = {"read", "readFully", "readinto", NULL};
    const code_node *object = callee->first;
    while (object->kind == CODE_CALL && object->first->kind == CODE_MEMBER) {
        object = object->first->first; /* joiner.add(a).add(b) */
    }
    const char *dotted = evaluate_dotted(self, object);
    for (size_t i = 0; dotted != NULL && changing[i] != NULL; i++) {
        if (strncmp(callee->text, changing[i], strlen(changing[i])) == 0) {
            const value *before = object == callee->first ? receiver : evaluate_node(self, object);
            const value *changed =
                value_with_taint(self->memory, before, frame->values, frame->told.argument_count);
            if (changed != before) {
                scope_bind(self, self->scope, dotted, changed);
            }
        }
    }
    for (size_t i = 0; (receiver->taint & TAINT_OUTSIDE) != 0 && reading[i] != NULL; i++) {
        const event_argument *buffer =
            frame->told.argument_count == 0 ? NULL : &frame->told.arguments[0];
        const char *filled = buffer == NULL || strcmp(callee->text, reading[i]) != 0
                                 ? NULL
                                 : evaluate_dotted(self, buffer->node);
        if (filled != NULL) {
            scope_bind(self, self->scope, filled,
                       value_with_taint(self->memory, buffer->value, &receiver, 1));
        }
    }
}

static const value *method_of_one(evaluator *self, const code_node *callee, call_frame *frame,
                                  const value *receiver, const value **out_changed)
{
    const value *changed = NULL;
    frame->told.receiver = receiver;
    const value *given = evaluate_method(self, callee->text, receiver, &frame->told, &changed);
    const value *now = changed == NULL ? receiver : changed;
    *out_changed = *out_changed == NULL ? now : value_join(self->memory, *out_changed, now);
    return given;
}

/* A well-known method of a text, list or map, or of each that the receiver may be. */
static const value *call_method(evaluator *self, const code_node *callee, call_frame *frame,
                                const value *receiver)
{
    const value *changed = NULL;
    const value *given = NULL;
    int is_choice = receiver->kind == VALUE_ONE_OF;
    uint32_t count = is_choice ? receiver->count : 1;
    int is_known = 1;
    for (uint32_t i = 0; i < count; i++) {
        const value *each =
            method_of_one(self, callee, frame, is_choice ? receiver->items[i] : receiver, &changed);
        is_known = is_known && each != NULL;
        given = given == NULL || each == NULL ? each : value_join(self->memory, given, each);
    }
    frame->told.receiver = receiver;
    const char *dotted = evaluate_dotted(self, callee->first);
    if (changed != receiver && dotted != NULL && (is_known || !is_choice)) {
        evaluate_rebind(self, dotted, changed);
    } else if (!is_known) {
        change_unknown(self, callee, frame, receiver);
    }
    return is_known ? given : NULL;
}

static int maps_items(const char *name)
{
    static const char *const names[] = {"map",      "flatMap", "apply",      "thenApply",
                                        "mapToObj", "reduce",  "replaceAll", "transform"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

/* What callbacks among the arguments give of what is tainted. */
static const value *with_callbacks(evaluator *self, call_frame *frame, size_t value_count,
                                   const code_node *node, const value *made)
{
    int is_tainted = 0;
    for (size_t i = 0; i < value_count; i++) {
        is_tainted |= (frame->values[i]->taint & TAINT_OUTSIDE) != 0;
    }
    const value *given = NULL;
    for (uint32_t i = 0; is_tainted && i < frame->told.argument_count; i++) {
        if (frame->values[i]->kind == VALUE_FUNCTION) {
            given = evaluate_callback(self, frame->values[i], frame->values, value_count,
                                      frame->told.receiver, node);
        }
    }
    if (given == NULL) {
        return made;
    }
    const char *dot = strrchr(frame->told.path, '.');
    if (maps_items(dot == NULL ? frame->told.path : dot + 1)) {
        made = value_object(self->memory, frame->told.path, node);
    }
    return value_with_taint(self->memory, made, &given, 1);
}

/* Setters that make their receiver safe: factory.setFeature(…, true). */
static void harden_receiver(evaluator *self, const code_node *callee, const call_frame *frame)
{
    const model_effect *effect =
        self->options->model == NULL
            ? NULL
            : self->options->model(self->options->context, frame->told.path);
    const char *dotted = callee->kind == CODE_MEMBER ? evaluate_dotted(self, callee->first) : NULL;
    if (effect == NULL || effect->hardens == 0 || dotted == NULL) {
        return;
    }
    int has_word_in = effect->hardens_words == NULL;
    for (uint32_t i = 0; i < frame->told.argument_count; i++) {
        const value *each = frame->values[i];
        if (each->kind == VALUE_BOOLEAN && (each->number > 0) != (effect->hardens_by_false == 0)) {
            return;
        }
        int is_named = each->kind == VALUE_TEXT || each->kind == VALUE_OBJECT;
        has_word_in |= is_named && effect->hardens_words != NULL &&
                       has_word(each->text, effect->hardens_words);
    }
    if (has_word_in) {
        evaluate_rebind(self, dotted,
                        value_made_safe(self->memory, frame->told.receiver, effect->hardens));
    }
}

/* require("module"), import("module") */
static const value *module_of(evaluator *self, const event *call)
{
    int is_require = strcmp(call->path, "require") == 0 || strcmp(call->path, "import") == 0;
    if (!is_require || call->argument_count != 1 || call->arguments[0].value->kind != VALUE_TEXT) {
        return NULL;
    }
    const char *module = call->arguments[0].value->text;
    return value_object(self->memory, strncmp(module, "node:", 5) == 0 ? module + 5 : module,
                        call->node);
}

/* An unknown function may have told what it was given to be safe. */
static void trust_arguments(evaluator *self, const call_frame *frame)
{
    for (uint32_t i = 0; i < frame->told.argument_count; i++) {
        const value *given = frame->values[i];
        const char *dotted = (given->taint & TAINT_FRESH) == 0
                                 ? NULL
                                 : evaluate_dotted(self, frame->arguments[i].node);
        if (dotted != NULL) {
            evaluate_rebind(self, dotted, value_made_safe(self->memory, given, SINK_ALL));
        }
    }
}

/* What one receiver's method of this file gives, or NULL. */
static const value *call_own(evaluator *self, const code_node *callee, const call_frame *frame,
                             const value *receiver, const value *called)
{
    function_entry own;
    if (receiver != NULL && receiver->kind == VALUE_ONE_OF) {
        const value *made = NULL;
        for (uint32_t i = 0; i < receiver->count; i++) {
            const value *each = call_own(self, callee, frame, receiver->items[i], NULL);
            if (each == NULL) {
                return NULL;
            }
            made = made == NULL ? each : value_join(self->memory, made, each);
        }
        return made;
    }
    return own_function(self, callee, receiver, called, frame->told.argument_count, &own)
               ? evaluate_go_into(self, &own, &frame->told)
               : NULL;
}

static const value *finish_call(evaluator *self, const code_node *node, call_frame *frame,
                                const value *called)
{
    const code_node *callee = node->first;
    const value *receiver = frame->told.receiver;
    size_t value_count = frame->told.argument_count;
    if (receiver != NULL) {
        frame->values[value_count++] = receiver;
    }
    const value *made = module_of(self, &frame->told);
    if (made != NULL) {
        return made;
    }
    int is_class = called != NULL && called->kind == VALUE_OBJECT && called->node != NULL &&
                   called->node->kind == CODE_CLASS;
    if (node->kind == CODE_NEW || is_class) {
        made = evaluate_instance(self, node, frame->told.path, &frame->told);
        made = made == NULL ? evaluate_collection(self, frame->told.path, &frame->told) : made;
    } else {
        made = call_own(self, callee, frame, receiver, called);
        if (made == NULL && receiver != NULL) {
            made = call_method(self, callee, frame, receiver);
            harden_receiver(self, callee, frame);
        }
    }
    made = made == NULL ? evaluate_made(self, frame->told.path, &frame->told) : made;
    if (made != NULL) {
        return made;
    }
    if (node->kind == CODE_CALL) {
        trust_arguments(self, frame);
    }
    made =
        with_callbacks(self, frame, value_count, node, result_of(self, frame, value_count, node));
    const model_effect *effect =
        self->options->model == NULL
            ? NULL
            : self->options->model(self->options->context, frame->told.path);
    self->is_left |= effect != NULL && effect->is_exit;
    return made;
}

const value *evaluate_call(evaluator *self, const code_node *node)
{
    const code_node *callee = node->first;
    call_frame *frame = arena_allocate(self->memory, sizeof *frame);
    const value *called = NULL;
    if (callee->kind == CODE_MEMBER) {
        frame->told.receiver = evaluate_node(self, callee->first);
        frame->told.path =
            evaluate_path(self, evaluate_value_path(frame->told.receiver), callee->text);
        const char *dotted = evaluate_dotted(self, callee);
        called = dotted == NULL ? NULL : scope_find(self->scope, dotted);
        if (called != NULL && called->kind == VALUE_OBJECT) {
            frame->told.path = called->text;
        }
    } else {
        called = evaluate_node(self, callee);
        frame->told.path = called->kind == VALUE_FUNCTION
                               ? callee->kind == CODE_NAME ? callee->text : ""
                               : evaluate_value_path(called);
    }
    frame->told.kind = EVENT_CALL;
    frame->told.node = node;
    read_arguments(self, frame, callee->next);
    if (node->kind == CODE_NEW) {
        frame->told.path = evaluate_path(self, frame->told.path, "new");
    }
    evaluate_tell(self, &frame->told);
    tell_named(self, &frame->told);
    if (node->kind == CODE_NEW) {
        size_t size = strlen(frame->told.path);
        frame->told.path = size <= 4 ? "?" : arena_copy(self->memory, frame->told.path, size - 4);
    }
    return finish_call(self, node, frame, called);
}
