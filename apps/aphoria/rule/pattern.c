/* pattern.c -- patterns over the bytes of a file: see rule_set_scan.
 *
 * All of them at once by vectorscan, which tells where matches end; the line there is then looked
 * at by the expression itself, for its groups. */
#include <hs/hs.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/rule/rule_set.h"
#include "common/terminal.h"
#include "common/text.h"

enum { LINE_SIZE_MAX = 4096, ENDS_MAX = 4096 };

struct rule_scratch {
    hs_scratch_t *scratch;
};

int rule_pattern_is_cased(const char **text)
{
    static const char mark[] = "(?-i)";
    int is_cased = strncmp(*text, mark, sizeof mark - 1) == 0;
    *text += is_cased ? sizeof mark - 1 : 0;
    return is_cased;
}

int rule_set_compile_patterns(rule_set *self)
{
    size_t count = self->patterns.count;
    hs_compile_error_t *problem = NULL;
    if (count == 0) {
        return 1;
    }
    const char **texts = text_allocate(count * sizeof *texts);
    unsigned *flags = text_allocate(count * sizeof *flags);
    unsigned *ids = text_allocate(count * sizeof *ids);
    for (size_t i = 0; i < count; i++) {
        texts[i] = self->patterns.entries[i].match->pattern;
        flags[i] = rule_pattern_is_cased(&texts[i]) ? HS_FLAG_MULTILINE
                                                    : HS_FLAG_CASELESS | HS_FLAG_MULTILINE;
        ids[i] = (unsigned)i;
    }
    hs_error_t code = hs_compile_multi(texts, flags, ids, (unsigned)count, HS_MODE_BLOCK, NULL,
                                       &self->database, &problem);
    if (code != HS_SUCCESS) {
        const rule_match *bad = problem != NULL && problem->expression >= 0
                                    ? self->patterns.entries[problem->expression].match
                                    : self->patterns.entries[0].match;
        terminal_report("%s:%zu: pattern: %s; mend it", bad->rule->path, bad->line,
                        problem == NULL ? "out of memory" : problem->message);
        hs_free_compile_error(problem);
    }
    free(texts);
    free(flags);
    free(ids);
    return code == HS_SUCCESS;
}

rule_scratch *rule_scratch_create(const rule_set *self)
{
    rule_scratch *made = text_allocate(sizeof *made);
    *made = (rule_scratch){0};
    if (self->database != NULL && hs_alloc_scratch(self->database, &made->scratch) != HS_SUCCESS) {
        terminal_report("out of memory");
        exit(2);
    }
    return made;
}

void rule_scratch_destroy(rule_scratch *self)
{
    if (self != NULL) {
        hs_free_scratch(self->scratch);
        free(self);
    }
}

typedef struct pattern_scan {
    const rule_set *rules;
    uint32_t language_bit;
    const char *bytes;
    size_t size;
    arena *memory;
    rule_visit visit;
    void *context;
    size_t *line_ends; /* by pattern: the line that was looked at last ends there; 0 = none */
    size_t line;       /* of the offset below */
    size_t counted;
    size_t match_count;
} pattern_scan;

static void find_line(pattern_scan *self, size_t offset, code_node *node)
{
    if (offset < self->counted) {
        self->counted = 0;
        self->line = 1;
    }
    for (; self->counted < offset; self->counted++) {
        self->line += self->bytes[self->counted] == '\n';
    }
    size_t begin = offset;
    while (begin > 0 && self->bytes[begin - 1] != '\n') {
        begin--;
    }
    node->line = (uint32_t)self->line;
    node->column = (uint32_t)(offset - begin + 1);
}

static void tell(pattern_scan *self, const rule_match *match, size_t begin, size_t end)
{
    const char *text = arena_copy(self->memory, self->bytes + begin, end - begin);
    if (!rule_condition_holds_for(&match->test.condition, text)) {
        return;
    }
    code_node *node = arena_allocate(self->memory, sizeof *node);
    value *of = arena_allocate(self->memory, sizeof *of);
    *node = (code_node){
        .kind = CODE_TEXT, .begin = (uint32_t)begin, .end = (uint32_t)end, .text = text};
    *of = (value){.kind = VALUE_TEXT, .text = text, .node = node};
    find_line(self, begin, node);
    const char *observed = rule_observed_text(match, of, self->memory);
    if (observed != NULL) {
        rule_sighting seen = {match, observed, node, of, match->confidence};
        self->visit(self->context, &seen);
    }
}

/* Every match of the expression in the line that begins there. */
static void look_at_line(pattern_scan *self, const rule_match *match, size_t begin, size_t end)
{
    char line[LINE_SIZE_MAX + 1];
    size_t size = end - begin < LINE_SIZE_MAX ? end - begin : LINE_SIZE_MAX;
    memcpy(line, self->bytes + begin, size);
    line[size] = '\0';
    regmatch_t groups[2];
    for (size_t from = 0; from < size;) {
        int flags = from == 0 ? 0 : REG_NOTBOL;
        if (regexec(match->text, line + from, 2, groups, flags) != 0) {
            return;
        }
        const regmatch_t *found = groups[1].rm_so >= 0 ? &groups[1] : &groups[0];
        tell(self, match, begin + from + (size_t)found->rm_so, begin + from + (size_t)found->rm_eo);
        from += groups[0].rm_eo > 0 ? (size_t)groups[0].rm_eo : 1;
    }
}

static int take_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                      void *context)
{
    pattern_scan *self = context;
    const rule_match *match = self->rules->patterns.entries[id].match;
    (void)from;
    (void)flags;
    if ((match->languages & self->language_bit) == 0 || to < self->line_ends[id]) {
        return 0; /* that line has been looked at */
    }
    size_t begin = to > 0 ? (size_t)to - 1 : 0;
    while (begin > 0 && self->bytes[begin - 1] != '\n') {
        begin--;
    }
    const char *newline = memchr(self->bytes + begin, '\n', self->size - begin);
    size_t end = newline == NULL ? self->size : (size_t)(newline - self->bytes);
    self->line_ends[id] = end + 1;
    look_at_line(self, match, begin, end);
    return ++self->match_count >= ENDS_MAX;
}

void rule_set_scan(const rule_set *self, rule_scratch *scratch, language of, const char *bytes,
                   size_t size, arena *memory, rule_visit visit, void *context)
{
    if (self->database == NULL || size == 0) {
        return;
    }
    pattern_scan scan = {.rules = self,
                         .language_bit = 1u << language_family(of),
                         .bytes = bytes,
                         .size = size,
                         .memory = memory,
                         .visit = visit,
                         .context = context,
                         .line = 1};
    scan.line_ends = arena_allocate(memory, self->patterns.count * sizeof *scan.line_ends);
    hs_scan(self->database, bytes, (unsigned)size, 0, scratch->scratch, take_match, &scan);
}
