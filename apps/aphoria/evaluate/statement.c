/* statement.c -- the ways that code may take: see evaluator.h. */
#include <string.h>

#include "aphoria/evaluate/evaluator.h"

/* ---- Ways out ----------------------------------------------------------------------------- */

/* What is known where a loop or switch is left from within, by break or continue. */
typedef struct way_out {
    scope joined;
    int is_taken;
    way_out *outer;
} way_out;

static void begin_way_out(evaluator *self, way_out *out)
{
    *out = (way_out){.outer = self->way_out};
    self->way_out = out;
}

static void take_way_out(evaluator *self, way_out *out)
{
    if (out->is_taken) {
        scope_join(self, &out->joined, self->scope);
    } else {
        out->joined = scope_save(self, self->scope);
        out->is_taken = 1;
    }
}

/* Behind the loop or switch: both those who came to its end and those who left it. */
static void end_way_out(evaluator *self, way_out *out)
{
    self->way_out = out->outer;
    if (!out->is_taken) {
        return;
    }
    if (self->is_left) {
        *self->scope = out->joined;
        self->is_left = 0;
    } else {
        scope_join(self, self->scope, &out->joined);
    }
}

static void evaluate_leave(evaluator *self, const code_node *node)
{
    for (const code_node *each = node->first; each != NULL; each = each->next) {
        evaluate_node(self, each);
    }
    if (node->first == NULL && self->way_out != NULL) {
        take_way_out(self, self->way_out);
    }
    self->is_left = 1;
}

static void evaluate_return(evaluator *self, const code_node *node)
{
    const value *given = node->first == NULL ? value_unknown() : evaluate_node(self, node->first);
    scope *around =
        given->kind == VALUE_OBJECT && given->fields == NULL && strcmp(given->text, "self") == 0
            ? evaluate_class_scope(self->scope)
            : NULL;
    if (around != NULL) { /* return this */
        value *itself = value_make(self->memory, VALUE_OBJECT, node);
        itself->text = around->symbol;
        itself->fields = around;
        given = itself;
    }
    self->returned =
        self->returned == NULL ? given : value_join(self->memory, self->returned, given);
    self->is_left = 1;
    evaluate_tell_returned(self, given, node);
}

/* ---- Choices ------------------------------------------------------------------------------ */

static void evaluate_if(evaluator *self, const code_node *node)
{
    const code_node *then = code_child(node, 1);
    const code_node *otherwise = code_child(node, 2);
    int truth = node->first == NULL ? -1 : value_truth(evaluate_node(self, node->first));
    if (truth >= 0) {
        const code_node *taken = truth ? then : otherwise;
        if (taken != NULL) {
            evaluate_node(self, taken);
        }
        return;
    }
    scope before = scope_save(self, self->scope);
    evaluate_narrow(self, node->first, 1);
    if (then != NULL) {
        evaluate_node(self, then);
    }
    int is_then_left = self->is_left;
    scope after_then = *self->scope;
    *self->scope = before;
    self->is_left = 0;
    evaluate_narrow(self, node->first, 0);
    if (otherwise != NULL) {
        evaluate_node(self, otherwise);
    }
    if (self->is_left) {
        *self->scope = after_then;
        self->is_left = is_then_left;
    } else if (!is_then_left) {
        scope_join(self, self->scope, &after_then);
    }
}

/* What a loop's target is, whichever round it is in. */
static const value *any_item(evaluator *self, const value *iterated)
{
    const value *item = NULL;
    int is_set = iterated->kind == VALUE_LIST || iterated->kind == VALUE_ONE_OF;
    for (uint32_t i = 0; is_set && i < iterated->count; i++) {
        const value *each =
            iterated->kind == VALUE_LIST ? iterated->items[i] : any_item(self, iterated->items[i]);
        item = item == NULL ? each : value_join(self->memory, item, each);
    }
    if (item != NULL) {
        return item;
    }
    return value_with_taint(self->memory, value_unknown(), &iterated, 1);
}

static const value *evaluate_loop(evaluator *self, const code_node *node)
{
    const code_node *over = code_child(node, 1);
    const code_node *body = code_child(node, 2);
    int is_for_each = node->first->kind != CODE_NONE;
    int is_body_first = node->number > 0;
    const value *last = value_unknown();
    scope before = scope_save(self, self->scope);
    way_out out;
    begin_way_out(self, &out);
    for (int round = 0; round < 2 && !self->is_left; round++) {
        const value *iterated = over == NULL ? value_unknown() : evaluate_node(self, over);
        if (is_for_each) {
            evaluate_assign(self, node->first, any_item(self, iterated), NULL);
        } else if (value_truth(iterated) == 0 && !(is_body_first && round == 0)) {
            break;
        } else {
            evaluate_narrow(self, over, 1);
        }
        last = body == NULL ? last : evaluate_node(self, body);
        if (self->is_left && round == 0 && out.is_taken) {
            *self->scope = scope_save(self, &out.joined);
        }
        self->is_left = 0;
    }
    end_way_out(self, &out);
    if (!is_body_first) {
        scope_join(self, self->scope, &before);
    }
    return last;
}

/* ---- Switches ----------------------------------------------------------------------------- */

static int has_label(evaluator *self, const code_node *of, const value *switched)
{
    for (const code_node *label = of->first->next; label != NULL; label = label->next) {
        const value *wanted = evaluate_node(self, label);
        if (value_equals(wanted, switched)) {
            return 1;
        }
        for (uint32_t i = 0; wanted->kind == VALUE_LIST && i < wanted->count; i++) {
            if (value_equals(wanted->items[i], switched)) {
                return 1;
            }
        }
    }
    return of->first->next == NULL ? 2 : 0;
}

/* The case that a known value takes, with those that it falls through into. */
static const value *evaluate_known_switch(evaluator *self, const code_node *node,
                                          const value *switched)
{
    const value *made = value_unknown();
    const code_node *taken = NULL;
    for (const code_node *each = node->first->next; each != NULL; each = each->next) {
        int match = each->kind == CODE_CASE ? has_label(self, each, switched) : 0;
        if (match == 1 || (match == 2 && taken == NULL)) {
            taken = each;
        }
        if (match == 1) {
            break;
        }
    }
    for (; taken != NULL && !self->is_left; taken = taken->next) {
        made = evaluate_node(self, taken->first);
        if (!(taken->number > 0)) {
            break;
        }
    }
    return made;
}

static const value *evaluate_unknown_switch(evaluator *self, const code_node *node, way_out *out)
{
    const value *made = NULL;
    scope before = scope_save(self, self->scope);
    int has_default = 0;
    int falls = 0;
    for (const code_node *each = node->first->next; each != NULL; each = each->next) {
        if (falls) {
            scope_join(self, self->scope, &before);
        } else {
            *self->scope = scope_save(self, &before);
        }
        self->is_left = 0;
        if (!falls && each->kind == CODE_CASE) {
            evaluate_narrow_case(self, node->first, each->first->next);
        }
        has_default |= each->kind == CODE_CASE && each->first->next == NULL;
        const value *given = evaluate_node(self, each->kind == CODE_CASE ? each->first : each);
        made = made == NULL ? given : value_join(self->memory, made, given);
        falls = !self->is_left && each->number > 0;
        if (!self->is_left && !falls) {
            take_way_out(self, out);
            self->is_left = 1;
        }
    }
    if (!has_default) {
        self->is_left = 0;
        scope_join(self, self->scope, &before);
    }
    return made == NULL ? value_unknown() : made;
}

static const value *evaluate_switch(evaluator *self, const code_node *node)
{
    const value *switched = evaluate_node(self, node->first);
    way_out out;
    begin_way_out(self, &out);
    const value *made = value_is_constant(switched) ? evaluate_known_switch(self, node, switched)
                                                    : evaluate_unknown_switch(self, node, &out);
    end_way_out(self, &out);
    return made;
}

/* ---- Exceptions --------------------------------------------------------------------------- */

static void evaluate_try(evaluator *self, const code_node *node)
{
    scope before = scope_save(self, self->scope);
    evaluate_node(self, node->first);
    int is_body_left = self->is_left;
    scope after = scope_save(self, self->scope);
    const code_node *finally = code_child(node, 1);
    const code_node *handler = code_child(node, 2);
    for (; handler != NULL; handler = handler->next) {
        scope_join(self, self->scope, &before);
        self->is_left = 0;
        evaluate_node(self, handler);
        if (!self->is_left && is_body_left) {
            after = scope_save(self, self->scope);
            is_body_left = 0;
        } else if (!self->is_left) {
            scope_join(self, &after, self->scope);
        }
        *self->scope = scope_save(self, &after);
    }
    self->is_left = is_body_left;
    if (finally != NULL && finally->kind != CODE_NONE) {
        int was_left = self->is_left;
        self->is_left = 0;
        evaluate_node(self, finally);
        self->is_left |= was_left;
    }
}

int evaluate_statement(evaluator *self, const code_node *node, const value **out_value)
{
    switch ((code_kind)node->kind) {
    case CODE_IF:
        evaluate_if(self, node);
        break;
    case CODE_LOOP:
        *out_value = evaluate_loop(self, node);
        break;
    case CODE_SWITCH:
        *out_value = evaluate_switch(self, node);
        break;
    case CODE_TRY:
        evaluate_try(self, node);
        break;
    case CODE_RETURN:
        evaluate_return(self, node);
        break;
    case CODE_LEAVE:
        evaluate_leave(self, node);
        break;
    default:
        return 0;
    }
    return 1;
}
