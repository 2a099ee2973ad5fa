/* scenario.h -- what is simulated: a world, what happens to it, and what must have come of it.
 *
 * In each scenario clients write, something goes wrong, and then nothing does: from there on all
 * honest nodes must come to hold what was written and nothing else, with equal roots, in time.
 * Everything follows from the seed. */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include "sim/check.h"

typedef struct sim_scenario {
    const char *name;
    const char *what;
    size_t node_count;
    void (*set_up)(sim_options *options); /* may be NULL: see sim_scenario_options */
    void (*run)(sim_world *world);        /* nodes are not connected yet */
    void (*expect)(sim_world *world);     /* looks at nodes that are equal; may be NULL */
    uint64_t limit_ns;                    /* to be equal, once nothing goes wrong any more */
    sim_lie lie;                          /* for `run` to read */
    bool is_large;                        /* takes seconds: run with fewer seeds */
    bool is_on_request;                   /* takes minutes: run only where it is named */
} sim_scenario;

/* A failing one has `failure`; static. */
typedef struct sim_result {
    const char *failure;
    sim_verdict verdict;
    uint64_t trace;
    uint64_t converge_ns; /* after the last fault */
    uint64_t virtual_ns;
    double rounds;            /* sessions that each node began, in the mean, after the last fault */
    double bytes_per_node;    /* received */
    double payloads_per_new;  /* records received for each that was new to its node */
    uint32_t delivery_p50_ms; /* at nodes that were up when it was written */
    uint32_t delivery_p99_ms;
    uint64_t queued_size_max;
    uint64_t insert_count;
    uint64_t refused_count;
} sim_result;

/* Runs one seed. `mutation` breaks the simulated sets. */
sim_result sim_scenario_run(const sim_scenario *scenario, uint64_t seed, sim_mutation mutation,
                            uint64_t drop_period);

/* The scenario that runs, for its `run`. */
const sim_scenario *sim_scenario_now(void);

/* Writers at all honest nodes for a while: `count` records, at even times. */
void sim_write_for(sim_world *world, size_t count, uint64_t duration_ns);

/* All of them, the last one's name NULL. */
const sim_scenario *sim_scenarios(size_t *out_count);
const sim_scenario *sim_scenario_find(const char *name);

/* ---- The groups --------------------------------------------------------------------------- */

typedef struct sim_group {
    const sim_scenario *scenarios;
    size_t count;
} sim_group;

extern const sim_group sim_partitions; /* scenarios_partitions.c */
extern const sim_group sim_weather;    /* loss, delay, doubles, slow and stalled peers */
extern const sim_group sim_lives;      /* crash, restart, clocks */
extern const sim_group sim_sets;       /* sizes, starts, ids that collide */
extern const sim_group sim_liars;
extern const sim_group sim_disks;    /* faults, other disks, killed at each call */
extern const sim_group sim_lacks;    /* memory, descriptors, threads */
extern const sim_group sim_stamps;   /* votes of one stamp, counters at their end */
extern const sim_group sim_loads;    /* much at once, the future, other versions */
extern const sim_group sim_clusters; /* a hundred nodes */

#endif
