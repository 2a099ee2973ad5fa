/* world.h -- nodes, the network between them, and time, all from one seed.
 *
 * Each node is the replica itself over the store itself, with its threads and files, on a platform
 * in memory (platform/platform.h); the world carries the replica's effects out. A stream is ordered
 * and loses nothing, as TCP: what is lost below shows as frames that come late, as streams that
 * break, or stall. A crash leaves what was durable, acknowledged or not, and of the rest what
 * chance leaves. Two runs of one seed give the same trace: a hash of every event, of every effect
 * and of their bytes, and of what was done to the disks.
 *
 *   world.c   nodes: begin, crash, restart; time
 *   client.c  what clients write
 *   store.c   the stores of nodes: open, append, damage
 *   wire.c    streams, what is between two nodes
 *   effect.c  what replicas want done
 *   liar.c    nodes that lie
 *   check.c   what must hold
 *
 * Peer numbers are node numbers. Threads: one. Memory that lacks aborts: it is a test's. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "sim/liar.h"
#include "sim/platform/platform.h"
#include "sim/queue.h"
#include "sim/record.h"

#include <steme/replica.h>

#define SIM_MS            UINT64_C(1000000)
#define SIM_SECOND        UINT64_C(1000000000)
/* What wall clocks say when a world begins, after the records' time. */
#define SIM_WALL_AHEAD_NS (3600 * SIM_SECOND)

enum { SIM_NODE_COUNT_MAX = 128, SIM_END_COUNT_MAX = 1024 };

/* Faults put between the world and the stores: the checker must see each. */
typedef enum sim_mutation {
    SIM_SOUND = 0,
    SIM_DROPS_RECORD,      /* one record in `drop_period` is acknowledged and not kept */
    SIM_SKIPS_SIGNATURE,   /* every signature is valid */
    SIM_BREAKS_MERGE,      /* the greatest id of a batch is lost where it is above all held ones */
    SIM_HIDES_FAILURE,     /* a batch that failed is acknowledged */
    SIM_DENIES_DAMAGED,    /* what a damaged index hides is said not to be there */
    SIM_COUNTS_FIRST_VOTE, /* of a key and a target, instead of the greatest */
    SIM_LOSES_CARRY,       /* a full counter begins again at the same time */
} sim_mutation;

typedef struct sim_options {
    uint64_t seed;
    size_t node_count;
    uint64_t delay_min_ns; /* of a frame, one way */
    uint64_t delay_max_ns;
    uint64_t resend_ns;         /* how much later a frame comes that was lost once */
    uint32_t loss_percent;      /* of frames, each time that one is sent */
    uint32_t break_per_million; /* of frames: the stream breaks instead */
    uint32_t duplicate_percent; /* of gossip frames: they come twice */
    uint64_t store_max_ns;      /* until a batch is durable, at most */
    uint32_t scrub_count;       /* ids that a node looks at each second; 0 = it does not */
    uint32_t tail_record_count; /* of the stores: see steme_store_options */
    sim_mutation mutation;
    uint64_t drop_period;
    steme_replica_options replica; /* node and seed are filled in for each */
} sim_options;

/* One record that exists somewhere. */
typedef struct sim_entry {
    steme_id id;
    uint8_t *bytes;
    size_t size;
    size_t index;
    uint64_t issued_ns;
    bool is_issued; /* a client wrote it; else it is forged */
} sim_entry;

/* One stream. Side 0 opened it. */
typedef struct sim_flow {
    bool is_used;
    uint64_t order; /* of its making: places are used again */
    size_t node[2];
    uint32_t number[2]; /* side 1: 0 until it has arrived */
    bool is_open[2];
    uint64_t last_ns[2]; /* when the newest frame reaches the side */
} sim_flow;

typedef struct sim_end { /* of a stream, at one node */
    uint32_t number;
    uint32_t side;
    size_t flow;
} sim_end;

typedef struct sim_bits {
    uint8_t *bytes;
    size_t size;
} sim_bits;

typedef struct sim_node_stat {
    uint64_t payload_count; /* records that reached it, in whatever frame or call */
    uint64_t frame_count;
    uint64_t byte_count;
    uint64_t stored_count; /* new records that came from peers */
    uint64_t refused_count;
    uint64_t session_count;
    uint64_t failed_session_count;
    uint64_t queued_size_max;
    uint64_t false_equal_count; /* sessions that ended "equal" with other roots */
} sim_node_stat;

typedef struct sim_node {
    steme_replica *replica; /* NULL = not running */
    steme_store *store;     /* NULL likewise */
    bool is_full;           /* its replica was told so */
    uint64_t care_ns;       /* when it looks after itself next */
    bool is_failed;         /* the store takes nothing any more */
    bool is_damaged;        /* its index may be, since the disk was opened last */
    size_t body_count;      /* records in the store that have a body */
    steme_id greatest;      /* of their ids */
    steme_replica_options options;
    uint32_t life;
    uint64_t started_ns;
    uint32_t next_number;
    sim_end ends[SIM_END_COUNT_MAX];
    size_t end_count;
    uint64_t wake_ns; /* of the tick that is queued */
    bool is_wake_queued;
    bool is_liar;
    sim_liar liar;
    bool is_stalled;
    sim_happening *held; /* while it is stalled */
    size_t held_count;
    size_t held_capacity;
    uint64_t bytes_per_second; /* that it takes in; 0 = no bound */
    uint64_t busy_until_ns;
    uint64_t clock_base_ns; /* its clock when the world's was clock_since_ns */
    uint64_t clock_since_ns;
    uint32_t clock_rate;   /* per 1,024 */
    sim_bits acknowledged; /* one for each entry */
    bool is_peer[SIM_NODE_COUNT_MAX];
    sim_node_stat stat;
} sim_node;

typedef struct sim_held { /* on its way where nothing gets through */
    size_t from;
    sim_happening happening;
} sim_held;

typedef struct sim_world {
    sim_options options;
    uint64_t random;
    uint64_t now_ns;
    uint64_t start_ns;
    uint64_t trace;
    sim_queue queue;
    sim_bits shelf; /* what was acknowledged on the disk there */
    sim_node *nodes;
    bool is_cut[SIM_NODE_COUNT_MAX][SIM_NODE_COUNT_MAX];     /* opens fail */
    bool is_blocked[SIM_NODE_COUNT_MAX][SIM_NODE_COUNT_MAX]; /* [from][to]: frames are held */
    sim_flow *flows;
    size_t flow_count;
    uint64_t opened_count; /* streams, ever */
    size_t *free_flows;
    size_t free_flow_count;
    sim_held *held;
    size_t held_count;
    sim_entry *entries;
    size_t entry_count;
    size_t entry_capacity;
    size_t *entry_table; /* index + 1, by hash of the bytes */
    size_t entry_table_size;
    size_t issued_count;
    size_t forged_count; /* made by liars */
    uint64_t next_number;
    uint64_t ahead_ns;    /* new records are stamped so far in the future */
    uint64_t item_prefix; /* of new records' ids, where item_prefix_bits > 0 */
    unsigned item_prefix_bits;
    uint32_t *latencies_ms; /* of records at nodes that were up when they were written */
    size_t latency_count;
    size_t latency_capacity;
    uint64_t insert_count;
    size_t *unplaced; /* entries that no node has taken yet: their clients try again */
    size_t unplaced_count;
    const char *broken; /* what did not hold; static; the first */
} sim_world;

sim_world *sim_world_new(const sim_options *options);
void sim_world_free(sim_world *world);

/* Of the world's own sequence: below `bound`. */
uint64_t sim_random(sim_world *world, uint64_t bound);
void sim_trace(sim_world *world, uint64_t value);
void sim_trace_bytes(sim_world *world, const void *bytes, size_t size);
/* Notes the first thing that does not hold. */
void sim_break(sim_world *world, const char *what);
void *sim_checked(void *memory);

/* ---- Nodes -------------------------------------------------------------------------------- */

void sim_connect(sim_world *world, size_t left, size_t right);
void sim_know(sim_world *world, size_t node, size_t peer); /* one way */
void sim_connect_all(sim_world *world);
/* A ring, and as many more links that each has about `degree` peers. */
void sim_connect_some(sim_world *world, size_t degree);
/* Ends the process: memory, streams and what was not durable are gone. Of batches being stored a
 * part may be durable, unacknowledged. */
void sim_crash(sim_world *world, size_t node);
void sim_restart(sim_world *world, size_t node);
void sim_quit(sim_world *world, size_t node); /* the process ends in order */
void sim_restart_all(sim_world *world); /* that are not running, or whose stores have failed */
/* It does nothing and takes nothing in, but lives; or goes on. */
void sim_stall(sim_world *world, size_t node, bool is_stalled);
/* Its clock says `now_ns` and goes `rate` / 1,024 as fast as time; rate 0 = it stands. */
void sim_set_clock(sim_world *world, size_t node, uint64_t now_ns, uint32_t rate);
uint64_t sim_clock(const sim_world *world, size_t node);
void sim_set_liar(sim_world *world, size_t node, sim_lie lie);
bool sim_is_honest(const sim_world *world, size_t node);

/* ---- Clients ------------------------------------------------------------------------------ */

/* A client writes a new record: durable and acknowledged at once. Where the node cannot, it goes to
 * the next one that can; false: the node is down. */
bool sim_write(sim_world *world, size_t node);
/* A vote, likewise, by the voter of that number; where no node takes it, it does not exist. The
 * entry's index, or SIZE_MAX. */
size_t sim_cast(sim_world *world, size_t node, unsigned voter, const steme_statement *statement);
/* `count` new records that the replica is not told of: what a backup, or an older life, left. */
void sim_fill(sim_world *world, size_t node, size_t count);
/* The same ones in each of `node_count` nodes from `first` on. */
void sim_fill_all(sim_world *world, size_t first, size_t node_count, size_t count);
/* A new record whose body is damaged at once: nobody can be asked to have it. */
void sim_fill_absent(sim_world *world, size_t node);
/* Records whose ids begin so, from now on; 0 bits = any. */
void sim_set_item_prefix(sim_world *world, uint64_t prefix, unsigned bits);

/* ---- Links: wire.c ------------------------------------------------------------------------ */

/* Breaks what is between two nodes, and lets nothing new through; or heals it. */
void sim_cut(sim_world *world, size_t left, size_t right, bool is_cut);
/* Nodes below `boundary` on one side, the others on the other. */
void sim_partition(sim_world *world, size_t boundary, bool is_cut);
/* What `from` sends to `to` is held, and streams between them break after 20 s of it. */
void sim_block(sim_world *world, size_t from, size_t to, bool is_blocked);
void sim_break_streams(sim_world *world, size_t left, size_t right);
void sim_heal_all(sim_world *world);

/* ---- Time --------------------------------------------------------------------------------- */

void sim_run(sim_world *world, uint64_t duration_ns);
/* Until all honest nodes that run hold what was issued, and no more with a body; the time that
 * took, or UINT64_MAX. */
uint64_t sim_run_until_equal(sim_world *world, uint64_t duration_max_ns);

/* Lets the threads of all nodes run until they wait. */
void sim_world_threads_run(sim_world *world);

/* ---- Between the parts -------------------------------------------------------------------- */

void sim_step(sim_world *world, size_t node, steme_event event);
void sim_effect_do(sim_world *world, size_t node, const steme_effect *effect);
/* One batch into a node's store; what became of each. */
void sim_store(sim_world *world, size_t node, const sim_happening *batch, size_t record_count,
               steme_stored *out_records);
/* Opens it and looks that all that was acknowledged is there. */
void sim_store_open(sim_world *world, size_t node);
void sim_store_close(sim_world *world, size_t node);
/* Closes and opens it: an index that has proved damaged must be a new one then. */
void sim_store_mend(sim_world *world, size_t node);
/* Flips a bit of a record's body in the log; false: it is not there. */
bool sim_store_damage(sim_world *world, size_t node, size_t entry);
/* Flips a bit of the index of a node that is not running. */
void sim_store_damage_index(sim_world *world, size_t node);
/* Whatever is asked of a store whose index may be damaged is answered rightly, or with an error;
 * false: with one. */
bool sim_store_ask(sim_world *world, size_t node);
/* Disks of nodes that are not running, with what was acknowledged on them: a copy in place of what
 * is there, and exchanged. SIM_NODE_COUNT_MAX = the shelf, which holds one. */
void sim_store_copy(sim_world *world, size_t from, size_t to);
void sim_store_swap(sim_world *world, size_t left, size_t right);
/* Breaks the world where trie or sketch is not that of the ids. */
void sim_check_summary(sim_world *world, size_t node);
/* The entry of the bytes, made where there is none. */
sim_entry *sim_entry_of(sim_world *world, steme_span bytes, const steme_id *id);
const sim_entry *sim_entry_find(const sim_world *world, steme_span bytes);
void sim_acknowledge(sim_world *world, size_t node, size_t entry);
bool sim_is_acknowledged(const sim_node *node, size_t entry);
void sim_note_latency(sim_world *world, size_t node, const sim_entry *entry);
void sim_clients_settle(sim_world *world); /* what no node took goes to one that does */

size_t sim_flow_new(sim_world *world, size_t from, size_t to, uint32_t number);
/* The flow in which `node` calls its end `number`, and the side; false = none. */
bool sim_flow_find(const sim_world *world, size_t node, uint32_t number, size_t *out_flow,
                   unsigned *out_side);
void sim_flow_arrive(sim_world *world, size_t flow);
void sim_flow_send(sim_world *world, size_t flow, unsigned side, sim_happening happening);
void sim_flow_close(sim_world *world, size_t flow, unsigned side);
void sim_flow_end(sim_world *world, size_t flow, unsigned side);
void sim_flows_crash(sim_world *world, size_t node);
bool sim_is_reachable(const sim_world *world, size_t from, size_t to);
uint64_t sim_delay(sim_world *world);

#endif
