/* narrow.c -- what a condition that held says of a name: see evaluator.h. */
#include <string.h>

#include "aphoria/evaluate/evaluator.h"

/* What was compared with constants, or matched a pattern as a whole, is no longer anybody's. */
static void make_checked(evaluator *self, const code_node *node)
{
    const char *dotted = evaluate_dotted(self, node);
    if (dotted == NULL) {
        return;
    }
    const value *before = evaluate_node(self, node);
    if (before->taint != 0) {
        scope_bind(self, self->scope, dotted, value_made_safe(self->memory, before, SINK_ALL));
    }
}

static int is_constant_set(const value *set)
{
    if (set->kind != VALUE_LIST && set->kind != VALUE_MAP) {
        return set->kind == VALUE_OBJECT && set->taint == 0;
    }
    for (uint32_t i = 0; set->kind == VALUE_LIST && i < set->count; i++) {
        if (!value_is_constant(set->items[i])) {
            return 0;
        }
    }
    return set->count > 0;
}

static void narrow_binary(evaluator *self, const code_node *condition, int is_true)
{
    const code_node *left = condition->first;
    const code_node *right = code_child(condition, 1);
    const char *operator= condition->text;
    if (left == NULL || right == NULL) {
        return;
    }
    int is_and = strcmp(operator, "and") == 0 || strcmp(operator, "&&") == 0;
    int is_or = strcmp(operator, "or") == 0 || strcmp(operator, "||") == 0;
    if ((is_and && is_true) || (is_or && !is_true)) {
        evaluate_narrow(self, left, is_true);
        evaluate_narrow(self, right, is_true);
        return;
    }
    int is_in = strcmp(operator, is_true ? "in" : "not in") == 0;
    int is_equal = strncmp(operator, is_true ? "==" : "!=", 2) == 0;
    if (is_in && is_constant_set(evaluate_node(self, right))) {
        make_checked(self, left);
    }
    if (is_equal && value_is_constant(evaluate_node(self, right))) {
        make_checked(self, left);
    } else if (is_equal && value_is_constant(evaluate_node(self, left))) {
        make_checked(self, right);
    }
}

static int is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(name, *names) == 0) {
            return 1;
        }
    }
    return 0;
}

static void narrow_call(evaluator *self, const code_node *condition)
{
    static const char *const of_receiver[] = {"isdigit",  "isalnum", "isdecimal", "isnumeric",
                                              "isalpha", "isidentifier", NULL};
    static const char *const of_set[] = {"contains", "includes", "has", "containsKey", NULL};
    static const char *const of_pattern[] = {"match", "fullmatch", NULL};
    const code_node *callee = condition->first;
    const code_node *first = callee->next;
    if (callee->kind != CODE_MEMBER) {
        return;
    }
    if (is_one_of(callee->text, of_receiver)) {
        make_checked(self, callee->first);
    } else if (first != NULL && is_one_of(callee->text, of_set)) {
        const value *set = evaluate_node(self, callee->first);
        if (is_constant_set(set) || set->kind == VALUE_OBJECT) {
            make_checked(self, first);
        }
    } else if (strcmp(callee->text, "matches") == 0 && first != NULL) {
        make_checked(self, callee->first);
    } else if (first != NULL && first->next != NULL && is_one_of(callee->text, of_pattern)) {
        make_checked(self, first->next);
    } else if (strcmp(callee->text, "test") == 0 && first != NULL) {
        make_checked(self, first);
    } else if (strcmp(callee->text, "equals") == 0 && first != NULL) {
        make_checked(self, value_is_constant(evaluate_node(self, callee->first)) ? first
                                                                                 : callee->first);
    }
}

void evaluate_narrow(evaluator *self, const code_node *condition, int is_true)
{
    if (condition == NULL) {
        return;
    }
    switch ((code_kind)condition->kind) {
    case CODE_UNARY:
        if (condition->first != NULL &&
            (strcmp(condition->text, "not") == 0 || condition->text[0] == '!')) {
            evaluate_narrow(self, condition->first, !is_true);
        }
        break;
    case CODE_BINARY:
        narrow_binary(self, condition, is_true);
        break;
    case CODE_CALL:
        if (is_true) {
            narrow_call(self, condition);
        }
        break;
    default:
        break;
    }
}
