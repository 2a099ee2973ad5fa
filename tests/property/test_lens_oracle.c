/* The C lenses against tests/golden/lens_oracle.py, which was written from docs/lenses.md alone.
 *
 * This program is both ends: run as a test it starts the script and names itself as the tool to
 * compare with; started as `test_lens_oracle answer` it answers the script's questions, a line
 * each:
 *
 *   recency|consensus|skeptic COUNT {identity value claim-time stamp-time counter node id}…
 *   entropy SHARE…
 *   log2 X */
#include "support/test.h"

#include "lens/lens.h"

#include <inttypes.h>
#include <unistd.h>

enum { LINE_SIZE = 65536, CANDIDATES_MAX = 256 };

typedef struct question {
    lens_candidate candidates[CANDIDATES_MAX];
    uint8_t identities[CANDIDATES_MAX][32];
    uint8_t ids[CANDIDATES_MAX][32];
    steme_stamp stamps[CANDIDATES_MAX];
    lens_value values[CANDIDATES_MAX];
    uint32_t weights[CANDIDATES_MAX];
} question;

static long long next_number(char **text)
{
    return strtoll(*text, text, 10);
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

static uint32_t read_candidates(question *asked, char *text, uint32_t count)
{
    uint32_t value_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        lens_candidate *candidate = &asked->candidates[i];
        put_number(asked->identities[i], 32, (uint64_t)next_number(&text));
        candidate->value = (uint32_t)next_number(&text);
        candidate->claim_time_ns = next_number(&text);
        asked->stamps[i].time_ns = (uint64_t)next_number(&text);
        asked->stamps[i].counter = (uint32_t)next_number(&text);
        put_number(asked->stamps[i].node, STEME_NODE_SIZE, (uint64_t)next_number(&text));
        put_number(asked->ids[i], 32, (uint64_t)next_number(&text));
        candidate->identity = asked->identities[i];
        candidate->id = asked->ids[i];
        candidate->stamp = &asked->stamps[i];
        candidate->record = i;
        if (candidate->value >= value_count)
            value_count = candidate->value + 1;
    }
    return value_count;
}

static void print_head(const lens_tally *tally, int has_value, uint32_t value)
{
    if (has_value)
        printf("%" PRIu64 " ", id_number(tally->candidates[tally->values[value].newest].id));
    else
        printf("- ");
}

static void answer_case(steme_lens lens, char *text)
{
    static question asked;
    uint32_t count = (uint32_t)next_number(&text);
    if (count > CANDIDATES_MAX)
        exit(2);
    uint32_t value_count = read_candidates(&asked, text, count);
    lens_tally tally;
    lens_result result;
    lens_tally_count(asked.candidates, count, asked.values, value_count, &tally);
    lens_resolve(lens, &tally, &result);
    print_head(&tally, result.has_winner, result.winner);
    print_head(&tally, result.has_runner_up, result.runner_up);
    printf("%u %u %s ", result.confidence, result.conflict, steme_agreement_name(result.agreement));
    for (uint32_t i = 0; i < value_count; i++)
        printf("%s%u", i == 0 ? "" : ",", asked.values[i].share);
    printf(" ");
    for (uint32_t i = 0; i < count; i++)
        asked.weights[asked.candidates[i].record] = asked.candidates[i].weight;
    for (uint32_t i = 0; i < count; i++)
        printf("%s%u", i == 0 ? "" : ",", asked.weights[i]);
    printf("\n");
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

static int answer_questions(void)
{
    static char line[LINE_SIZE];
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *space = strchr(line, ' ');
        if (space == NULL)
            return 2;
        *space = '\0';
        steme_lens lens;
        if (strcmp(line, "entropy") == 0)
            answer_entropy(space + 1);
        else if (strcmp(line, "log2") == 0)
            printf("%" PRIu64 "\n", lens_log2((uint32_t)strtoul(space + 1, NULL, 10)));
        else if (steme_lens_find(line, &lens))
            answer_case(lens, space + 1);
        else
            return 2;
    }
    return 0;
}

static int run_oracle(void)
{
    char self[4096];
    char script[4096];
    ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
    const char *source = getenv("STEME_SOURCE");
    if (size < 0)
        return 1;
    self[size] = '\0';
    snprintf(script, sizeof script, "%s/tests/golden/lens_oracle.py", source ? source : ".");
    setenv("STEME_LENS_TOOL", self, 1);
    execlp("python3", "python3", script, (char *)NULL);
    perror("python3");
    return 1;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "answer") == 0)
        return answer_questions();
    return run_oracle();
}
