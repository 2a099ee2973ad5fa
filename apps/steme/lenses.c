/* steme lenses -- which lenses there are, and what can be told to them. */
#include "common/claim_text.h"
#include "common/record_json.h"
#include "steme/commands.h"

/* "0.85", or "3". */
static void append_held(text_buffer *line, const steme_lens_option *option, uint32_t held)
{
    if (option->is_fraction) {
        claim_text_append_millionths(line, held);
    } else {
        text_append_format(line, "%u", held);
    }
}

static void print_option(const steme_lens_option *option)
{
    text_buffer line = TEXT_EMPTY;
    text_append_format(&line, "    --lens-option %s=", option->name);
    append_held(&line, option, option->fallback);
    text_append(&line, "  ");
    text_append(&line, terminal_begin(stdout, TERMINAL_DIM));
    text_append(&line, option->meaning);
    text_append(&line, ", ");
    append_held(&line, option, option->least);
    text_append(&line, " to ");
    append_held(&line, option, option->most);
    text_append(&line, terminal_begin(stdout, TERMINAL_PLAIN));
    printf("%s\n", text_get(&line));
    text_deinit(&line);
}

static void print_lens(steme_lens lens)
{
    const steme_lens_option *option = NULL;
    printf("%s%-12s%s %s\n", terminal_begin(stdout, TERMINAL_BOLD), steme_lens_name(lens),
           terminal_begin(stdout, TERMINAL_PLAIN), steme_lens_summary(lens));
    for (uint32_t i = 0; (option = steme_lens_option_get(lens, i)) != NULL; i++) {
        print_option(option);
    }
}

static json_t *held_to_json(const steme_lens_option *option, uint32_t held)
{
    return option->is_fraction ? record_millionths_to_json(held) : json_integer(held);
}

static json_t *option_to_json(const steme_lens_option *option)
{
    json_t *object = json_object();
    output_set(object, "name", json_string(option->name));
    output_set(object, "meaning", json_string(option->meaning));
    output_set(object, "default", held_to_json(option, option->fallback));
    output_set(object, "least", held_to_json(option, option->least));
    output_set(object, "most", held_to_json(option, option->most));
    return object;
}

static json_t *lens_to_json(steme_lens lens)
{
    const steme_lens_option *option = NULL;
    json_t *object = json_object();
    json_t *options = json_array();
    for (uint32_t i = 0; (option = steme_lens_option_get(lens, i)) != NULL; i++) {
        (void)json_array_append_new(options, option_to_json(option));
    }
    output_set(object, "name", json_string(steme_lens_name(lens)));
    output_set(object, "summary", json_string(steme_lens_summary(lens)));
    output_set(object, "options", options);
    return object;
}

static json_t *heading_to_json(void)
{
    json_t *object = output_object();
    output_set(object, "lens_version", json_integer(STEME_LENS_VERSION));
    return object;
}

static int run(const arguments *given)
{
    int is_json = arguments_has(given, "json");
    if (is_json) {
        output_list_begin(heading_to_json(), "lenses");
    }
    for (int lens = STEME_LENS_NONE + 1; lens < STEME_LENS_COUNT; lens++) {
        if (is_json) {
            output_list_add(lens_to_json((steme_lens)lens));
        } else {
            print_lens((steme_lens)lens);
        }
    }
    if (is_json) {
        output_list_end();
    }
    return COMMAND_DONE;
}

static const arguments_option options[] = {
    COMMAND_OPTION_JSON,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme lenses",
    "steme query --subject s --predicate p --lens weighted --lens-option expert=0.6",
    NULL,
};

const command command_lenses = {
    .name = "lenses",
    .operands = "",
    .summary = "list the lenses and their options",
    .details = "Options are shown with their defaults and from what to what they may be set.\n",
    .options = options,
    .examples = examples,
    .run = run,
};
