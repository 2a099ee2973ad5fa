/* function.c -- functions that are known, and how they are gone into: see evaluator.h. */
#include <string.h>

#include "aphoria/evaluate/evaluator.h"

enum { FUNCTIONS_MAX = 20000 };

const char *evaluate_last_name(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot == NULL ? path : dot + 1;
}

/* ---- Functions of this file --------------------------------------------------------------- */

void evaluate_add_function(evaluator *self, const code_node *node, const char *symbol)
{
    /* Found again on a second way through, or under the name that it is assigned to. */
    for (uint32_t i = self->function_count; i > 0; i--) {
        function_entry *known = &self->functions[i - 1];
        if (known->node == node) {
            known->scope = self->scope;
            if (symbol[0] != '\0') {
                known->symbol = evaluate_path(self, known->scope->symbol, symbol);
                known->hash = scope_hash(evaluate_last_name(symbol));
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
                         scope_hash(evaluate_last_name(symbol))};
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

/* Of the file that is gone through, by the end of its symbol: name, or Class.name. */
static const function_entry *entry_named(const evaluator *self, const char *symbol)
{
    size_t size = strlen(symbol);
    uint32_t hash = scope_hash(evaluate_last_name(symbol));
    for (uint32_t i = self->function_count; i > 0; i--) {
        if (self->functions[i - 1].hash != hash ||
            self->functions[i - 1].scope->file != self->scope->file) {
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
        value *plain = value_make(self->memory, VALUE_OBJECT, parameter);
        plain->text = type;
        plain->import = bound == NULL ? NULL : bound->import;
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
    static const char *const types[] = {"int",     "long", "float", "double",
                                        "boolean", "bool", "Long",  "Integer",
                                        "Boolean", "UUID", "short", "number"};
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
            const value *bound = given != NULL ? given : parameter_value(self, function, each);
            scope_bind(self, self->scope, each->text, bound);
            if (each->number > 0 && given != NULL) { /* constructor(private name) */
                evaluate_rebind(self, evaluate_path(self, "self", each->text), bound);
            }
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
    const code_node *crossing_before = self->crossing;
    const char *crossing_symbol_before = self->crossing_symbol;
    uint32_t steps_before = self->steps;
    int is_crossing =
        call != NULL && outer->file == self->options->file && entry->scope->file != outer->file;
    if (is_crossing) {
        self->crossing = call->node;
        self->crossing_symbol = outer->symbol;
        self->steps = self->away_steps < self->steps ? self->away_steps : self->steps;
    }
    uint32_t steps_given = self->steps;
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
    if (is_crossing) { /* what is left of those for other files, and of all */
        uint32_t used = steps_given - self->steps;
        self->away_steps -= used < self->away_steps ? used : self->away_steps;
        self->steps = steps_before;
    }
    self->crossing = crossing_before;
    self->crossing_symbol = crossing_symbol_before;
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

/* Whether another file's function can say much of this call: something that matters goes in, or it
 * is so short that it may give a constant. */
static int is_worth_leaving_for(const function_entry *entry, const event *call)
{
    enum { SHORT_SIZE = 1200 };
    int is_carried = entry->node->end - entry->node->begin < SHORT_SIZE ||
                     (call->receiver != NULL && call->receiver->taint != 0);
    for (uint32_t i = 0; i < call->argument_count && !is_carried; i++) {
        is_carried = call->arguments[i].value->taint != 0;
    }
    return is_carried;
}

const value *evaluate_go_into(evaluator *self, const function_entry *entry, const event *call)
{
    if (self->depth >= CALL_DEPTH_MAX || self->goings >= GOINGS_MAX ||
        is_being_called(self, entry->node) ||
        (entry->scope->file != self->options->file &&
         (self->away_steps == 0 || !is_worth_leaving_for(entry, call)))) {
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
int evaluate_own_function(evaluator *self, const code_node *callee, const value *receiver,
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
