#include "lens/odds.h"

#include <string.h>

/* ---- Numbers ------------------------------------------------------------------------------- */

static int compare_integers(int64_t left, int64_t right)
{
    return (left > right) - (left < right);
}

static int64_t bits_of(double real)
{
    int64_t bits;
    memcpy(&bits, &real, sizeof bits);
    return bits;
}

/* An integer that is ordered as binary64 is: sign and magnitude, made two's complement. */
static int64_t order_of(double real)
{
    int64_t bits = bits_of(real);
    return bits < 0 ? INT64_MIN - bits : bits;
}

/* A real that is no integer of 64 bits (a Number's never is): beyond them, or with a fraction. */
static int compare_with_real(int64_t integer, double real)
{
    int64_t bits = bits_of(real);
    int exponent = (int)((bits >> 52) & 0x7ff) - 1023;
    int64_t magnitude = (bits & INT64_C(0xfffffffffffff)) | INT64_C(1) << 52;
    if (exponent >= 52) /* so it is beyond */
        return bits < 0 ? 1 : -1;
    int64_t whole = exponent < 0 ? 0 : magnitude >> (52 - exponent);
    int64_t below = bits < 0 ? -whole - 1 : whole; /* the greatest integer below it */
    return integer <= below ? -1 : 1;
}

int lens_content_compare(const steme_value *left, const steme_value *right)
{
    int is_number = left->kind == STEME_VALUE_NUMBER;
    int left_is_real = is_number && left->is_real;
    int right_is_real = is_number && right->is_real;
    if (left_is_real && right_is_real)
        return compare_integers(order_of(left->real), order_of(right->real));
    if (left_is_real)
        return -compare_with_real(right->integer, left->real);
    if (right_is_real)
        return compare_with_real(left->integer, right->real);
    return compare_integers(left->integer, right->integer);
}

/* ---- Rules --------------------------------------------------------------------------------- */

static int is_comparable(const lens_record *left, const lens_record *right)
{
    return left->content != NULL && right->content != NULL &&
           left->content->kind == right->content->kind && left->unit.size == right->unit.size &&
           (left->unit.size == 0 ||
            memcmp(left->unit.bytes, right->unit.bytes, left->unit.size) == 0);
}

static int is_upper(steme_relation relation)
{
    return relation == STEME_RELATION_LESS || relation == STEME_RELATION_LESS_OR_EQUAL;
}

static int is_lower(steme_relation relation)
{
    return relation == STEME_RELATION_GREATER || relation == STEME_RELATION_GREATER_OR_EQUAL;
}

/* Whether what stands `order` to the bound is within it. */
static int is_within(steme_relation relation, int order)
{
    switch (relation) {
    case STEME_RELATION_LESS:
        return order < 0;
    case STEME_RELATION_LESS_OR_EQUAL:
        return order <= 0;
    case STEME_RELATION_GREATER:
        return order > 0;
    case STEME_RELATION_GREATER_OR_EQUAL:
        return order >= 0;
    case STEME_RELATION_EQUAL:
    case STEME_RELATION_NOT_EQUAL:
    case STEME_RELATION_NONE:
        break;
    }
    return 0;
}

steme_verdict lens_judge(const lens_options *options, const lens_record *rule,
                         const lens_record *claim)
{
    int is_satisfied = 0;
    int is_same = rule->object == claim->object;
    if (rule->relation == STEME_RELATION_NONE)
        return STEME_VERDICT_VIOLATED;
    if (!is_comparable(rule, claim) ||
        (options->is_many && rule->relation == STEME_RELATION_EQUAL && !is_same))
        return STEME_VERDICT_UNKNOWN;
    if (rule->relation == STEME_RELATION_EQUAL || rule->relation == STEME_RELATION_NOT_EQUAL)
        is_satisfied = is_same == (rule->relation == STEME_RELATION_EQUAL);
    else
        is_satisfied =
            is_within(rule->relation, lens_content_compare(claim->content, rule->content));
    return is_satisfied ? STEME_VERDICT_SATISFIED : STEME_VERDICT_VIOLATED;
}

static int is_opposite(const lens_record *left, const lens_record *right)
{
    return left->object == right->object && (unsigned)left->relation + right->relation ==
                                                STEME_RELATION_EQUAL + STEME_RELATION_NOT_EQUAL;
}

/* Whether no real number lies within both: the upper bound is below the lower, or is the lower and
 * one of them leaves it out. */
static int is_empty(const lens_record *upper, const lens_record *lower)
{
    int order = lens_content_compare(upper->content, lower->content);
    return order < 0 || (order == 0 && (upper->relation == STEME_RELATION_LESS ||
                                        lower->relation == STEME_RELATION_GREATER));
}

int lens_is_at_odds(const lens_options *options, const lens_record *left, const lens_record *right)
{
    if (options->is_many)
        return is_opposite(left, right);
    if (left->relation == STEME_RELATION_NONE || right->relation == STEME_RELATION_NONE)
        return left->relation != right->relation;
    if (left->relation == STEME_RELATION_EQUAL)
        return lens_judge(options, right, left) == STEME_VERDICT_VIOLATED;
    if (right->relation == STEME_RELATION_EQUAL)
        return lens_judge(options, left, right) == STEME_VERDICT_VIOLATED;
    if (!is_comparable(left, right))
        return 0;
    if (is_upper(left->relation) && is_lower(right->relation))
        return is_empty(left, right);
    return is_upper(right->relation) && is_lower(left->relation) && is_empty(right, left);
}
