/* narrow.c -- what a condition that held says of a name: see evaluator.h. */
#include <string.h>

#include "aphoria/evaluate/evaluator.h"

/* The name that a value was made of: f of f.getCanonicalPath(), p of os.path.realpath(p). */
static const code_node *made_of(const code_node *node)
{
    for (int depth = 0; node != NULL && depth < 4; depth++) {
        if (node->kind != CODE_CALL && node->kind != CODE_NEW) {
            return node;
        }
        const code_node *callee = node->first;
        int is_of_receiver = callee->kind == CODE_MEMBER &&
                             (callee->next == NULL || strcmp(callee->text, "slice") == 0);
        node = is_of_receiver ? callee->first : callee->next;
    }
    return node;
}

/* What was compared with constants, or matched a pattern as a whole, is no longer anybody's: not
 * for these sinks. */
static void make_safe(evaluator *self, const code_node *node, uint32_t sinks)
{
    const char *dotted = node == NULL ? NULL : evaluate_dotted(self, node);
    if (dotted == NULL) {
        return;
    }
    const value *before = evaluate_node(self, node);
    if (before->taint != 0) {
        scope_bind(self, self->scope, dotted, value_made_safe(self->memory, before, sinks));
    }
}

/* url, of url.netloc or url.getHost(); or NULL. */
static const code_node *host_owner(const code_node *node)
{
    static const char *const names[] = {"netloc", "hostname", "host", "getHost", "getAuthority"};
    const code_node *member = node->kind == CODE_CALL ? node->first : node;
    for (size_t i = 0; member->kind == CODE_MEMBER && i < sizeof names / sizeof *names; i++) {
        if (strcmp(member->text, names[i]) == 0) {
            return member->first;
        }
    }
    return NULL;
}

static void make_checked(evaluator *self, const code_node *node)
{
    const code_node *owner = host_owner(node);
    make_safe(self, node, SINK_ALL);
    if (owner != NULL) { /* and so is the address that it is the host of */
        const code_node *made = evaluate_node(self, owner)->node;
        make_safe(self, owner, 1u << SINK_SSRF | 1u << SINK_REDIRECT);
        make_safe(self, made_of(owner), 1u << SINK_SSRF | 1u << SINK_REDIRECT);
        make_safe(self, made_of(made), 1u << SINK_SSRF | 1u << SINK_REDIRECT);
    }
}

/* What a text that this is not in is safe for. */
static uint32_t safe_without(const char *text)
{
    if (strstr(text, "..") != NULL) {
        return 1u << SINK_PATH;
    }
    return strcmp(text, "'") == 0 || strcmp(text, "\"") == 0 ? 1u << SINK_XPATH | 1u << SINK_CODE
                                                             : 0;
}

/* text.startsWith(head), of a path without .. or an address with its host. */
static void narrow_begins(evaluator *self, const code_node *text, const code_node *head)
{
    const value *whole = evaluate_node(self, text);
    const value *known = evaluate_node(self, head);
    if ((known->taint & TAINT_OUTSIDE) != 0) {
        return;
    }
    if ((whole->taint & TAINT_NORMAL) != 0) {
        make_safe(self, text, 1u << SINK_PATH);
        make_safe(self, made_of(text), 1u << SINK_PATH);
    }
    const char *scheme = known->kind == VALUE_TEXT ? strstr(known->text, "://") : NULL;
    if (scheme != NULL && strchr(scheme + 3, '/') != NULL) {
        make_safe(self, text, 1u << SINK_SSRF | 1u << SINK_REDIRECT);
    }
}

static int is_constant_set(const value *set)
{
    if (set->kind != VALUE_LIST && set->kind != VALUE_MAP) {
        return set->kind == VALUE_OBJECT && (set->taint & ~(uint32_t)TAINT_ELSEWHERE) == 0;
    }
    for (uint32_t i = 0; set->kind == VALUE_LIST && i < set->count; i++) {
        if (!value_is_constant(set->items[i])) {
            return 0;
        }
    }
    return set->count > 0;
}

/* Whether a comparison that comes out so says that its left side is a constant. */
static int is_told(evaluator *self, const code_node *compared, int is_true)
{
    const code_node *right = compared->kind == CODE_BINARY ? code_child(compared, 1) : NULL;
    return right != NULL && strncmp(compared->text, is_true ? "==" : "!=", 2) == 0 &&
           value_is_constant(evaluate_node(self, right));
}

/* a == "x" || a == "y" that holds; a != "x" && a != "y" that does not. */
static void narrow_either(evaluator *self, const code_node *left, const code_node *right,
                          int is_true)
{
    if (!is_told(self, left, is_true) || !is_told(self, right, is_true)) {
        return;
    }
    const char *name = evaluate_dotted(self, left->first);
    const char *other = evaluate_dotted(self, right->first);
    if (name != NULL && other != NULL && strcmp(name, other) == 0) {
        make_checked(self, left->first);
    }
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
    if (is_and || is_or) {
        narrow_either(self, left, right, is_true);
        return;
    }
    int is_in = strcmp(operator, is_true ? "in" : "not in") == 0;
    int is_equal = strncmp(operator, is_true ? "==" : "!=", 2) == 0;
    int is_out = strcmp(operator, is_true ? "not in" : "in") == 0;
    if (is_out && left->kind == CODE_TEXT && safe_without(left->text) != 0) {
        make_safe(self, made_of(right), safe_without(left->text));
    }
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

static void narrow_equals(evaluator *self, const code_node *left, const code_node *right)
{
    if ((evaluate_node(self, right)->taint & TAINT_OUTSIDE) == 0) {
        make_checked(self, left);
    }
    if ((evaluate_node(self, left)->taint & TAINT_OUTSIDE) == 0) {
        make_checked(self, right);
    }
}

static void narrow_call(evaluator *self, const code_node *condition)
{
    static const char *const of_receiver[] = {"isdigit", "isalnum",      "isdecimal", "isnumeric",
                                              "isalpha", "isidentifier", NULL};
    static const char *const of_set[] = {"contains", "includes", "has", "containsKey", NULL};
    static const char *const of_begin[] = {"startsWith", "startswith", "is_relative_to", NULL};
    static const char *const of_pattern[] = {"match", "fullmatch", NULL};
    const code_node *callee = condition->first;
    const code_node *first = callee->next;
    if (callee->kind != CODE_MEMBER) {
        return;
    }
    if (is_one_of(callee->text, of_receiver)) {
        make_checked(self, callee->first);
    } else if (first == NULL) {
        return;
    } else if (is_one_of(callee->text, of_begin)) {
        narrow_begins(self, callee->first, first);
    } else if (is_one_of(callee->text, of_set)) {
        const value *set = evaluate_node(self, callee->first);
        if (is_constant_set(set) || set->kind == VALUE_OBJECT) {
            make_checked(self, first);
        }
    } else if (strcmp(callee->text, "matches") == 0) {
        make_checked(self, first->next == NULL ? callee->first : first->next);
    } else if (first->next != NULL && is_one_of(callee->text, of_pattern)) {
        make_checked(self, first->next);
    } else if (strcmp(callee->text, "test") == 0) {
        make_checked(self, first);
    } else if (strncmp(callee->text, "equals", 6) == 0) {
        narrow_equals(self, callee->first, first);
    }
}

/* !name.contains("..") */
static void narrow_failed_call(evaluator *self, const code_node *condition)
{
    const code_node *callee = condition->first;
    const code_node *first = callee->next;
    if (callee->kind == CODE_MEMBER && strcmp(callee->text, "contains") == 0 && first != NULL &&
        first->kind == CODE_TEXT && safe_without(first->text) != 0) {
        make_safe(self, made_of(callee->first), safe_without(first->text));
    }
}

void evaluate_narrow_case(evaluator *self, const code_node *switched, const code_node *labels)
{
    int is_told = labels != NULL;
    for (; labels != NULL && is_told; labels = labels->next) {
        is_told = value_is_constant(evaluate_node(self, labels));
    }
    if (is_told) {
        make_checked(self, switched);
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
        } else {
            narrow_failed_call(self, condition);
        }
        break;
    default:
        break;
    }
}
