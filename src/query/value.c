#include "query/value.h"
#include "query/text.h"

#include <string.h>

/* ---- Equivalences by name ----------------------------------------------------------------- */

enum { TOLERANCE_DIGITS_MAX = 15, TOLERANCE_EXPONENT_MAX = 22 };

/* Up to 15 digits and 10^22 are exact in binary64, and so their product or quotient is the nearest
 * binary64 to the decimal: no locale and no libm are asked. */
static bool decimal_value(uint64_t digits, int exponent, double *out_value)
{
    double power = 1;
    int steps = exponent < 0 ? -exponent : exponent;
    if (steps > TOLERANCE_EXPONENT_MAX)
        return false;
    for (int i = 0; i < steps; i++)
        power *= 10;
    *out_value = exponent < 0 ? (double)digits / power : (double)digits * power;
    return true;
}

/* Reads digits and counts them; those behind the point too, in *places. */
static const char *read_digits(const char *text, uint64_t *digits, int *count, int *places)
{
    for (; *text >= '0' && *text <= '9'; text++) {
        if (*digits > 0 || *text != '0')
            (*count)++;
        if (*count <= TOLERANCE_DIGITS_MAX)
            *digits = *digits * 10 + (uint64_t)(*text - '0');
        (*places)++;
    }
    return text;
}

static bool read_tolerance(const char *text, double *out_tolerance)
{
    uint64_t digits = 0;
    int count = 0;
    int before = 0;
    int behind = 0;
    int exponent = 0;
    text = read_digits(text, &digits, &count, &before);
    if (*text == '.')
        text = read_digits(text + 1, &digits, &count, &behind);
    if (before == 0 || behind > 2 * TOLERANCE_EXPONENT_MAX)
        return false;
    if (*text == 'e' || *text == 'E') {
        bool is_negative = text[1] == '-';
        text += 1 + (text[1] == '-' || text[1] == '+');
        if (*text < '0' || *text > '9')
            return false;
        for (; *text >= '0' && *text <= '9' && exponent < 100; text++)
            exponent = exponent * 10 + (*text - '0');
        exponent = is_negative ? -exponent : exponent;
    }
    return *text == '\0' && count <= TOLERANCE_DIGITS_MAX &&
           decimal_value(digits, digits == 0 ? 0 : exponent - behind, out_tolerance);
}

int steme_equivalence_find(const char *text, steme_equivalence *out_equivalence)
{
    static const char *const names[] = {"exact", "folded", "normalized"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(text, names[i]) == 0) {
            *out_equivalence = (steme_equivalence){.kind = (steme_equivalence_kind)i};
            return 1;
        }
    steme_equivalence number = {.kind = STEME_EQUAL_NUMBER};
    if (strncmp(text, "number:", 7) != 0 || !read_tolerance(text + 7, &number.tolerance))
        return 0;
    *out_equivalence = number;
    return 1;
}

/* ---- Values ------------------------------------------------------------------------------- */

steme_status query_value_form(const steme_assertion *assertion,
                              const steme_equivalence *equivalence, base_arena *arena,
                              query_value *out_value, steme_error *error)
{
    const steme_value *value = &assertion->value;
    query_value form = {
        .relation = assertion->relation, .unit = assertion->unit, .language = assertion->language};
    steme_status status = STEME_OK;
    if (assertion->relation != STEME_RELATION_NONE) {
        form.kind = value->kind;
        switch (value->kind) {
        case STEME_VALUE_TEXT:
            status = query_text_form(equivalence->kind, value->text, arena, &form.text, error);
            break;
        case STEME_VALUE_REFERENCE:
            form.text = value->text;
            break;
        case STEME_VALUE_NUMBER:
            form.is_real = value->is_real || equivalence->kind == STEME_EQUAL_NUMBER;
            if (form.is_real)
                form.real = value->is_real ? value->real : (double)value->integer;
            else
                form.integer = value->integer;
            break;
        case STEME_VALUE_BOOLEAN:
            form.integer = value->boolean;
            break;
        case STEME_VALUE_TIME:
            form.integer = value->integer;
            break;
        }
    }
    if (status == STEME_OK)
        *out_value = form;
    return status;
}

static int compare_kinds(const query_value *left, const query_value *right)
{
    if (left->is_rule != right->is_rule)
        return left->is_rule ? 1 : -1;
    if (left->relation != right->relation)
        return left->relation < right->relation ? -1 : 1;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    int order = query_span_compare(left->unit, right->unit);
    return order != 0 ? order : query_span_compare(left->language, right->language);
}

int query_value_compare(const query_value *left, const query_value *right)
{
    int order = compare_kinds(left, right);
    if (order != 0)
        return order;
    if (left->is_real != right->is_real)
        return left->is_real ? 1 : -1;
    if (left->real != right->real)
        return left->real < right->real ? -1 : 1;
    if (left->integer != right->integer)
        return left->integer < right->integer ? -1 : 1;
    return query_span_compare(left->text, right->text);
}

bool query_value_is_apart(const query_value *first, const query_value *value,
                          const steme_equivalence *equivalence)
{
    bool is_tolerant = equivalence->kind == STEME_EQUAL_NUMBER && value->kind == STEME_VALUE_NUMBER;
    if (is_tolerant && compare_kinds(first, value) == 0)
        return value->real - first->real > equivalence->tolerance;
    return query_value_compare(first, value) != 0;
}

static bool is_same_number(const steme_value *left, const steme_value *right)
{
    if (!left->is_real != !right->is_real) /* a real is never integral */
        return false;
    return left->is_real ? left->real == right->real : left->integer == right->integer;
}

bool query_value_is_object(const steme_value *value, const steme_value *object)
{
    if (value->kind != object->kind)
        return false;
    switch (value->kind) {
    case STEME_VALUE_TEXT:
    case STEME_VALUE_REFERENCE:
        return query_span_compare(value->text, object->text) == 0;
    case STEME_VALUE_NUMBER:
        return is_same_number(value, object);
    case STEME_VALUE_BOOLEAN:
        return !value->boolean == !object->boolean;
    case STEME_VALUE_TIME:
        return value->integer == object->integer;
    }
    return false;
}
