/* The other side of the lens rules (docs/lenses.md, section 4): what authorities demand of a
 * predicate, of any subject. */
#include "query/authorities.h"
#include "query/state.h"

bool query_is_authority(const steme_query *query, steme_source_class source_class)
{
    return (uint32_t)source_class <=
           steme_lens_option_value(&query->options.lens_options, STEME_LENS_OPTION_AUTHORITY);
}

static bool is_own_subject(const steme_query *query, steme_span subject)
{
    for (size_t i = 0; i < query->name_of_pair_count; i++)
        if (query_span_compare(query->names_of_pair[i].subject, subject) == 0)
            return true;
    return false;
}

bool query_is_rule(const steme_query *query, const steme_assertion *assertion)
{
    /* No view makes a class better than it says of itself. */
    return query_is_authority(query, assertion->source_class) &&
           query_span_compare(assertion->predicate, query->options.predicate) == 0 &&
           (assertion->relation != STEME_RELATION_EQUAL ||
            !is_own_subject(query, assertion->subject));
}

typedef struct rules_walk {
    steme_query *query;
    query_visit visit;
} rules_walk;

static steme_status walk_name(void *context, steme_span predicate, uint32_t distance,
                              steme_error *error)
{
    rules_walk *walk = context;
    (void)distance;
    steme_query *query = walk->query;
    uint32_t class_max =
        steme_lens_option_value(&query->options.lens_options, STEME_LENS_OPTION_AUTHORITY);
    query->options.predicate = predicate;
    return class_max <= (uint32_t)QUERY_AUTHORITY_CLASS_MAX
               ? query_plan_walk_authorities(query, predicate, (uint8_t)class_max, walk->visit,
                                             error)
               : query_plan_walk(query, QUERY_PLAN_PREDICATE, walk->visit, error);
}

steme_status query_rules_walk(steme_query *query, query_visit visit, steme_error *error)
{
    steme_span asked = query->options.predicate;
    rules_walk walk = {query, visit};
    query->is_collecting_rules = true;
    steme_status status =
        steme_lifecycle_names(query->lifecycle, query->pair->predicate, walk_name, &walk, error);
    query->is_collecting_rules = false;
    query->options.predicate = asked;
    return status;
}
