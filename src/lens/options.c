/* What a query may tell its lens, as data. */
#include "base/error.h"
#include "lens/lens.h"

#include <string.h>

enum {
    FRACTION_PLACES = 6,
    WEIGHING = 1u << STEME_LENS_AUTHORITY | 1u << STEME_LENS_WEIGHTED |
               1u << STEME_LENS_CONSTRAINTS | 1u << STEME_LENS_RULES | 1u << STEME_LENS_LAYERED,
};

typedef struct option_row {
    steme_lens_option option;
    uint32_t lenses; /* bits: who takes it */
} option_row;

#define WEIGHS "what a claim of this source class weighs"
#define RULES  "the last source class whose claims are rules: 0 regulatory to 5 anecdotal"

static const option_row rows[STEME_LENS_OPTION_COUNT] = {
    {{STEME_LENS_OPTION_WEIGHT_REGULATORY, "regulatory", WEIGHS, 1, 0, LENS_UNIT, 1000000},
     WEIGHING},
    {{STEME_LENS_OPTION_WEIGHT_CLINICAL, "clinical", WEIGHS, 1, 0, LENS_UNIT, 850000}, WEIGHING},
    {{STEME_LENS_OPTION_WEIGHT_OBSERVATIONAL, "observational", WEIGHS, 1, 0, LENS_UNIT, 700000},
     WEIGHING},
    {{STEME_LENS_OPTION_WEIGHT_EXPERT, "expert", WEIGHS, 1, 0, LENS_UNIT, 500000}, WEIGHING},
    {{STEME_LENS_OPTION_WEIGHT_COMMUNITY, "community", WEIGHS, 1, 0, LENS_UNIT, 300000}, WEIGHING},
    {{STEME_LENS_OPTION_WEIGHT_ANECDOTAL, "anecdotal", WEIGHS, 1, 0, LENS_UNIT, 100000}, WEIGHING},
    {{STEME_LENS_OPTION_AUTHORITY, "authority", RULES, 0, 0, 5, 3}, 1u << STEME_LENS_RULES},
};

const steme_lens_option *steme_lens_option_get(steme_lens lens, uint32_t index)
{
    if ((unsigned)lens >= STEME_LENS_COUNT)
        return NULL;
    for (uint32_t i = 0; i < STEME_LENS_OPTION_COUNT; i++)
        if ((rows[i].lenses >> lens & 1) && index-- == 0)
            return &rows[i].option;
    return NULL;
}

static const steme_lens_option *find_option(steme_lens lens, const char *name)
{
    const steme_lens_option *option;
    for (uint32_t i = 0; (option = steme_lens_option_get(lens, i)) != NULL; i++)
        if (strcmp(option->name, name) == 0)
            return option;
    return NULL;
}

/* Reads digits, and where `places` is not 0 a point and up to so many more. 0 where malformed or
 * above UINT32_MAX. */
static int read_decimal(const char *text, int places, uint32_t *out_value)
{
    uint64_t value = 0;
    int left = places;
    int is_behind = 0;
    if (*text < '0' || *text > '9')
        return 0;
    for (; *text != '\0'; text++) {
        if (*text == '.' && places > 0 && !is_behind && text[1] != '\0') {
            is_behind = 1;
            continue;
        }
        if (*text < '0' || *text > '9' || (is_behind && left == 0) || value > UINT32_MAX)
            return 0;
        value = value * 10 + (uint64_t)(*text - '0');
        left -= is_behind;
    }
    for (; left > 0 && value <= UINT32_MAX; left--)
        value *= 10;
    *out_value = (uint32_t)value;
    return value <= UINT32_MAX;
}

steme_status steme_lens_option_set(steme_lens_options *options, steme_lens lens, const char *name,
                                   const char *text, steme_error *error)
{
    uint32_t value;
    const steme_lens_option *option = find_option(lens, name);
    if (option == NULL)
        return base_fail(error, STEME_INVALID, "%.64s: no option of this lens", name);
    if (!read_decimal(text, option->is_fraction ? FRACTION_PLACES : 0, &value) ||
        value < option->least || value > option->most) {
        uint32_t unit = option->is_fraction ? LENS_UNIT : 1;
        return base_fail(error, STEME_INVALID, "%s: a %s from %u to %u is wanted", option->name,
                         option->is_fraction ? "fraction" : "number", option->least / unit,
                         option->most / unit);
    }
    options->values[option->kind] = value;
    options->given |= 1u << option->kind;
    return STEME_OK;
}

uint32_t steme_lens_option_value(const steme_lens_options *options, steme_lens_option_kind kind)
{
    return options->given >> kind & 1 ? options->values[kind] : rows[kind].option.fallback;
}

void lens_options_fill(const steme_lens_options *given, lens_options *out_options)
{
    *out_options = (lens_options){0};
    for (int i = 0; i < STEME_CLASS_COUNT; i++)
        out_options->class_weights[i] = steme_lens_option_value(given, (steme_lens_option_kind)i);
}
