/* The simulator's program: runs scenarios from seeds, and prints what came of them.
 *
 *   sim [--seeds N] [--large-seeds N] [--first SEED] [--scenario NAME] [--seed SEED] [--list]
 *
 * --seed runs one seed and prints its trace hash; it needs --scenario. Exit code 1: a failure. */
#include "sim/scenario.h"

#include "base/memory.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

typedef struct sim_arguments {
    uint64_t seed_count;
    uint64_t large_seed_count;
    uint64_t first_seed;
    uint64_t seed; /* 0 = many */
    const char *scenario;
    bool has_large_seed_count; /* else a hundredth */
    bool is_list;
} sim_arguments;

typedef struct sim_table { /* of one scenario, over its seeds */
    double *converge_ms;
    double *rounds;
    double *p99_ms;
    size_t count;
    double byte_sum;
    double payload_sum;
    double payload_max;
    uint64_t virtual_ns;
    uint64_t queued_size_max;
    sim_verdict verdict;
    uint64_t unequal_count; /* seeds whose roots differ */
    uint64_t failure_count;
} sim_table;

typedef struct sim_cost {
    double real_s;
    double processor_s;
    double memory_mib; /* the most that the process has had */
} sim_cost;

static int number_compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double percentile(double *values, size_t count, unsigned percent)
{
    qsort(values, count, sizeof *values, number_compare);
    size_t at = count * percent / 100;
    return values[at < count ? at : count - 1];
}

static void table_add(sim_table *table, const sim_result *result)
{
    table->converge_ms[table->count] = (double)result->converge_ns / 1e6;
    table->rounds[table->count] = result->rounds;
    table->p99_ms[table->count++] = result->delivery_p99_ms;
    table->byte_sum += result->bytes_per_node;
    table->payload_sum += result->payloads_per_new;
    if (result->payloads_per_new > table->payload_max)
        table->payload_max = result->payloads_per_new;
    table->virtual_ns += result->virtual_ns;
    if (result->queued_size_max > table->queued_size_max)
        table->queued_size_max = result->queued_size_max;
    table->verdict.lost_count += result->verdict.lost_count + result->verdict.unkept_count;
    table->verdict.foreign_count += result->verdict.foreign_count;
    table->unequal_count += !result->verdict.has_equal_roots;
    table->failure_count += result->failure != NULL;
}

static void head_print(void)
{
    printf("%-19s %9s %4s %7s %5s %6s | %21s | %17s | %8s | %8s %11s | %7s %6s | %7s\n", "", "", "",
           "", "", "", "ms until equal", "rounds", "p99 ms", "KiB per", "payloads", "CPU s", "peak",
           "times");
    printf("%-19s %9s %4s %7s %5s %6s | %6s %6s %7s | %5s %5s %5s | %8s | %8s %5s %5s | %7s %6s | "
           "%7s\n",
           "scenario", "seeds", "lost", "foreign", "roots", "failed", "p50", "p99", "max", "p50",
           "p99", "max", "delivery", "node", "mean", "max", "a seed", "MiB", "real");
}

static void table_print(const sim_scenario *scenario, sim_table *table, uint64_t first_seed,
                        const sim_cost *cost)
{
    double seeds = (double)table->count;
    char range[32];
    snprintf(range, sizeof range, "%llu-%llu", (unsigned long long)first_seed,
             (unsigned long long)(first_seed + table->count - 1));
    printf("%-19s %9s %4llu %7llu %5s %6llu | %6.0f %6.0f %7.0f | %5.1f %5.1f %5.1f | %8.0f | ",
           scenario->name, range, (unsigned long long)table->verdict.lost_count,
           (unsigned long long)table->verdict.foreign_count,
           table->unequal_count == 0 ? "equal" : "DIFFER", (unsigned long long)table->failure_count,
           percentile(table->converge_ms, table->count, 50),
           percentile(table->converge_ms, table->count, 99),
           percentile(table->converge_ms, table->count, 100),
           percentile(table->rounds, table->count, 50), percentile(table->rounds, table->count, 99),
           percentile(table->rounds, table->count, 100),
           percentile(table->p99_ms, table->count, 50));
    printf("%8.1f %5.2f %5.2f | %7.2f %6.0f | %7.1f\n", table->byte_sum / seeds / 1024,
           table->payload_sum / seeds, table->payload_max, cost->processor_s / seeds,
           cost->memory_mib,
           (double)table->virtual_ns / 1e9 / (cost->real_s > 0 ? cost->real_s : 1e-9));
}

static void failure_print(const sim_scenario *scenario, uint64_t seed, const sim_result *result)
{
    printf("FAILED: %s: lost %llu, foreign %llu, roots %s; replay: --scenario %s --seed %llu "
           "(trace %016llx)\n",
           result->failure, (unsigned long long)result->verdict.lost_count,
           (unsigned long long)result->verdict.foreign_count,
           result->verdict.has_equal_roots ? "equal" : "differ", scenario->name,
           (unsigned long long)seed, (unsigned long long)result->trace);
}

static sim_cost cost_now(void)
{
    struct timespec now;
    struct rusage usage;
    clock_gettime(CLOCK_MONOTONIC, &now);
    getrusage(RUSAGE_SELF, &usage);
    return (sim_cost){
        .real_s = (double)now.tv_sec + (double)now.tv_nsec / 1e9,
        .processor_s = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
        .memory_mib = (double)usage.ru_maxrss / 1024,
    };
}

static uint64_t scenario_run_many(const sim_scenario *scenario, const sim_arguments *arguments)
{
    uint64_t count = scenario->is_large ? arguments->large_seed_count : arguments->seed_count;
    if (count == 0)
        return 0;
    sim_table table = {.converge_ms = sim_checked(base_alloc(count * sizeof(double))),
                       .rounds = sim_checked(base_alloc(count * sizeof(double))),
                       .p99_ms = sim_checked(base_alloc(count * sizeof(double)))};
    sim_cost start = cost_now();
    for (uint64_t i = 0; i < count; i++) {
        uint64_t seed = arguments->first_seed + i;
        sim_result result = sim_scenario_run(scenario, seed, SIM_SOUND, 0);
        table_add(&table, &result);
        if (result.failure != NULL)
            failure_print(scenario, seed, &result);
    }
    sim_cost cost = cost_now();
    cost.real_s -= start.real_s;
    cost.processor_s -= start.processor_s;
    table_print(scenario, &table, arguments->first_seed, &cost);
    fflush(stdout);
    base_free(table.converge_ms);
    base_free(table.rounds);
    base_free(table.p99_ms);
    return table.failure_count;
}

static uint64_t scenario_run_one(const sim_scenario *scenario, uint64_t seed)
{
    sim_result result = sim_scenario_run(scenario, seed, SIM_SOUND, 0);
    printf("%s, seed %llu: trace %016llx, %.0f ms until equal, %.1f s of virtual time, delivery "
           "p50 %u ms p99 %u ms, %.2f payloads per new record, %llu refused\n",
           scenario->name, (unsigned long long)seed, (unsigned long long)result.trace,
           (double)result.converge_ns / 1e6, (double)result.virtual_ns / 1e9,
           result.delivery_p50_ms, result.delivery_p99_ms, result.payloads_per_new,
           (unsigned long long)result.refused_count);
    if (result.failure != NULL)
        failure_print(scenario, seed, &result);
    return result.failure != NULL;
}

static bool arguments_read(int argc, char **argv, sim_arguments *out)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--list") == 0) {
            out->is_list = true;
            continue;
        }
        if (i + 1 == argc)
            return false;
        const char *name = argv[i++];
        if (strcmp(name, "--scenario") == 0)
            out->scenario = argv[i];
        else if (strcmp(name, "--seeds") == 0)
            out->seed_count = strtoull(argv[i], NULL, 10);
        else if (strcmp(name, "--large-seeds") == 0)
            out->large_seed_count = strtoull(argv[i], NULL, 10), out->has_large_seed_count = true;
        else if (strcmp(name, "--first") == 0)
            out->first_seed = strtoull(argv[i], NULL, 10);
        else if (strcmp(name, "--seed") == 0)
            out->seed = strtoull(argv[i], NULL, 10);
        else
            return false;
    }
    return out->seed == 0 || out->scenario != NULL;
}

static uint64_t scenarios_run(const sim_arguments *arguments)
{
    size_t count;
    const sim_scenario *all = sim_scenarios(&count);
    uint64_t failure_count = 0;
    size_t run_count = 0;
    head_print();
    for (size_t i = 0; i < count; i++) {
        if (all[i].is_on_request)
            continue;
        failure_count += scenario_run_many(&all[i], arguments);
        run_count++;
    }
    printf("%zu scenarios, %llu failures\n", run_count, (unsigned long long)failure_count);
    return failure_count;
}

static void scenarios_list(void)
{
    size_t count;
    const sim_scenario *all = sim_scenarios(&count);
    for (size_t i = 0; i < count; i++)
        printf("%-19s %3zu nodes: %s%s\n", all[i].name, all[i].node_count, all[i].what,
               all[i].is_on_request ? " (run where it is named)" : "");
}

int main(int argc, char **argv)
{
    sim_arguments arguments = {.seed_count = 100, .first_seed = 1};
    if (!arguments_read(argc, argv, &arguments)) {
        fprintf(stderr, "usage: sim [--seeds N] [--large-seeds N] [--first SEED] [--list]\n"
                        "       sim --scenario NAME [--seeds N | --seed SEED]\n");
        return 2;
    }
    if (!arguments.has_large_seed_count)
        arguments.large_seed_count = (arguments.seed_count + 99) / 100;
    if (arguments.is_list) {
        scenarios_list();
        return 0;
    }
    if (arguments.scenario == NULL)
        return scenarios_run(&arguments) > 0;
    const sim_scenario *scenario = sim_scenario_find(arguments.scenario);
    if (scenario == NULL) {
        fprintf(stderr, "sim: there is no scenario %s (--list)\n", arguments.scenario);
        return 2;
    }
    if (arguments.seed > 0)
        return scenario_run_one(scenario, arguments.seed) > 0;
    if (scenario->is_large)
        arguments.large_seed_count = arguments.seed_count;
    head_print();
    return scenario_run_many(scenario, &arguments) > 0;
}
