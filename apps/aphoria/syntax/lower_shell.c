/* lower_shell.c -- shell: a command is a call of its name, its words are the arguments. */
#include <string.h>

#include "aphoria/syntax/lower.h"

extern const TSLanguage *tree_sitter_bash(void);

static code_node *lower_command(lowering *self, TSNode node, lower_parts parts)
{
    code_node *made = lower_make(self, CODE_CALL, node);
    code_node **tail = &made->first;
    TSNode name = lower_part_of(parts, FIELD_NAME);
    code_node *callee = lower_make(self, CODE_NAME, ts_node_is_null(name) ? node : name);
    callee->text = lower_source(self, name);
    lower_add(&tail, callee);
    for (uint32_t i = 0; i < parts.count; i++) {
        if (parts.items[i].field == FIELD_ARGUMENT) {
            lower_add(&tail, lower_node(self, parts.items[i].node));
        }
    }
    return made;
}

static code_node *lower_word(lowering *self, TSNode node, lower_parts parts)
{
    (void)parts;
    code_node *made = lower_make(self, CODE_TEXT, node);
    made->text = lower_source(self, node);
    return made;
}

static code_node *lower_raw(lowering *self, TSNode node, lower_parts parts)
{
    (void)parts;
    code_node *made = lower_make(self, CODE_TEXT, node);
    uint32_t begin = ts_node_start_byte(node) + 1;
    uint32_t end = ts_node_end_byte(node);
    made->text = end > begin ? lower_bytes(self, begin, end - 1) : "";
    return made;
}

static code_node *lower_variable(lowering *self, TSNode node, lower_parts parts)
{
    (void)parts;
    code_node *made = lower_make(self, CODE_NAME, node);
    const char *text = lower_source(self, node);
    made->text = text + strspn(text, "${");
    return made;
}

static const lower_rule rules[] = {
    {"comment", CODE_NONE, lower_skip, {0}},
    {"command", CODE_CALL, lower_command, {0}},
    {"word", CODE_TEXT, lower_word, {0}},
    {"number", CODE_TEXT, lower_word, {0}},
    {"concatenation", CODE_JOIN, NULL, {0}},
    {"string", CODE_JOIN, lower_string, {0}},
    {"raw_string", CODE_TEXT, lower_raw, {0}},
    {"simple_expansion", CODE_NAME, lower_variable, {0}},
    {"variable_name", CODE_NAME, lower_name, {0}},
    {"variable_assignment", CODE_ASSIGN, lower_assign, {0}},
    {"function_definition", CODE_FUNCTION, lower_function_of, {0}},
    {"compound_statement", CODE_BLOCK, NULL, {0}},
    {NULL, CODE_NONE, NULL, {0}},
};

const lower_language lower_shell = {.grammar = tree_sitter_bash, .rules = rules};
