/* copy.c -- which workers copy from each other.
 *
 * After X. L. Dong, L. Berti-Equille, D. Srivastava, "Integrating conflicting data: the role of
 * source dependence", VLDB 2009: two workers that agree where few others do, and hardly ever
 * differ, are not independent. A share c of what they say alike is taken as copied; its likelihood
 * beside independence decides, at the best c, which has to be half or more.
 *
 * Suspected is who agrees beyond the popularity of what is said. That also fits experts among
 * amateurs, so a fit is made in which each group of suspects has one vote for what it says alike,
 * and acquits all whose agreement is explained by their skills: agreeing on what is probably true
 * shows nothing. Only then does the fit count.
 *
 * Bounds: PAIR_WORK_MAX meetings of claims are looked at, beyond that a sample of the tasks; exact
 * copies are found beside that, in n log n. A worker is held against PARTNER_MAX later ones. */
#include <stdlib.h>

#include "truth/math.h"
#include "truth/state.h"

enum {
    SHARED_MIN = 5, /* tasks that two workers share before they are held against each other */
    PARTNER_MAX = 32,
    PAIR_WORK_MAX = 1 << 25,
    CROWD_MAX = 2048,      /* claims about a task that are held against each other */
    RAPPORT_MIN = 20,      /* meetings of others below which nothing can be said of a group */
    EXPERT_AGREES_IN = 20, /* meetings: less agreement with others is no knowledge in common */
    SHARE_COUNT = 5,
    HALF = 2, /* the first of the shares that is half or more */
};

static const double shares[SHARE_COUNT] = {0.15, 0.35, 0.5, 0.75, 0.95};
/* A worker's usual agreement counts as much as these many claims of a task. */
static const double usual_meetings = 4;
/* ln(1 - share): of a difference */
static const double difference_gains[SHARE_COUNT] = {-0.16251892949777494, -0.43078291609245423,
                                                     -0.69314718055994531, -1.3862943611198906,
                                                     -2.9957322735539909};

/* Logarithm of the likelihood of copying, at each share, beside independence. */
typedef struct truth_suspicion {
    double gain[SHARE_COUNT];
    uint32_t shared;
} truth_suspicion;

/* What is looked up while pairs are judged. */
typedef struct truth_court {
    truth_state *state;
    size_t *worker_claims; /* [worker + 1]: into claims */
    uint32_t *claims;      /* by worker, then by task */
    double *popularity;    /* [claim]: weight of the claims of its task that say the same */
    double *task_weight;   /* [task] */
    double *agreement;     /* [worker]: part of its meetings with other claims that agree */
    double *meetings;      /* [worker]: how many there are */
    double threshold;
    int share_min; /* the least of the shares that makes a copy */
    bool is_fitted;
    base_arena arena;
} truth_court;

/* ---- Tables ---------------------------------------------------------------------------------- */

static bool court_alloc(truth_court *court)
{
    const truth_input *input = court->state->input;
    base_arena *arena = &court->arena;
    court->worker_claims =
        base_arena_alloc(arena, ((size_t)input->worker_count + 2) * sizeof(size_t));
    court->claims = base_arena_alloc(arena, input->claim_count * sizeof(uint32_t));
    court->popularity = base_arena_alloc(arena, input->claim_count * sizeof(double));
    court->task_weight = base_arena_alloc(arena, court->state->task_count * sizeof(double));
    court->agreement = base_arena_alloc(arena, input->worker_count * sizeof(double));
    court->meetings = base_arena_alloc(arena, input->worker_count * sizeof(double));
    return court->worker_claims != NULL && court->claims != NULL && court->popularity != NULL &&
           court->task_weight != NULL && court->agreement != NULL && court->meetings != NULL;
}

static void list_by_worker(truth_court *court)
{
    const truth_input *input = court->state->input;
    size_t *first = court->worker_claims;
    for (uint32_t worker = 0; worker < input->worker_count + 2; worker++)
        first[worker] = 0;
    for (size_t i = 0; i < input->claim_count; i++)
        first[input->claims[i].worker + 2]++;
    for (uint32_t worker = 2; worker < input->worker_count + 2; worker++)
        first[worker] += first[worker - 1];
    for (size_t i = 0; i < input->claim_count; i++)
        court->claims[first[input->claims[i].worker + 1]++] = (uint32_t)i;
}

/* How popular each claim is, and how much each worker agrees with others. */
static void count_popularity(truth_court *court)
{
    const truth_state *state = court->state;
    const truth_claim *claims = state->input->claims;
    for (uint32_t worker = 0; worker < state->input->worker_count; worker++)
        court->agreement[worker] = court->meetings[worker] = 0;
    for (uint32_t task = 0; task < state->task_count; task++) {
        size_t first = state->task_claims[task];
        size_t end = state->task_claims[task + 1];
        double all = 0;
        for (size_t i = first; i < end; i++) {
            court->popularity[i] = 0;
            court->popularity[state->leader[i]] += state->weight[i];
            all += state->weight[i];
        }
        court->task_weight[task] = all;
        for (size_t i = first; i < end; i++) {
            court->popularity[i] = court->popularity[state->leader[i]];
            court->agreement[claims[i].worker] += court->popularity[i] - 1;
            court->meetings[claims[i].worker] += all - 1;
        }
    }
    for (uint32_t worker = 0; worker < state->input->worker_count; worker++)
        court->agreement[worker] =
            court->meetings[worker] > 0.5 ? court->agreement[worker] / court->meetings[worker] : 1;
}

static bool court_open(truth_court *court, truth_state *state, bool is_fitted)
{
    *court = (truth_court){.state = state, .is_fitted = is_fitted};
    if (!court_alloc(court))
        return false;
    list_by_worker(court);
    count_popularity(court);
    court->threshold = (is_fitted ? 5 : 3) + truth_log((double)state->input->worker_count + 1);
    court->share_min = HALF;
    return true;
}

/* ---- Judging a pair -------------------------------------------------------------------------- */

/* Of two claims that agree: how much likelier that is if one is a copy. Others that say the same,
 * and agreement with others elsewhere, speak against it; so do skills. */
static double agreement_odds(const truth_court *court, uint32_t left, uint32_t right)
{
    const truth_state *state = court->state;
    const truth_claim *claims = state->input->claims;
    uint32_t task = claims[left].task;
    const truth_part *part = &state->parts[state->task_part[task]];
    bool is_group = state->group[claims[left].worker] == state->group[claims[right].worker];
    double own = is_group ? 1 : state->weight[left] + state->weight[right];
    if (left == right) /* a claim and one that a worker on its own makes alike */
        own = state->weight[left] + 1;
    double same = court->popularity[left] > own ? court->popularity[left] - own : 0;
    double all = court->task_weight[task] > own ? court->task_weight[task] - own : 0;
    double usual = court->agreement[claims[left].worker];
    if (usual < court->agreement[claims[right].worker])
        usual = court->agreement[claims[right].worker];
    double popularity = (same + usual_meetings * usual + 0.01) / (all + usual_meetings + 0.01);
    double odds = 1 / popularity;
    if (!court->is_fitted || part->kind == LENS_TRUTH_NUMBERS)
        return odds;
    double by_skill = part->kind == LENS_TRUTH_LABELS
                          ? truth_labels_copy_odds(state, part, left, right)
                          : truth_open_copy_odds(state, part, left, right);
    return by_skill < odds ? by_skill : odds;
}

static void suspect_more(truth_suspicion *suspicion, double odds)
{
    for (int i = 0; i < SHARE_COUNT; i++)
        suspicion->gain[i] += truth_log(1 - shares[i] + shares[i] * odds);
    suspicion->shared++;
}

static void suspect_less(truth_suspicion *suspicion)
{
    for (int i = 0; i < SHARE_COUNT; i++)
        suspicion->gain[i] += difference_gains[i];
    suspicion->shared++;
}

static bool is_guilty(const truth_court *court, const truth_suspicion *suspicion)
{
    int best = 0;
    for (int i = 1; i < SHARE_COUNT; i++)
        if (suspicion->gain[i] > suspicion->gain[best])
            best = i;
    return suspicion->shared >= SHARED_MIN && best >= court->share_min &&
           suspicion->gain[best] >= court->threshold;
}

static bool judge_pair(const truth_court *court, uint32_t left, uint32_t right)
{
    const truth_claim *claims = court->state->input->claims;
    truth_suspicion suspicion = {{0}, 0};
    size_t i = court->worker_claims[left];
    size_t j = court->worker_claims[right];
    while (i < court->worker_claims[left + 1] && j < court->worker_claims[right + 1]) {
        uint32_t a = court->claims[i];
        uint32_t b = court->claims[j];
        if (claims[a].task == claims[b].task) {
            if (claims[a].value == claims[b].value)
                suspect_more(&suspicion, agreement_odds(court, a, b));
            else
                suspect_less(&suspicion);
        }
        i += claims[a].task <= claims[b].task;
        j += claims[b].task <= claims[a].task;
    }
    return is_guilty(court, &suspicion);
}

/* ---- Groups ---------------------------------------------------------------------------------- */

static uint32_t find_root(uint32_t *group, uint32_t worker)
{
    while (group[worker] != worker) {
        group[worker] = group[group[worker]];
        worker = group[worker];
    }
    return worker;
}

/* The first worker of each group stands for it. */
static void join(uint32_t *group, uint32_t left, uint32_t right)
{
    left = find_root(group, left);
    right = find_root(group, right);
    if (left < right)
        group[right] = left;
    else
        group[left] = right;
}

/* Weights by the groups: a group has one vote for what it says alike. */
static void weigh(truth_state *state)
{
    const truth_input *input = state->input;
    double *counts = state->scratch; /* by group; as many workers as have claims, at most */
    for (uint32_t worker = 0; worker < input->worker_count; worker++)
        state->group[worker] = find_root(state->group, worker);
    for (uint32_t worker = 0; worker < input->worker_count; worker++)
        counts[worker] = 0;
    for (uint32_t worker = 0; worker < input->worker_count; worker++)
        counts[state->group[worker]]++;
    for (uint32_t worker = 0; worker < input->worker_count; worker++)
        state->group_weight[worker] = 1 / counts[state->group[worker]];
    for (uint32_t worker = 0; worker < input->worker_count; worker++)
        counts[worker] = 0;
    for (size_t first = 0; first < input->claim_count; first++) {
        if (state->leader[first] != first)
            continue;
        for (uint32_t i = (uint32_t)first; i != TRUTH_NO_CLAIM; i = state->next_alike[i])
            counts[state->group[input->claims[i].worker]]++;
        for (uint32_t i = (uint32_t)first; i != TRUTH_NO_CLAIM; i = state->next_alike[i])
            state->weight[i] = 1 / counts[state->group[input->claims[i].worker]];
        for (uint32_t i = (uint32_t)first; i != TRUTH_NO_CLAIM; i = state->next_alike[i])
            counts[state->group[input->claims[i].worker]] = 0;
    }
}

static bool keep_pair(truth_state *state, uint32_t left, uint32_t right)
{
    if (state->pair_count == state->pair_capacity) {
        size_t capacity = state->pair_capacity * 2 + 64;
        truth_pair *grown = base_realloc(state->pairs, capacity * sizeof *grown);
        if (grown == NULL)
            return false;
        state->pairs = grown;
        state->pair_capacity = capacity;
    }
    state->pairs[state->pair_count++] = (truth_pair){left, right};
    join(state->group, left, right);
    return true;
}

/* ---- Suspects -------------------------------------------------------------------------------- */

/* What is looked at: `stride` = one in how many tasks. */
typedef struct truth_search {
    const truth_court *court;
    double (*gains)[SHARE_COUNT]; /* [claim]: of another that says the same */
    truth_suspicion *suspicions;  /* [worker], of the worker at hand */
    uint32_t *partners;           /* that have one */
    uint64_t stride;
    bool is_sample;
} truth_search;

static bool is_searched(const truth_search *search, uint32_t task)
{
    return (((uint64_t)task * UINT64_C(0x9e3779b97f4a7c15)) >> 32) % search->stride == 0;
}

static void plan(truth_search *search, const truth_state *state)
{
    uint64_t meetings = 0;
    search->is_sample = false;
    for (uint32_t task = 0; task < state->task_count; task++) {
        uint64_t count = state->task_claims[task + 1] - state->task_claims[task];
        if (count > CROWD_MAX) {
            search->is_sample = true;
            count = CROWD_MAX;
        }
        meetings += count * count / 2;
    }
    search->stride = meetings / PAIR_WORK_MAX + 1;
    search->is_sample = search->is_sample || search->stride > 1;
}

static bool search_open(truth_search *search, truth_court *court)
{
    const truth_input *input = court->state->input;
    search->court = court;
    plan(search, court->state);
    search->gains = base_arena_alloc(&court->arena, input->claim_count * sizeof *search->gains);
    search->suspicions =
        base_arena_alloc(&court->arena, input->worker_count * sizeof *search->suspicions);
    search->partners = base_arena_alloc(&court->arena, input->worker_count * sizeof(uint32_t));
    if (search->gains == NULL || search->suspicions == NULL || search->partners == NULL)
        return false;
    for (uint32_t i = 0; i < input->claim_count; i++) {
        truth_suspicion one = {{0}, 0};
        if (is_searched(search, input->claims[i].task))
            suspect_more(&one, agreement_odds(court, i, i));
        memcpy(search->gains[i], one.gain, sizeof one.gain);
    }
    for (uint32_t worker = 0; worker < input->worker_count; worker++)
        search->suspicions[worker] = (truth_suspicion){{0}, 0};
    return true;
}

/* Holds a claim of the worker at hand against those of later workers about its task. */
static void meet(truth_search *search, uint32_t claim, uint32_t *partner_count)
{
    const truth_state *state = search->court->state;
    const truth_claim *claims = state->input->claims;
    size_t first = state->task_claims[claims[claim].task];
    size_t end = state->task_claims[claims[claim].task + 1];
    if (end > first + CROWD_MAX)
        end = first + CROWD_MAX;
    for (size_t other = claim + 1; other < end; other++) {
        truth_suspicion *suspicion = &search->suspicions[claims[other].worker];
        if (suspicion->shared++ == 0)
            search->partners[(*partner_count)++] = claims[other].worker;
        bool is_alike = claims[other].value == claims[claim].value;
        const double *gains = is_alike ? search->gains[claim] : difference_gains;
        for (int i = 0; i < SHARE_COUNT; i++)
            suspicion->gain[i] += gains[i];
    }
}

static bool suspect_partners(truth_search *search, uint32_t worker)
{
    const truth_court *court = search->court;
    const truth_claim *claims = court->state->input->claims;
    uint32_t partner_count = 0;
    uint32_t kept = 0;
    bool is_kept = true;
    for (size_t i = court->worker_claims[worker]; i < court->worker_claims[worker + 1]; i++)
        if (is_searched(search, claims[court->claims[i]].task))
            meet(search, court->claims[i], &partner_count);
    for (uint32_t i = 0; i < partner_count; i++) {
        uint32_t partner = search->partners[i];
        bool is_known =
            find_root(court->state->group, worker) == find_root(court->state->group, partner);
        if (!is_known && kept < PARTNER_MAX && is_guilty(court, &search->suspicions[partner])) {
            is_kept = is_kept && keep_pair(court->state, worker, partner);
            kept++;
        }
        search->suspicions[partner] = (truth_suspicion){{0}, 0};
    }
    return is_kept;
}

/* ---- Exact copies, where only a sample was searched --------------------------------------------
 */

typedef struct truth_print {
    uint64_t hash; /* of all that a worker says */
    uint32_t worker;
} truth_print;

static int compare_prints(const void *left, const void *right)
{
    const truth_print *a = left;
    const truth_print *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return (a->worker > b->worker) - (a->worker < b->worker);
}

static uint64_t mix(uint64_t hash, uint32_t task, uint32_t value)
{
    hash ^= (uint64_t)task << 32 | value;
    hash *= UINT64_C(0xbf58476d1ce4e5b9);
    return hash ^ hash >> 29;
}

static bool suspect_twins(truth_court *court)
{
    truth_state *state = court->state;
    uint32_t worker_count = state->input->worker_count;
    truth_print *prints = base_arena_alloc(&court->arena, worker_count * sizeof *prints);
    if (prints == NULL)
        return false;
    for (uint32_t worker = 0; worker < worker_count; worker++) {
        uint64_t hash = 1;
        for (size_t i = court->worker_claims[worker]; i < court->worker_claims[worker + 1]; i++) {
            const truth_claim *claim = &state->input->claims[court->claims[i]];
            hash = mix(hash, claim->task, claim->value);
        }
        prints[worker] = (truth_print){hash, worker};
    }
    qsort(prints, worker_count, sizeof *prints, compare_prints);
    for (uint32_t i = 1; i < worker_count; i++)
        if (prints[i].hash == prints[i - 1].hash &&
            judge_pair(court, prints[i - 1].worker, prints[i].worker) &&
            !keep_pair(state, prints[i - 1].worker, prints[i].worker))
            return false;
    return true;
}

/* ---- Both steps ------------------------------------------------------------------------------ */

/* ---- Experts among amateurs -------------------------------------------------------------------
 */

/* How a group's claims agree with those of others, and these with each other, about the same tasks.
 */
typedef struct truth_rapport {
    double agreeing, meetings;
    double others_agreeing, others_meetings;
} truth_rapport;

static void meet_others(const truth_search *search, uint32_t worker, truth_rapport *rapport)
{
    const truth_court *court = search->court;
    truth_state *state = court->state;
    const truth_claim *claims = state->input->claims;
    double *votes = state->scratch; /* by a value's first claim */
    for (size_t i = court->worker_claims[worker]; i < court->worker_claims[worker + 1]; i++) {
        uint32_t own = court->claims[i];
        size_t first = state->task_claims[claims[own].task];
        size_t end = state->task_claims[claims[own].task + 1];
        double all = 0;
        double alone = 0;
        if (!is_searched(search, claims[own].task))
            continue;
        for (size_t j = first; j < end; j++)
            votes[j] = 0;
        for (size_t j = first; j < end; j++) {
            double weight =
                state->group[claims[j].worker] == state->group[worker] ? 0 : state->weight[j];
            votes[state->leader[j]] += weight;
            all += weight;
            alone += weight * weight;
        }
        rapport->meetings += all;
        rapport->agreeing += votes[state->leader[own]];
        rapport->others_meetings += all * all - alone;
        for (size_t j = first; j < end; j++)
            rapport->others_agreeing += votes[j] * votes[j];
        rapport->others_agreeing -= alone;
    }
}

/* Copies have no more in common with others than what they copy has; experts have more than those
 * have with each other. Without others nothing can be said. */
static bool is_expert(const truth_rapport *rapport)
{
    return rapport->others_meetings < RAPPORT_MIN ||
           (rapport->agreeing * EXPERT_AGREES_IN >= rapport->meetings &&
            rapport->agreeing * rapport->others_meetings >=
                rapport->others_agreeing * rapport->meetings);
}

static void group_again(truth_state *state)
{
    for (uint32_t worker = 0; worker < state->input->worker_count; worker++)
        state->group[worker] = worker;
    for (size_t i = 0; i < state->pair_count; i++)
        join(state->group, state->pairs[i].left, state->pairs[i].right);
    for (uint32_t worker = 0; worker < state->input->worker_count; worker++)
        state->group[worker] = find_root(state->group, worker);
}

/* Drops the pairs from `first` on whose groups are experts. */
static bool spare_experts(const truth_search *search, size_t first)
{
    const truth_court *court = search->court;
    truth_state *state = court->state;
    truth_rapport *rapports = base_alloc_zero(state->input->worker_count, sizeof *rapports);
    if (rapports == NULL)
        return false;
    group_again(state);
    for (size_t i = first; i < state->pair_count; i++) {
        truth_rapport *rapport = &rapports[state->group[state->pairs[i].left]];
        meet_others(search, state->pairs[i].left, rapport);
        meet_others(search, state->pairs[i].right, rapport);
    }
    size_t kept = first;
    for (size_t i = first; i < state->pair_count; i++)
        if (!is_expert(&rapports[state->group[state->pairs[i].left]]))
            state->pairs[kept++] = state->pairs[i];
    state->pair_count = kept;
    base_free(rapports);
    group_again(state);
    return true;
}

static bool suspect_from(truth_state *state, int share_min)
{
    truth_court court;
    truth_search search;
    size_t first = state->pair_count;
    bool is_done = court_open(&court, state, false) && search_open(&search, &court);
    court.share_min = share_min;
    for (uint32_t worker = 0; is_done && worker < state->input->worker_count; worker++)
        is_done = suspect_partners(&search, worker);
    if (is_done && search.is_sample)
        is_done = suspect_twins(&court);
    if (is_done && share_min < SHARE_COUNT - 1 && state->pair_count > first)
        is_done = spare_experts(&search, first);
    base_arena_deinit(&court.arena);
    if (is_done && state->pair_count > first)
        weigh(state);
    return is_done;
}

/* Those who copy the most come first: until they have one vote, whoever contradicts them together
 * looks like a copy. */
bool truth_copies_suspect(truth_state *state)
{
    for (int share = SHARE_COUNT - 1; share >= HALF; share--)
        if (!suspect_from(state, share))
            return false;
    return true;
}

bool truth_copies_review(truth_state *state, bool *out_changed)
{
    truth_court court;
    *out_changed = false;
    if (state->pair_count == 0)
        return true;
    bool is_done = court_open(&court, state, true);
    size_t kept = 0;
    for (size_t i = 0; is_done && i < state->pair_count; i++)
        if (judge_pair(&court, state->pairs[i].left, state->pairs[i].right))
            state->pairs[kept++] = state->pairs[i];
    base_arena_deinit(&court.arena);
    if (!is_done || kept == state->pair_count)
        return is_done;
    state->pair_count = kept;
    group_again(state);
    weigh(state);
    *out_changed = true;
    return true;
}
