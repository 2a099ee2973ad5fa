#include "steme/question.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/record_json.h"
#include "common/truth_models.h"

enum { TRUST_PACK_SIZE_MAX = 4 << 20 };

uint64_t question_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

/* ---- Views -------------------------------------------------------------------------------- */

steme_view *question_open_view(const char *path)
{
    steme_error error = {0};
    steme_view *view = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (!file_read(path, STEME_VIEW_SIZE_MAX, &bytes, &size)) {
        return NULL;
    }
    if (steme_view_open((steme_span){bytes, size}, &view, &error) != STEME_OK) {
        terminal_report("no signed view: %s: %s; make one with `steme view sign`", path,
                        error.message);
    }
    free(bytes);
    return view;
}

static int read_view(const arguments *given, question *self)
{
    const char *path = arguments_text(given, "view");
    if (path == NULL) {
        return 1;
    }
    self->view = question_open_view(path);
    self->filters.options.view = self->view;
    return self->view != NULL;
}

/* ---- Trust packs -------------------------------------------------------------------------- */

/* The line without what stands behind a #, and without spaces around. */
static steme_span bare_line(const uint8_t *line, size_t size)
{
    const uint8_t *comment = memchr(line, '#', size);
    size = comment == NULL ? size : (size_t)(comment - line);
    while (size > 0 && strchr(" \t\r", line[size - 1]) != NULL) {
        size--;
    }
    while (size > 0 && strchr(" \t", line[0]) != NULL) {
        line++;
        size--;
    }
    return (steme_span){line, size};
}

static int add_agent(question *self, steme_span digits, const char *path, size_t line)
{
    uint32_t count = self->filters.options.trust_pack_count;
    if (count == QUESTION_AGENT_COUNT_MAX) {
        terminal_report("too many agents: %s:%zu; at most %d", path, line,
                        QUESTION_AGENT_COUNT_MAX);
        return 0;
    }
    if (!record_hex_from_text(digits, self->trust_pack[count].bytes, STEME_AGENT_SIZE)) {
        terminal_report("%s:%zu: no agent; it is 64 hexadecimal digits", path, line);
        return 0;
    }
    self->filters.options.trust_pack_count++;
    return 1;
}

static int read_agents(question *self, const uint8_t *text, size_t size, const char *path)
{
    size_t line = 1;
    for (size_t begin = 0; begin < size; line++) {
        const uint8_t *end = memchr(text + begin, '\n', size - begin);
        size_t length = end == NULL ? size - begin : (size_t)(end - text) - begin;
        steme_span digits = bare_line(text + begin, length);
        if (digits.size > 0 && !add_agent(self, digits, path, line)) {
            return 0;
        }
        begin += length + 1;
    }
    if (self->filters.options.trust_pack_count == 0) {
        terminal_report("no agent in %s; give one a line", path);
        return 0;
    }
    return 1;
}

static int read_trust_pack(const arguments *given, question *self)
{
    const char *path = arguments_text(given, "trust-pack");
    uint8_t *text = NULL;
    size_t size = 0;
    if (path == NULL) {
        return 1;
    }
    if (!file_read(path, TRUST_PACK_SIZE_MAX, &text, &size)) {
        return 0;
    }
    self->trust_pack = text_allocate(QUESTION_AGENT_COUNT_MAX * sizeof *self->trust_pack);
    self->filters.options.trust_pack = self->trust_pack;
    int is_read = read_agents(self, text, size, path);
    free(text);
    return is_read;
}

/* ---- The lens -------------------------------------------------------------------------- */

int question_read_lens_option(const char *text, steme_lens lens, steme_lens_options *options)
{
    steme_error error = {0};
    const char *equals = strchr(text, '=');
    text_buffer name = TEXT_EMPTY;
    if (equals == NULL) {
        terminal_report("--lens-option: %s; it is NAME=VALUE, see `steme lenses`", text);
        return 0;
    }
    text_append_bytes(&name, text, (size_t)(equals - text));
    steme_status status = steme_lens_option_set(options, lens, text_get(&name), equals + 1, &error);
    text_deinit(&name);
    if (status != STEME_OK) {
        terminal_report("--lens-option: %s; see `steme lenses`", error.message);
    }
    return status == STEME_OK;
}

int question_read_model(const arguments *given, steme_lens lens, steme_truth_model **out_model)
{
    steme_error error = {0};
    const char *directory = NULL;
    const char *address = NULL;
    const char *path = arguments_text(given, "model");
    if (path == NULL) {
        return 1;
    }
    if (lens != STEME_LENS_TRUTH) {
        terminal_report("--model is for --lens truth");
        return 0;
    }
    if (!command_choose_place(given, &directory, &address)) {
        return 0;
    }
    if (address != NULL) {
        terminal_report("--model is for a folder; a node takes the models of its own");
        return 0;
    }
    if (truth_model_read(path, out_model, &error) != STEME_OK) {
        terminal_report("%s; make one with `steme truth fit`", error.message);
        return 0;
    }
    return 1;
}

void question_note_no_model(void)
{
    terminal_note("There is no truth model as of then, so nothing wins: see `steme truth`.");
}

/* ---- The rest ----------------------------------------------------------------------------- */

int question_read_clock(const arguments *given, const char *name, int *out_has, uint64_t *out_ns)
{
    int64_t ns = 0;
    if (!command_read_time(given, name, out_has, &ns)) {
        return 0;
    }
    if (*out_has && ns <= 0) {
        terminal_report("--%s: before 1970; give a later time", name);
        return 0;
    }
    *out_ns = (uint64_t)ns;
    return 1;
}

static int read_moment(const arguments *given, steme_query_options *options)
{
    int has_now = 0;
    return question_read_clock(given, "now", &has_now, &options->evaluated_at_ns) &&
           question_read_clock(given, "recorded-as-of", &options->has_recorded_as_of,
                               &options->recorded_as_of_ns) &&
           command_read_seconds(given, "valid-at", &options->has_valid_at, &options->valid_at_s);
}

static int read_decay(const arguments *given, steme_query_options *options)
{
    const char *decay = arguments_text(given, "decay");
    if (decay != NULL && !steme_decay_find(decay, &options->decay)) {
        terminal_report("--decay: not understood: %s; it is off, class, a half-life in seconds, or "
                        "six of them with commas between",
                        decay);
        return 0;
    }
    return 1;
}

int question_read(const arguments *given, question *out_question)
{
    question *self = out_question;
    steme_query_options *options = &self->filters.options;
    self->view = NULL;
    self->trust_pack = NULL;
    if (!filters_read(given, &self->filters) ||
        !command_read_equivalence(given, "equal", &options->equivalence) ||
        !read_moment(given, options) || !read_decay(given, options)) {
        return 0;
    }
    const char *stage = arguments_text(given, "stage"); /* one of the option's words */
    options->has_stage = stage != NULL && steme_stage_now_find(stage, &options->stage);
    options->is_exact =
        arguments_has(given, "equal") && options->equivalence.kind == STEME_EQUAL_EXACT;
    options->epoch = text_span(arguments_text(given, "epoch"));
    options->follows_aliases = arguments_has(given, "aliases");
    return read_trust_pack(given, self) && read_view(given, self);
}

void question_deinit(question *self)
{
    steme_view_close(self->view);
    free(self->trust_pack);
}

int question_check_matches(const arguments *given)
{
    static const char *const need_lens[] = {"equal", "receipt",    "lens-option",
                                            "decay", "trust-pack", "aliases"};
    for (size_t i = 0; i < sizeof need_lens / sizeof need_lens[0]; i++) {
        if (arguments_has(given, need_lens[i])) {
            terminal_report("--%s is for answers; give --lens too", need_lens[i]);
            return 0;
        }
    }
    return 1;
}
