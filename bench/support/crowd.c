#include "support/crowd.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "support/measure.h"

enum { NAMED_NUMBERS_MAX = 20 };

/* ---- Files ----------------------------------------------------------------------------------- */

typedef struct crowd_table {
    char *text;
    char **fields; /* row by row */
    size_t row_count;
} crowd_table;

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "accuracy: %s: %s\n", path, strerror(errno));
        return NULL;
    }
    size_t size = 0;
    size_t capacity = 1 << 16;
    char *text = bench_alloc(capacity, 1);
    for (size_t got; (got = fread(text + size, 1, capacity - size - 1, file)) > 0;) {
        size += got;
        if (size + 1 == capacity) {
            capacity *= 2;
            char *grown = bench_alloc(capacity, 1);
            memcpy(grown, text, size);
            free(text);
            text = grown;
        }
    }
    fclose(file);
    text[size] = 0;
    return text;
}

static bool split_line(char *line, char **fields, unsigned field_count)
{
    line[strcspn(line, "\r")] = 0;
    for (unsigned i = 0; i < field_count; i++) {
        fields[i] = line;
        char *comma = strchr(line, ',');
        if ((comma == NULL) != (i + 1 == field_count) || *line == 0 || line == comma)
            return false;
        if (comma != NULL) {
            *comma = 0;
            line = comma + 1;
        }
    }
    return true;
}

static bool read_table(crowd_table *table, const char *folder, const char *name,
                       unsigned field_count)
{
    char path[4096];
    bench_path_join(path, sizeof path, folder, name);
    table->row_count = 0;
    table->text = read_text(path);
    if (table->text == NULL)
        return false;
    size_t line_count = 1;
    for (const char *c = table->text; *c != 0; c++)
        line_count += *c == '\n';
    table->fields = bench_alloc(line_count * field_count, sizeof *table->fields);
    char *next = table->text;
    for (size_t number = 1; *next != 0; number++) {
        char *line = next;
        next += strcspn(line, "\n");
        if (*next != 0)
            *next++ = 0;
        if (number == 1 || *line == 0 || *line == '\r')
            continue;
        if (!split_line(line, &table->fields[table->row_count * field_count], field_count)) {
            fprintf(stderr, "accuracy: %s: line %zu: not %u fields\n", path, number, field_count);
            return false;
        }
        table->row_count++;
    }
    return true;
}

/* ---- Names to numbers ------------------------------------------------------------------------ */

typedef struct crowd_names {
    char **texts; /* ascending, each once */
    size_t count;
} crowd_names;

static int compare_texts(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static int compare_numbers(const void *left, const void *right)
{
    double a = strtod(*(char *const *)left, NULL);
    double b = strtod(*(char *const *)right, NULL);
    return (a > b) - (a < b);
}

static crowd_names list_names(const crowd_table *table, unsigned field, unsigned field_count,
                              int (*compare)(const void *, const void *))
{
    crowd_names names = {bench_alloc(table->row_count + 1, sizeof *names.texts), 0};
    for (size_t row = 0; row < table->row_count; row++)
        names.texts[row] = table->fields[row * field_count + field];
    qsort(names.texts, table->row_count, sizeof *names.texts, compare);
    for (size_t row = 0; row < table->row_count; row++)
        if (names.count == 0 || compare(&names.texts[names.count - 1], &names.texts[row]) != 0)
            names.texts[names.count++] = names.texts[row];
    return names;
}

static int64_t find_name(const crowd_names *names, char *text,
                         int (*compare)(const void *, const void *))
{
    char **found = bsearch(&text, names->texts, names->count, sizeof *names->texts, compare);
    return found == NULL ? -1 : found - names->texts;
}

static bool is_number(const char *text)
{
    char *end;
    return isfinite(strtod(text, &end)) && *end == 0;
}

/* Whether labels and truths are numbers rather than names. */
static bool has_numbers(const crowd_table *labels, const crowd_table *truths)
{
    for (size_t row = 0; row < labels->row_count; row++)
        if (!is_number(labels->fields[3 * row + 2]))
            return false;
    crowd_names values = list_names(labels, 2, 3, compare_numbers);
    bool is_many = values.count > NAMED_NUMBERS_MAX;
    for (size_t row = 0; row < truths->row_count && !is_many; row++)
        is_many = find_name(&values, truths->fields[2 * row + 1], compare_numbers) < 0 &&
                  is_number(truths->fields[2 * row + 1]) && values.count > 2;
    free(values.texts);
    for (size_t row = 0; row < truths->row_count && is_many; row++)
        is_many = is_number(truths->fields[2 * row + 1]);
    return is_many;
}

/* ---- The set --------------------------------------------------------------------------------- */

typedef struct found_claim {
    truth_claim claim;
    size_t row;
} found_claim;

static int compare_claims(const void *left, const void *right)
{
    const found_claim *a = left;
    const found_claim *b = right;
    if (a->claim.task != b->claim.task)
        return a->claim.task < b->claim.task ? -1 : 1;
    if (a->claim.worker != b->claim.worker)
        return a->claim.worker < b->claim.worker ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

static void index_claims(bench_crowd *crowd, const crowd_table *labels, const crowd_names *items,
                         const crowd_names *workers, const crowd_names *values,
                         int (*compare)(const void *, const void *))
{
    found_claim *found = bench_alloc(labels->row_count + 1, sizeof *found);
    for (size_t row = 0; row < labels->row_count; row++) {
        char **fields = &labels->fields[3 * row];
        found[row].claim = (truth_claim){(uint32_t)find_name(items, fields[0], compare_texts),
                                         (uint32_t)find_name(workers, fields[1], compare_texts),
                                         (uint32_t)find_name(values, fields[2], compare)};
        found[row].row = row;
    }
    qsort(found, labels->row_count, sizeof *found, compare_claims);
    crowd->claims = bench_alloc(labels->row_count + 1, sizeof *crowd->claims);
    for (size_t row = 0; row < labels->row_count; row++) {
        const truth_claim *last = &crowd->claims[crowd->claim_count - 1];
        bool is_again = crowd->claim_count > 0 && last->task == found[row].claim.task &&
                        last->worker == found[row].claim.worker;
        crowd->claim_count -= is_again;
        crowd->claims[crowd->claim_count++] = found[row].claim;
    }
    free(found);
    crowd->item_claims = bench_alloc((size_t)crowd->item_count + 1, sizeof *crowd->item_claims);
    size_t claim = 0;
    for (uint32_t item = 0; item <= crowd->item_count; item++) {
        crowd->item_claims[item] = claim;
        while (claim < crowd->claim_count && crowd->claims[claim].task == item)
            claim++;
    }
}

static void index_truths(bench_crowd *crowd, const crowd_table *truths, const crowd_names *items,
                         const crowd_names *values, int (*compare)(const void *, const void *))
{
    crowd->truths = bench_alloc(crowd->item_count, sizeof *crowd->truths);
    crowd->truth_numbers = bench_alloc(crowd->item_count, sizeof *crowd->truth_numbers);
    crowd->is_known = bench_alloc(crowd->item_count, 1);
    memset(crowd->is_known, 0, crowd->item_count);
    for (size_t row = 0; row < truths->row_count; row++) {
        int64_t item = find_name(items, truths->fields[2 * row], compare_texts);
        if (item < 0)
            continue;
        crowd->is_known[item] = 1;
        crowd->truths[item] = find_name(values, truths->fields[2 * row + 1], compare);
        crowd->truth_numbers[item] = strtod(truths->fields[2 * row + 1], NULL);
    }
}

static void name_values(bench_crowd *crowd, const crowd_names *values, bool is_numbers)
{
    crowd->values = bench_alloc(crowd->value_count + 1u, sizeof *crowd->values);
    crowd->contents = bench_alloc(crowd->value_count + 1u, sizeof *crowd->contents);
    crowd->records = bench_alloc(crowd->value_count + 1u, sizeof *crowd->records);
    crowd->numbers = is_numbers ? bench_alloc(crowd->value_count, sizeof(double)) : NULL;
    for (uint32_t i = 0; i < crowd->value_count; i++) {
        const char *text = values->texts[i];
        steme_value *content = &crowd->contents[i];
        *content = (steme_value){.text = {(const uint8_t *)text, strlen(text)}};
        if (is_numbers) {
            double number = crowd->numbers[i] = strtod(text, NULL);
            bool is_whole = fabs(number) < 9e18 && floor(number) == number;
            *content = (steme_value){.kind = STEME_VALUE_NUMBER,
                                     .is_real = !is_whole,
                                     .real = is_whole ? 0 : number,
                                     .integer = is_whole ? (int64_t)number : 0};
        }
        crowd->records[i] = (lens_record){.relation = STEME_RELATION_EQUAL, .content = content};
        crowd->values[i] = lens_truth_value_id(&crowd->records[i]);
    }
    crowd->workers = bench_alloc(crowd->worker_count + 1u, sizeof *crowd->workers);
    for (uint32_t worker = 0; worker < crowd->worker_count; worker++) {
        memset(&crowd->workers[worker], 0, sizeof crowd->workers[worker]);
        base_put_u32be(crowd->workers[worker].identity.bytes, worker);
    }
}

bool bench_crowd_read(bench_crowd *crowd, const char *folder)
{
    crowd_table labels = {0};
    crowd_table truths = {0};
    *crowd = (bench_crowd){0};
    bool is_read =
        read_table(&labels, folder, "label.csv", 3) && read_table(&truths, folder, "truth.csv", 2);
    if (is_read) {
        bool is_numbers = has_numbers(&labels, &truths);
        int (*compare)(const void *, const void *) = is_numbers ? compare_numbers : compare_texts;
        crowd_names items = list_names(&labels, 0, 3, compare_texts);
        crowd_names workers = list_names(&labels, 1, 3, compare_texts);
        crowd_names values = list_names(&labels, 2, 3, compare);
        crowd->item_count = (uint32_t)items.count;
        crowd->worker_count = (uint32_t)workers.count;
        crowd->value_count = (uint32_t)values.count;
        index_claims(crowd, &labels, &items, &workers, &values, compare);
        index_truths(crowd, &truths, &items, &values, compare);
        name_values(crowd, &values, is_numbers);
        free(items.texts);
        free(workers.texts);
        free(values.texts);
    }
    free(labels.fields);
    crowd->text = labels.text;
    free(truths.fields);
    free(truths.text);
    return is_read;
}

void bench_crowd_free(bench_crowd *crowd)
{
    free(crowd->claims);
    free(crowd->item_claims);
    free(crowd->numbers);
    free(crowd->values);
    free(crowd->contents);
    free(crowd->records);
    free(crowd->text);
    free(crowd->truths);
    free(crowd->truth_numbers);
    free(crowd->is_known);
    free(crowd->workers);
}

truth_input bench_crowd_input(const bench_crowd *crowd, truth_predicate *predicate)
{
    *predicate = (truth_predicate){.name = {(const uint8_t *)"label", 5},
                                   .task_count = crowd->item_count,
                                   .value_count = crowd->value_count,
                                   .values = crowd->values,
                                   .numbers = crowd->numbers};
    return (truth_input){.predicates = predicate,
                         .workers = crowd->workers,
                         .claims = crowd->claims,
                         .claim_count = crowd->claim_count,
                         .predicate_count = 1,
                         .worker_count = crowd->worker_count};
}
