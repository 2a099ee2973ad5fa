/* truth.c -- which value is most probably true, by what a fitted model knows of its claimants. */
#include "lens/truth_model.h"

#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "lens/fixed.h"
#include "lens/odds.h"

enum { UNIT = LENS_UNIT };

/* ---- Finding ------------------------------------------------------------------------------- */

static int compare_spans(steme_span left, steme_span right)
{
    size_t size = left.size < right.size ? left.size : right.size;
    int order = size == 0 ? 0 : memcmp(left.bytes, right.bytes, size);
    return order != 0 ? order : (left.size > right.size) - (left.size < right.size);
}

uint32_t lens_truth_worker_find(const lens_truth_model *model, const uint8_t identity[32],
                                steme_span source)
{
    uint32_t low = 0;
    uint32_t high = model->worker_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const lens_truth_worker *worker = &model->workers[middle];
        int order = memcmp(identity, worker->identity.bytes, STEME_AGENT_SIZE);
        if (order == 0)
            order = compare_spans(source, worker->source);
        if (order == 0)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return LENS_TRUTH_UNKNOWN;
}

uint32_t lens_truth_predicate_find(const lens_truth_model *model, steme_span name)
{
    uint32_t low = 0;
    uint32_t high = model->predicate_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = compare_spans(name, model->predicates[middle].name);
        if (order == 0)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return LENS_TRUTH_UNKNOWN;
}

uint32_t lens_truth_value_find(const lens_truth_predicate *predicate, const steme_id *value)
{
    for (uint32_t label = 0; label < predicate->value_count; label++)
        if (memcmp(&predicate->values[label], value, sizeof *value) == 0)
            return label;
    return LENS_TRUTH_UNKNOWN;
}

static const lens_truth_skill *find_skill(const lens_truth_predicate *predicate, uint32_t worker)
{
    uint32_t low = 0;
    uint32_t high = predicate->skill_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (predicate->skills[middle].worker < worker)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == predicate->skill_count || predicate->skills[low].worker != worker)
        return NULL;
    return &predicate->skills[low];
}

/* ---- Values ---------------------------------------------------------------------------------- */

static void hash_span(base_blake3_stream *stream, steme_span span)
{
    uint8_t size[8];
    base_put_u64be(size, span.size);
    base_blake3_update(stream, size, sizeof size);
    base_blake3_update(stream, span.bytes, span.size);
}

steme_id lens_truth_value_id(const lens_record *record)
{
    base_blake3_stream stream;
    uint8_t bytes[11] = {(uint8_t)record->relation};
    base_blake3_init(&stream);
    if (record->content != NULL) {
        const steme_value *value = record->content;
        uint64_t payload = (uint64_t)value->integer;
        if (value->kind == STEME_VALUE_BOOLEAN)
            payload = (uint64_t)value->boolean;
        bool is_real = value->kind == STEME_VALUE_NUMBER && value->is_real;
        bool is_text = value->kind == STEME_VALUE_TEXT || value->kind == STEME_VALUE_REFERENCE;
        if (is_real)
            memcpy(&payload, &value->real, sizeof payload);
        bytes[1] = (uint8_t)(1 + value->kind);
        bytes[2] = is_real;
        base_put_u64be(&bytes[3], is_text ? 0 : payload);
        base_blake3_update(&stream, bytes, sizeof bytes);
        hash_span(&stream, is_text ? value->text : (steme_span){NULL, 0});
    } else {
        base_blake3_update(&stream, bytes, sizeof bytes);
    }
    hash_span(&stream, record->unit);
    hash_span(&stream, record->language);
    return base_blake3_final(&stream);
}

static const lens_record *quoted(const lens_tally *tally, uint32_t value)
{
    return tally->candidates[tally->values[value].newest].record;
}

static bool is_number(const lens_record *record)
{
    return record->relation == STEME_RELATION_EQUAL && record->content != NULL &&
           record->content->kind == STEME_VALUE_NUMBER;
}

/* ---- Orders: heapsort, which needs no memory ------------------------------------------------- */

/* Two things to sort: below, at or above 0; and what swaps them. */
typedef struct truth_sorter {
    const lens_truth_model *model;
    lens_tally *tally;
    int (*compare)(const struct truth_sorter *sorting, uint32_t left, uint32_t right);
    void (*swap)(const struct truth_sorter *sorting, uint32_t left, uint32_t right);
} truth_sorter;

static void sift(const truth_sorter *sorting, uint32_t root, uint32_t count)
{
    for (uint64_t child = 2 * (uint64_t)root + 1; child < count; child = 2 * child + 1) {
        if (child + 1 < count &&
            sorting->compare(sorting, (uint32_t)child, (uint32_t)child + 1) < 0)
            child++;
        if (sorting->compare(sorting, root, (uint32_t)child) >= 0)
            return;
        sorting->swap(sorting, root, (uint32_t)child);
        root = (uint32_t)child;
    }
}

static void sort(const truth_sorter *sorting, uint32_t count)
{
    for (uint32_t root = count / 2; root-- > 0;)
        sift(sorting, root, count);
    for (uint32_t last = count; last-- > 1;) {
        sorting->swap(sorting, 0, last);
        sift(sorting, 0, last);
    }
}

static int compare_numbers(const truth_sorter *sorting, uint32_t left, uint32_t right)
{
    const lens_tally *tally = sorting->tally;
    uint32_t values[2] = {tally->values[left].order, tally->values[right].order};
    const lens_record *records[2] = {quoted(tally, values[0]), quoted(tally, values[1])};
    bool are[2] = {is_number(records[0]), is_number(records[1])};
    int order = 0;
    if (are[0] != are[1])
        return are[0] ? -1 : 1; /* what is no number stands last */
    if (are[0])
        order = lens_content_compare(records[0]->content, records[1]->content);
    return order != 0 ? order : lens_record_compare_stamp(records[0], records[1]);
}

static void swap_values(const truth_sorter *sorting, uint32_t left, uint32_t right)
{
    uint32_t order = sorting->tally->values[left].order;
    sorting->tally->values[left].order = sorting->tally->values[right].order;
    sorting->tally->values[right].order = order;
}

static uint32_t group_of(const lens_truth_model *model, uint32_t worker)
{
    return worker == LENS_TRUTH_UNKNOWN ? LENS_TRUTH_UNKNOWN : model->workers[worker].group;
}

static int compare_voices(const truth_sorter *sorting, uint32_t left, uint32_t right)
{
    const lens_voice *a = &sorting->tally->candidates[left].voice;
    const lens_voice *b = &sorting->tally->candidates[right].voice;
    uint32_t groups[2] = {group_of(sorting->model, a->worker), group_of(sorting->model, b->worker)};
    if (groups[0] != groups[1])
        return groups[0] < groups[1] ? -1 : 1;
    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return (a->worker > b->worker) - (a->worker < b->worker);
}

static void swap_voices(const truth_sorter *sorting, uint32_t left, uint32_t right)
{
    lens_voice voice = sorting->tally->candidates[left].voice;
    sorting->tally->candidates[left].voice = sorting->tally->candidates[right].voice;
    sorting->tally->candidates[right].voice = voice;
}

/* ---- What one candidate says for a value ----------------------------------------------------- */

static uint32_t at_least_one(uint64_t millionths)
{
    return millionths == 0 ? 1 : (uint32_t)millionths;
}

/* Chance of a right answer, `odds` times as likely as `usual`. */
static uint32_t scale_odds(uint32_t usual, uint32_t odds)
{
    uint64_t right = lens_product(usual, odds);
    uint64_t whole = right + (UNIT - usual);
    return whole == 0 ? 1 : at_least_one(lens_fraction(right, whole));
}

/* Chance that the worker claims `claimed` where `label` is true. */
static uint32_t label_chance(const lens_truth_predicate *predicate, const lens_truth_skill *skill,
                             uint32_t claimed, uint32_t label)
{
    uint32_t cell = claimed * predicate->value_count + label;
    if (skill == NULL)
        return predicate->confusion[cell];
    if (skill->confusion != NULL)
        return skill->confusion[cell];
    uint32_t usual = predicate->confusion[label * predicate->value_count + label];
    uint32_t right = scale_odds(usual, skill->strength);
    if (claimed == label)
        return right;
    uint64_t wrong = usual >= UNIT
                         ? 0
                         : (uint64_t)predicate->confusion[cell] *
                               (uint64_t)(UNIT - (right < UNIT ? right : UNIT)) / (UNIT - usual);
    return at_least_one(wrong < UNIT ? wrong : UNIT);
}

/* The same where the claimed value or the one that is judged is none of the model's: right as often
 * as the worker is, else any of the others. */
static uint32_t unseen_chance(const lens_truth_predicate *predicate, const lens_truth_skill *skill,
                              bool is_claimed)
{
    uint32_t accuracy = skill == NULL ? predicate->accuracy : skill->accuracy;
    if (accuracy > UNIT)
        accuracy = UNIT;
    uint32_t others = predicate->value_count == 0 ? 1 : predicate->value_count;
    return at_least_one(is_claimed ? accuracy : (UNIT - accuracy) / others);
}

static int64_t open_evidence(const lens_truth_predicate *predicate, const lens_truth_skill *skill)
{
    uint32_t accuracy = skill == NULL ? predicate->accuracy : skill->accuracy;
    accuracy = accuracy < 1 ? 1 : accuracy > UNIT - 1 ? UNIT - 1 : accuracy;
    int64_t evidence = (int64_t)lens_log2(accuracy) - (int64_t)lens_log2(UNIT - accuracy) +
                       (int64_t)lens_log2(predicate->false_count);
    int64_t least = INT64_C(1) << 26; /* nobody's claim speaks against what it claims */
    return evidence < least ? least : evidence;
}

typedef struct truth_trial {
    const lens_truth_model *model;
    const lens_truth_predicate *predicate; /* NULL: nothing is known of it */
    lens_tally *tally;                     /* voices by (group, value, worker), unknown ones last */
} truth_trial;

static const lens_truth_skill *skill_of(const truth_trial *trial, uint32_t worker)
{
    return worker == LENS_TRUTH_UNKNOWN ? NULL : find_skill(trial->predicate, worker);
}

/* What a voice adds to the value `value` (LENS_TRUTH_UNKNOWN: one that nobody claims), the model's
 * `label`. */
static int64_t evidence(const truth_trial *trial, const lens_voice *voice, uint32_t value,
                        uint32_t label)
{
    const lens_truth_predicate *predicate = trial->predicate;
    bool is_claimed = voice->value == value;
    if (predicate == NULL)
        return is_claimed ? UNIT : 0;
    const lens_truth_skill *skill = skill_of(trial, voice->worker);
    if (predicate->kind == LENS_TRUTH_NUMBERS)
        return !is_claimed ? 0 : skill == NULL ? UNIT : (int64_t)skill->strength;
    if (predicate->kind == LENS_TRUTH_OPEN)
        return is_claimed ? open_evidence(predicate, skill) : 0;
    uint32_t claimed = trial->tally->values[voice->value].label;
    if (claimed == LENS_TRUTH_UNKNOWN || label == LENS_TRUTH_UNKNOWN)
        return (int64_t)lens_log2(unseen_chance(predicate, skill, is_claimed));
    return (int64_t)lens_log2(label_chance(predicate, skill, claimed, label));
}

/* End of the run of voices that say the same as the one at `begin` and have one vote for it: those
 * that copy from each other. */
static uint32_t run_end(const truth_trial *trial, uint32_t begin)
{
    const lens_candidate *candidates = trial->tally->candidates;
    const lens_voice *first = &candidates[begin].voice;
    uint32_t group = group_of(trial->model, first->worker);
    uint32_t end = begin + 1;
    if (group != LENS_TRUTH_UNKNOWN)
        while (end < trial->tally->candidate_count &&
               group_of(trial->model, candidates[end].voice.worker) == group &&
               candidates[end].voice.value == first->value)
            end++;
    return end;
}

/* What the voices of a run, which have one vote, add to a value. */
static int64_t run_evidence(const truth_trial *trial, uint32_t begin, uint32_t end, uint32_t value,
                            uint32_t label)
{
    int64_t sum = 0;
    for (uint32_t i = begin; i < end; i++)
        sum += evidence(trial, &trial->tally->candidates[i].voice, value, label);
    return sum / (int64_t)(end - begin);
}

static int64_t score_value(const truth_trial *trial, uint32_t value, uint32_t label)
{
    int64_t score = 0;
    for (uint32_t begin = 0, end; begin < trial->tally->candidate_count; begin = end) {
        end = run_end(trial, begin);
        score += run_evidence(trial, begin, end, value, label);
    }
    return score;
}

/* Of values that only their own claims speak for: all scores in one go. */
static void score_apart(const truth_trial *trial)
{
    lens_tally *tally = trial->tally;
    for (uint32_t value = 0; value < tally->value_count; value++)
        tally->values[value].score = 0;
    for (uint32_t begin = 0, end; begin < tally->candidate_count; begin = end) {
        end = run_end(trial, begin);
        uint32_t value = tally->candidates[begin].voice.value;
        tally->values[value].score += run_evidence(trial, begin, end, value, LENS_TRUTH_UNKNOWN);
    }
}

/* ---- Answers --------------------------------------------------------------------------------- */

static uint64_t mass(int64_t best, int64_t score, uint32_t temperature)
{
    return lens_exp2_minus(lens_product((uint64_t)(best - score), temperature));
}

static uint32_t least_prior(const lens_truth_predicate *predicate)
{
    uint32_t least = UNIT;
    for (uint32_t label = 0; label < predicate->value_count; label++)
        if (predicate->prior[label] < least)
            least = predicate->prior[label];
    return least;
}

/* The scores of values that the model lacks: all speak alike for them but their own claims. */
static void score_unseen(const truth_trial *trial)
{
    lens_tally *tally = trial->tally;
    int64_t others = score_value(trial, LENS_TRUTH_UNKNOWN, LENS_TRUTH_UNKNOWN) +
                     (int64_t)lens_log2(least_prior(trial->predicate));
    for (uint32_t value = 0; value < tally->value_count; value++)
        tally->values[value].score = others;
    for (uint32_t begin = 0, end; begin < tally->candidate_count; begin = end) {
        end = run_end(trial, begin);
        uint32_t value = tally->candidates[begin].voice.value;
        if (tally->values[value].label == LENS_TRUTH_UNKNOWN)
            tally->values[value].score +=
                run_evidence(trial, begin, end, value, LENS_TRUTH_UNKNOWN) -
                run_evidence(trial, begin, end, LENS_TRUTH_UNKNOWN, LENS_TRUTH_UNKNOWN);
    }
}

static const int64_t claimed_mark = INT64_MIN;

/* The claimed values' scores; out_unclaimed: those of the model's labels, or claimed_mark. */
static void score_labels(const truth_trial *trial, int64_t out_unclaimed[LENS_TRUTH_LABEL_MAX])
{
    const lens_truth_predicate *predicate = trial->predicate;
    for (uint32_t label = 0; label < predicate->value_count; label++)
        out_unclaimed[label] = 0;
    score_unseen(trial);
    for (uint32_t i = 0; i < trial->tally->value_count; i++) {
        lens_value *value = &trial->tally->values[i];
        if (value->label == LENS_TRUTH_UNKNOWN)
            continue;
        value->score = score_value(trial, i, value->label) +
                       (int64_t)lens_log2(predicate->prior[value->label]);
        out_unclaimed[value->label] = claimed_mark;
    }
    for (uint32_t label = 0; label < predicate->value_count; label++)
        if (out_unclaimed[label] != claimed_mark)
            out_unclaimed[label] = score_value(trial, LENS_TRUTH_UNKNOWN, label) +
                                   (int64_t)lens_log2(predicate->prior[label]);
}

/* Bayes' rule over the values that are claimed and, of LABELS, those that are not. */
static void judge_probable(const truth_trial *trial)
{
    const lens_truth_predicate *predicate = trial->predicate;
    lens_tally *tally = trial->tally;
    int64_t unclaimed[LENS_TRUTH_LABEL_MAX];
    uint32_t label_count = predicate->kind == LENS_TRUTH_LABELS ? predicate->value_count : 0;
    if (label_count > 0)
        score_labels(trial, unclaimed);
    else
        score_apart(trial);
    int64_t best = tally->values[0].score;
    for (uint32_t value = 1; value < tally->value_count; value++)
        best = tally->values[value].score > best ? tally->values[value].score : best;
    for (uint32_t label = 0; label < label_count; label++)
        best = unclaimed[label] > best ? unclaimed[label] : best;
    uint64_t total = 0;
    for (uint32_t label = 0; label < label_count; label++)
        if (unclaimed[label] != claimed_mark)
            total += mass(best, unclaimed[label], predicate->temperature);
    for (uint32_t value = 0; value < tally->value_count; value++)
        total += mass(best, tally->values[value].score, predicate->temperature);
    for (uint32_t i = 0; i < tally->value_count; i++) {
        lens_value *value = &tally->values[i];
        value->posterior = lens_fraction(mass(best, value->score, predicate->temperature), total);
    }
}

static uint64_t weight_of_all(const lens_tally *tally)
{
    uint64_t total = 0;
    for (uint32_t value = 0; value < tally->value_count; value++)
        total += tally->values[value].is_out ? 0 : (uint64_t)tally->values[value].score;
    return total;
}

static void judge_by_weight(const truth_trial *trial)
{
    lens_tally *tally = trial->tally;
    score_apart(trial);
    uint64_t total = weight_of_all(tally);
    for (uint32_t i = 0; i < tally->value_count; i++) {
        lens_value *value = &tally->values[i];
        value->posterior =
            value->is_out || total == 0 ? 0 : lens_fraction((uint64_t)value->score, total);
    }
}

/* The weighted median stands first: the first number at or above half of all weight. */
static void judge_numbers(const truth_trial *trial)
{
    lens_tally *tally = trial->tally;
    for (uint32_t value = 0; value < tally->value_count; value++) {
        tally->values[value].order = value;
        tally->values[value].is_out = !is_number(quoted(tally, value));
    }
    truth_sorter sorting = {trial->model, tally, compare_numbers, swap_values};
    sort(&sorting, tally->value_count);
    judge_by_weight(trial);
    uint64_t total = weight_of_all(tally);
    uint64_t below = 0;
    for (uint32_t place = 0; place < tally->value_count; place++) {
        lens_value *value = &tally->values[tally->values[place].order];
        bool was_below = 2 * below < total;
        below += value->is_out ? 0 : (uint64_t)value->score;
        value->tier = was_below && 2 * below >= total ? 0 : 1;
    }
}

bool lens_truth_between(const lens_tally *tally, uint32_t *out_below, uint32_t *out_above,
                        uint32_t *out_fraction)
{
    uint64_t total = weight_of_all(tally);
    uint64_t last = 0;  /* twice the weight below the middle of the value before */
    uint64_t below = 0; /* weight below the value */
    for (uint32_t place = 0; place < tally->value_count; place++) {
        uint32_t number = tally->values[place].order;
        const lens_value *value = &tally->values[number];
        if (value->is_out)
            break;
        uint64_t middle = 2 * below + (uint64_t)value->score;
        bool is_above = middle >= total && place > 0;
        *out_below = is_above ? *out_above : number;
        *out_above = number;
        *out_fraction = is_above && middle > last ? lens_fraction(total - last, middle - last) : 0;
        if (middle >= total)
            return true;
        last = middle;
        below += (uint64_t)value->score;
    }
    return total > 0;
}

/* ---- The lens -------------------------------------------------------------------------------- */

static void raise_voices(const truth_trial *trial)
{
    lens_tally *tally = trial->tally;
    for (uint32_t i = 0; i < tally->candidate_count; i++) {
        lens_candidate *candidate = &tally->candidates[i];
        uint32_t worker =
            lens_truth_worker_find(trial->model, candidate->identity, candidate->record->source);
        candidate->voice = (lens_voice){worker, candidate->record->value, i};
    }
    truth_sorter sorting = {trial->model, tally, compare_voices, swap_voices};
    sort(&sorting, tally->candidate_count);
}

/* What a candidate weighs: its worker's accuracy, divided among those that have one vote. */
static void weigh_candidates(const truth_trial *trial)
{
    lens_tally *tally = trial->tally;
    for (uint32_t begin = 0, end; begin < tally->candidate_count; begin = end) {
        end = run_end(trial, begin);
        for (uint32_t i = begin; i < end; i++) {
            const lens_voice *voice = &tally->candidates[i].voice;
            uint32_t accuracy = UNIT;
            if (trial->predicate != NULL) {
                const lens_truth_skill *skill = skill_of(trial, voice->worker);
                accuracy = skill == NULL ? trial->predicate->accuracy : skill->accuracy;
            }
            tally->candidates[voice->candidate].weight = accuracy / (end - begin);
        }
    }
}

void lens_truth(const lens_options *options, lens_tally *tally, lens_result *result)
{
    truth_trial trial = {options->truth_model, options->truth_predicate, tally};
    if (trial.model == NULL)
        return;
    raise_voices(&trial);
    weigh_candidates(&trial);
    if (trial.predicate == NULL) {
        judge_by_weight(&trial);
    } else if (trial.predicate->kind == LENS_TRUTH_NUMBERS) {
        judge_numbers(&trial);
    } else {
        for (uint32_t i = 0; i < tally->value_count; i++) {
            steme_id id = lens_truth_value_id(quoted(tally, i));
            tally->values[i].label = lens_truth_value_find(trial.predicate, &id);
        }
        judge_probable(&trial);
    }
    lens_pick(tally, result);
    if (result->has_winner)
        result->confidence = tally->values[result->winner].posterior;
}
