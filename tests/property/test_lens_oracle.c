/* The C lenses against tests/golden/lens_oracle.py, which was written from docs/lenses.md alone.
 *
 * This program is both ends: run as a test it starts the script and names itself as the tool to
 * compare with; started as `test_lens_oracle answer` it answers the script's questions, a line
 * each:
 *
 *   LENS IS-MANY {class weight}×6
 *        COUNT {value object is-rule relation kind payload unit votes claim-time stamp-time counter
 *               node id}…
 *        COUNT {record identity class confidence trust}…
 *   entropy SHARE…
 *   log2 X, exp2 X
 *   decay CONFIDENCE CLAIM-TIME NOW HALF-LIFE
 *   class-decay
 *   trust COUNT {time weight}… */
#include "support/test.h"

#include "lens/decay.h"
#include "lens/fixed.h"
#include "lens/lens.h"
#include "lens/trust.h"
#include "support/oracle_script.h"

#include <inttypes.h>

enum { LINE_SIZE = 65536, CANDIDATES_MAX = 256 };

typedef struct question {
    lens_options options;
    lens_record records[CANDIDATES_MAX];
    lens_candidate candidates[CANDIDATES_MAX];
    steme_value contents[CANDIDATES_MAX];
    uint8_t identities[CANDIDATES_MAX][32];
    uint8_t ids[CANDIDATES_MAX][32];
    steme_stamp stamps[CANDIDATES_MAX];
    lens_value values[CANDIDATES_MAX];
    uint32_t count;
    uint32_t value_count;
} question;

/* ---- Reading ------------------------------------------------------------------------------ */

static long long next_number(char **text)
{
    return strtoll(*text, text, 10);
}

/* Borrowed from the line; not terminated. */
static steme_span next_word(char **text)
{
    char *word = *text + strspn(*text, " ");
    size_t size = strcspn(word, " \n");
    *text = word + size;
    return (steme_span){(const uint8_t *)word, size};
}

static uint32_t next_count(char **text)
{
    long long count = next_number(text);
    if (count < 0 || count > CANDIDATES_MAX)
        exit(2);
    return (uint32_t)count;
}

static void put_number(uint8_t *bytes, size_t size, uint64_t number)
{
    memset(bytes, 0, size);
    for (size_t i = 0; i < 8; i++)
        bytes[size - 1 - i] = (uint8_t)(number >> (8 * i));
}

static uint64_t id_number(const uint8_t *id)
{
    uint64_t number = 0;
    for (size_t i = 24; i < 32; i++)
        number = number << 8 | id[i];
    return number;
}

static int is_word(steme_span word, const char *text)
{
    return word.size == strlen(text) && memcmp(word.bytes, text, word.size) == 0;
}

static const steme_value *next_content(char **text, steme_value *content)
{
    steme_span kind = next_word(text);
    *content = (steme_value){.kind = STEME_VALUE_TEXT};
    if (is_word(kind, "real")) {
        *content = (steme_value){.kind = STEME_VALUE_NUMBER, .is_real = 1};
        content->real = strtod(*text, text);
        return content;
    }
    int64_t payload = next_number(text);
    if (is_word(kind, "none"))
        return NULL;
    if (is_word(kind, "number"))
        *content = (steme_value){.kind = STEME_VALUE_NUMBER, .integer = payload};
    else if (is_word(kind, "time"))
        *content = (steme_value){.kind = STEME_VALUE_TIME, .integer = payload};
    else if (is_word(kind, "boolean"))
        *content = (steme_value){.kind = STEME_VALUE_BOOLEAN, .boolean = (int)payload};
    return content;
}

static void read_record(question *asked, uint32_t i, char **text)
{
    lens_record *record = &asked->records[i];
    *record = (lens_record){.id = asked->ids[i], .stamp = &asked->stamps[i]};
    record->value = (uint32_t)next_number(text);
    record->object = (uint32_t)next_number(text);
    record->is_rule = (int)next_number(text);
    record->relation = (steme_relation)next_number(text);
    record->content = next_content(text, &asked->contents[i]);
    record->unit = next_word(text);
    record->votes = next_number(text);
    record->claim_time_ns = next_number(text);
    asked->stamps[i].time_ns = (uint64_t)next_number(text);
    asked->stamps[i].counter = (uint32_t)next_number(text);
    put_number(asked->stamps[i].node, STEME_NODE_SIZE, (uint64_t)next_number(text));
    put_number(asked->ids[i], 32, (uint64_t)next_number(text));
    if (record->value >= asked->value_count)
        asked->value_count = record->value + 1;
}

static void read_candidate(question *asked, uint32_t i, char **text)
{
    lens_candidate *candidate = &asked->candidates[i];
    candidate->record = &asked->records[next_count(text)];
    put_number(asked->identities[i], 32, (uint64_t)next_number(text));
    candidate->identity = asked->identities[i];
    candidate->source_class = (steme_source_class)next_number(text);
    candidate->confidence = (uint32_t)next_number(text);
    candidate->trust = (uint32_t)next_number(text);
}

static void read_case(question *asked, char *text)
{
    asked->value_count = 0;
    lens_options_fill(&(steme_lens_options){0}, &asked->options);
    asked->options.is_many = (int)next_number(&text);
    for (int i = 0; i < STEME_CLASS_COUNT; i++)
        asked->options.class_weights[i] = (uint32_t)next_number(&text);
    uint32_t record_count = next_count(&text);
    for (uint32_t i = 0; i < record_count; i++)
        read_record(asked, i, &text);
    asked->count = next_count(&text);
    for (uint32_t i = 0; i < asked->count; i++)
        read_candidate(asked, i, &text);
}

/* ---- Answering ---------------------------------------------------------------------------- */

static void print_head(const lens_tally *tally, int has_head, uint32_t head)
{
    if (has_head)
        printf("%" PRIu64 " ", id_number(tally->candidates[head].record->id));
    else
        printf("- ");
}

/* The weights in the order of the question. */
static void print_weights(const question *asked)
{
    for (uint32_t i = 0; i < asked->count; i++)
        for (uint32_t c = 0; c < asked->count; c++)
            if (asked->candidates[c].identity == asked->identities[i])
                printf("%s%u", i == 0 ? "" : ",", asked->candidates[c].weight);
    printf(asked->count == 0 ? "- " : " ");
}

static void print_values(const question *asked)
{
    const char *end = asked->value_count == 0 ? "- " : " ";
    for (uint32_t i = 0; i < asked->value_count; i++)
        printf("%s%s", i == 0 ? "" : ",", steme_verdict_name(asked->values[i].verdict));
    printf("%s", end);
    for (uint32_t i = 0; i < asked->value_count; i++)
        printf("%s%d", i == 0 ? "" : ",", asked->values[i].is_overruled);
    printf("%s", end);
}

static void print_tiers(const lens_tally *tally, const lens_result *result)
{
    for (uint32_t i = 0; i < result->tier_count; i++) {
        const lens_tier *tier = &result->tiers[i];
        printf("%s%d:%u:%" PRIu64 ":%u:%u", i == 0 ? "" : ";", (int)tier->source_class,
               tier->record_count, id_number(tally->candidates[tier->winner_head].record->id),
               tier->confidence, tier->conflict);
    }
    printf(result->tier_count == 0 ? "-\n" : "\n");
}

static void answer_case(steme_lens lens, char *text)
{
    static question asked;
    lens_tally tally;
    lens_result result;
    read_case(&asked, text);
    lens_tally_count(asked.candidates, asked.count, asked.values, asked.value_count, &tally);
    lens_resolve(&asked.options, lens, &tally, &result);
    print_head(&tally, result.has_winner, result.winner_head);
    print_head(&tally, result.has_runner_up, result.runner_up_head);
    printf("%u %u %s ", result.confidence, result.conflict, steme_agreement_name(result.agreement));
    for (uint32_t i = 0; i < asked.value_count; i++)
        printf("%s%u", i == 0 ? "" : ",", asked.values[i].share);
    printf(asked.value_count == 0 ? "- " : " ");
    print_weights(&asked);
    printf("%s ", steme_verdict_name(result.verdict));
    print_head(&tally, result.has_rule, result.rule_head);
    print_values(&asked);
    print_tiers(&tally, &result);
}

static void answer_entropy(char *text)
{
    uint64_t entropy = 0;
    uint32_t count = 0;
    int all_equal = 1;
    uint32_t first = 0;
    for (char *end = text; *text != '\0' && *text != '\n'; text = end) {
        uint32_t share = (uint32_t)strtoul(text, &end, 10);
        first = count == 0 ? share : first;
        all_equal &= share == first;
        entropy += lens_entropy_term(share);
        count++;
    }
    uint32_t conflict = lens_conflict_score(entropy, count, all_equal);
    printf("%" PRIu64 " %u %s\n", entropy, conflict,
           steme_agreement_name(lens_agreement(conflict)));
}

static void answer_decay(char *text)
{
    steme_decay decay = {.is_on = 1};
    uint32_t confidence = (uint32_t)next_number(&text);
    int64_t claim_time = next_number(&text);
    int64_t now = next_number(&text);
    decay.half_life_s[STEME_CLASS_EXPERT] = (uint64_t)next_number(&text);
    printf("%u\n", lens_decay_confidence(&decay, STEME_CLASS_EXPERT, confidence, claim_time, now));
}

static void answer_class_decay(void)
{
    steme_decay decay = {0};
    int is_known = steme_decay_find("class", &decay);
    for (int i = 0; i < STEME_CLASS_COUNT; i++)
        printf("%s%" PRIu64, i == 0 ? "" : ",", decay.half_life_s[i]);
    printf(is_known && decay.is_on ? "\n" : " off\n");
}

static void answer_trust(char *text)
{
    static lens_seed_vote votes[CANDIDATES_MAX];
    uint32_t count = next_count(&text);
    for (uint32_t i = 0; i < count; i++) {
        votes[i].time_ns = (uint64_t)next_number(&text);
        votes[i].weight = (int32_t)next_number(&text);
    }
    printf("%u\n", lens_trust_fold(votes, count));
}

static int answer(const char *name, char *text)
{
    steme_lens lens;
    if (strcmp(name, "entropy") == 0)
        answer_entropy(text);
    else if (strcmp(name, "log2") == 0)
        printf("%" PRIu64 "\n", lens_log2((uint32_t)strtoul(text, NULL, 10)));
    else if (strcmp(name, "exp2") == 0)
        printf("%" PRIu64 "\n", lens_exp2_minus(strtoull(text, NULL, 10)));
    else if (strcmp(name, "decay") == 0)
        answer_decay(text);
    else if (strcmp(name, "class-decay") == 0)
        answer_class_decay();
    else if (strcmp(name, "trust") == 0)
        answer_trust(text);
    else if (steme_lens_find(name, &lens) && lens != STEME_LENS_NONE)
        answer_case(lens, text);
    else
        return 2;
    return 0;
}

static int answer_questions(void)
{
    static char line[LINE_SIZE];
    int status = 0;
    while (status == 0 && fgets(line, sizeof line, stdin) != NULL) {
        char *end = line + strcspn(line, " \n");
        char *text = *end == '\0' ? end : end + 1;
        *end = '\0';
        status = answer(line, text);
    }
    return status;
}

int main(int argc, char **argv)
{
    return oracle_script_main(argc, argv, "lens_oracle.py", "STEME_LENS_TOOL", answer_questions);
}
