/* parse.c -- see parse.h; and the core of lower.h. */
#include "aphoria/syntax/parse.h"

#include <assert.h>
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
