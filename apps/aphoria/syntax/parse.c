/* parse.c -- see parse.h; and the core of lower.h. */
#include "aphoria/syntax/parse.h"

#include <assert.h>
#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aphoria/syntax/lower_core.h"
#include "common/text.h"

static const lower_language *const lowerings[LANGUAGE_COUNT] = {
    [LANGUAGE_PYTHON] = &lower_python,
    [LANGUAGE_JAVA] = &lower_java,
    [LANGUAGE_JAVASCRIPT] = &lower_javascript,
    [LANGUAGE_TYPESCRIPT] = &lower_typescript,
    [LANGUAGE_TSX] = &lower_tsx,
    [LANGUAGE_GO] = &lower_go,
    [LANGUAGE_C] = &lower_c,
    [LANGUAGE_CPP] = &lower_cpp,
    [LANGUAGE_RUST] = &lower_rust,
    [LANGUAGE_RUBY] = &lower_ruby,
    [LANGUAGE_PHP] = &lower_php,
    [LANGUAGE_SHELL] = &lower_shell,
};

struct parser {
    TSParser *parser;
    lowering lower;
};

typedef struct time_limit {
    uint64_t end_ns;
} time_limit;

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

parser *parser_create(void)
{
    parser *self = text_allocate(sizeof *self);
    memset(self, 0, sizeof *self);
    self->parser = ts_parser_new();
    return self;
}

void parser_destroy(parser *self)
{
    if (self == NULL) {
        return;
    }
    lower_deinit(&self->lower);
    ts_parser_delete(self->parser);
    free(self);
}

void parser_set_file(parser *self, uint32_t file)
{
    self->lower.file = file;
}

static bool is_over(TSParseState *state)
{
    const time_limit *limit = state->payload;
    return now_ns() > limit->end_ns;
}

typedef struct source_bytes {
    const char *bytes;
    uint32_t size;
} source_bytes;

static const char *read_source(void *payload, uint32_t offset, TSPoint position, uint32_t *out_size)
{
    const source_bytes *source = payload;
    (void)position;
    *out_size = offset < source->size ? source->size - offset : 0;
    return offset < source->size ? source->bytes + offset : "";
}

static TSTree *parse(parser *self, const TSLanguage *grammar, source_bytes *source,
                     uint64_t budget_ns)
{
    time_limit limit = {now_ns() + budget_ns};
    TSParseOptions options = {.payload = &limit, .progress_callback = is_over};
    TSInput input = {.payload = source, .read = read_source, .encoding = TSInputEncodingUTF8};
    int is_set = ts_parser_set_language(self->parser, grammar);
    assert(is_set); /* else the grammar is of another version than the core */
    (void)is_set;
    TSTree *tree = ts_parser_parse_with_options(self->parser, NULL, input, options);
    if (tree == NULL) {
        ts_parser_reset(self->parser);
    }
    return tree;
}

parse_result parser_run(parser *self, language self_language, const char *source, uint32_t size,
                        uint64_t budget_ns, arena *memory)
{
    parse_result result = {0};
    const lower_language *lowered = lowerings[self_language];
    if (lowered == NULL) {
        return result;
    }
    source_bytes bytes = {source, size};
    TSTree *tree = parse(self, lowered->grammar(), &bytes, budget_ns);
    if (tree == NULL) {
        result.is_cut = 1;
        return result;
    }
    TSNode root = ts_tree_root_node(tree);
    result.has_errors = ts_node_has_error(root);
    lower_begin(&self->lower, self_language, lowered, source, size, memory);
    code_node *block = lower_make(&self->lower, CODE_BLOCK, root);
    code_node **tail = &block->first;
    lower_add_rest(&self->lower, &tail, lower_get_parts(&self->lower, root), FIELD_NONE);
    result.root = block;
    result.node_count = self->lower.node_count;
    result.is_cut = self->lower.is_cut;
    ts_tree_delete(tree);
    return result;
}

/* ---- Comments ------------------------------------------------------------------------------ */

static int is_comment(TSNode node)
{
    return strstr(ts_node_type(node), "comment") != NULL;
}

/* A row of statements begins where its first one does. */
static int is_row(TSNode node)
{
    static const char *const names[] = {"block",       "body_statement", "block_body", "then",
                                        "statements",  "statement_list", "else",       "do",
                                        "switch_body", "colon_block"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(ts_node_type(node), names[i]) == 0) {
            return 1;
        }
    }
    return ts_node_is_null(ts_node_parent(node));
}

static TSNode field_of(TSNode node, const char *name)
{
    return ts_node_child_by_field_name(node, name, (uint32_t)strlen(name));
}

/* The last line of a statement's head: all of it where it has no body. */
static uint32_t last_line_of(const char *source, TSNode node)
{
    static const char *const wrapped[] = {"definition", "declaration"};
    static const char *const bodies[] = {"body", "consequence"};
    TSNode inner = node;
    for (size_t i = 0; i < 4; i++) {
        TSNode next = field_of(inner, wrapped[i % 2]);
        inner = ts_node_is_null(next) ? inner : next;
    }
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        TSNode body = field_of(inner, bodies[i]);
        if (!ts_node_is_null(body)) {
            uint32_t row = ts_node_start_point(body).row;
            int is_braced = source[ts_node_start_byte(body)] == '{';
            return row + (is_braced || row == ts_node_start_point(node).row ? 1 : 0);
        }
    }
    return ts_node_end_point(node).row + 1;
}

/* What comes behind the comment: the greatest thing that begins there. */
static void find_next(const char *source, uint32_t size, TSNode root, comment *of)
{
    uint32_t at = of->end;
    TSNode node;
    do {
        while (at < size && isspace((unsigned char)source[at])) {
            at++;
        }
        node = ts_node_descendant_for_byte_range(root, at, at + 1);
        for (TSNode inner = node; !is_comment(node) && ts_node_start_byte(inner) == at;) {
            inner = ts_node_parent(inner);
            if (ts_node_is_null(inner) || is_row(inner)) {
                break;
            }
            node = is_comment(inner) ? inner : node;
        }
        at = is_comment(node) ? ts_node_end_byte(node) : at;
    } while (at < size && is_comment(node));
    if (at >= size || ts_node_start_byte(node) != at) {
        return;
    }
    for (TSNode above = ts_node_parent(node);
         !ts_node_is_null(above) && ts_node_start_byte(above) == at && !is_row(above);
         above = ts_node_parent(node)) {
        node = above;
    }
    of->first_line = ts_node_start_point(node).row + 1;
    of->last_line = last_line_of(source, node);
}

static int is_alone(const char *source, uint32_t begin)
{
    while (begin > 0 && (source[begin - 1] == ' ' || source[begin - 1] == '\t')) {
        begin--;
    }
    return begin == 0 || source[begin - 1] == '\n';
}

static int is_holding(const char *source, TSNode node, const char *text)
{
    uint32_t begin = ts_node_start_byte(node);
    return memmem(source + begin, ts_node_end_byte(node) - begin, text, strlen(text)) != NULL;
}

static void tell_comment(const char *source, uint32_t size, TSNode root, TSNode node,
                         comment_visit visit, void *context)
{
    comment made = {.begin = ts_node_start_byte(node),
                    .end = ts_node_end_byte(node),
                    .line = ts_node_start_point(node).row + 1};
    if (is_alone(source, made.begin)) {
        find_next(source, size, root, &made);
    } else {
        made.first_line = made.line;
        made.last_line = ts_node_end_point(node).row + 1;
    }
    visit(context, &made);
}

int parser_comments(parser *self, language self_language, const char *source, uint32_t size,
                    const char *holding, uint64_t budget_ns, comment_visit visit, void *context)
{
    const lower_language *lowered = lowerings[self_language];
    source_bytes bytes = {source, size};
    uint64_t end_ns = now_ns() + budget_ns;
    TSTree *tree = lowered == NULL ? NULL : parse(self, lowered->grammar(), &bytes, budget_ns);
    if (tree == NULL) {
        return 0;
    }
    TSNode root = ts_tree_root_node(tree);
    TSTreeCursor at = ts_tree_cursor_new(root);
    for (int is_more = 1; is_more;) {
        TSNode node = ts_tree_cursor_current_node(&at);
        int is_told = is_comment(node);
        if (is_told && is_holding(source, node, holding) && now_ns() < end_ns) {
            tell_comment(source, size, root, node, visit, context);
        }
        if (is_told || !ts_tree_cursor_goto_first_child(&at)) {
            while ((is_more = ts_tree_cursor_goto_next_sibling(&at)) == 0 &&
                   ts_tree_cursor_goto_parent(&at)) {
            }
        }
    }
    ts_tree_cursor_delete(&at);
    ts_tree_delete(tree);
    return 1;
}
