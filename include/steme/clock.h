/* clock.h -- stamps, the hybrid logical clock that issues them, and vectors that compare replicas.
 *
 * Nothing here reads a clock: the wall time, nanoseconds since 1970, is an argument. It may jump
 * either way at any call; what is issued only ascends. Times saturate at both ends of 64 bits.
 *
 * Threads:  every struct belongs to one thread at a time; the functions on stamps are pure.
 * Lifetime: caller's storage; only a vector holds memory. */
#ifndef STEME_CLOCK_H
#define STEME_CLOCK_H

#include <steme/error.h>
#include <steme/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Stamps ------------------------------------------------------------------------------- */

#define STEME_STAMP_SIZE 28 /* bytes of an encoded stamp */

/* Below, at or above 0 as `left` is less than, equal to or greater than `right`: by time, then
 * counter, then node. A total order. */
STEME_API int steme_stamp_compare(const steme_stamp *left, const steme_stamp *right);

/* time u64, counter u32, node, big-endian: memcmp of encoded stamps is their order. */
STEME_API void steme_stamp_encode(const steme_stamp *stamp, uint8_t out_bytes[STEME_STAMP_SIZE]);

/* The inverse; any 28 bytes are a stamp. */
STEME_API void steme_stamp_decode(const uint8_t bytes[STEME_STAMP_SIZE], steme_stamp *out_stamp);

/* 1 where a record with this stamp counts for a reader at `evaluated_at_ns`: its time is at most
 * 500 ms after it. 0 where it is held back. */
STEME_API int steme_stamp_is_mature(const steme_stamp *stamp, uint64_t evaluated_at_ns);

/* ---- Clock -------------------------------------------------------------------------------- */

/* A node's clock. It issues stamps with a time below its ceiling, and the ceiling is in a file
 * before it is in here: so a restart, which begins at the ceiling in the file, never issues a stamp
 * again, whatever the wall clock says by then. The owner's order:
 *
 *   open    read node and ceiling; steme_clock_restart_decide; steme_clock_init
 *   stamp   ceiling = steme_clock_ceiling_needed; unless it is 0, make it durable in the file, then
 *           steme_clock_ceiling_set; steme_clock_next
 *   close   make steme_clock_ceiling_at_close durable in the file, and issue nothing more
 *
 * The ceiling runs 500 ms ahead, which is the maturity bound: after a crash the first stamps are up
 * to that far ahead of the wall, and still count at once. Closing takes the lead back, so that
 * many short runs in a row do not add it up. */
typedef struct steme_clock {
    uint8_t node[STEME_NODE_SIZE];
    uint64_t ceiling_ns;    /* stamps issued have a time below it */
    uint64_t least_time_ns; /* the least (time, counter) that may be issued */
    uint32_t least_counter;
} steme_clock;

typedef enum steme_clock_restart {
    STEME_CLOCK_CONTINUE, /* keep the node id; the clock begins at the ceiling */
    STEME_CLOCK_NEW_NODE, /* take a new node id and ceiling 0, so that it begins at the wall time */
} steme_clock_restart;

/* What a restart is to do with the ceiling that it finds: one that is more than 60 s ahead of the
 * wall clock is given up, since waiting for it would date every record into the future. Say so to
 * the user. A store that was copied takes a new node id too; that is for the owner to notice. */
STEME_API steme_clock_restart steme_clock_restart_decide(uint64_t ceiling_ns, uint64_t wall_ns);

/* A clock that issues nothing before `ceiling_ns`, the one in the file (0 for a new node), and
 * nothing at all until a ceiling is set. */
STEME_API void steme_clock_init(steme_clock *clock, const uint8_t node[STEME_NODE_SIZE],
                                uint64_t ceiling_ns);

/* The ceiling to be made durable and set before a stamp can be issued at `wall_ns`; 0 where the
 * present one is high enough. */
STEME_API uint64_t steme_clock_ceiling_needed(const steme_clock *clock, uint64_t wall_ns);

/* Says that `ceiling_ns` is durable. A lower one than the present changes nothing. */
STEME_API void steme_clock_ceiling_set(steme_clock *clock, uint64_t ceiling_ns);

/* The lowest ceiling above everything issued and observed. */
STEME_API uint64_t steme_clock_ceiling_at_close(const steme_clock *clock);

/* Issues a stamp greater than every one issued or observed, with the wall's time where that is
 * later; a full counter carries into the time. The clock never stands above 2^64 - 2 ns (2554).
 * Errors: STEME_INVALID (a ceiling is needed first), STEME_TOO_LARGE (no greater stamp exists). */
STEME_API STEME_MUST_CHECK steme_status steme_clock_next(steme_clock *clock, uint64_t wall_ns,
                                                         steme_stamp *out_stamp,
                                                         steme_error *error);

/* Takes note of a stamp from elsewhere, so that what is issued from now on is greater. Returns 0
 * and changes nothing where it is not mature at `wall_ns`: the future never moves a clock. */
STEME_API int steme_clock_observe(steme_clock *clock, const steme_stamp *stamp, uint64_t wall_ns);

/* ---- Vectors ------------------------------------------------------------------------------ */

/* Per node the greatest stamp seen of it: which of two replicas has more, and of whom. A hint and
 * never a proof, since stamps may be backdated; only the Merkle root proves equality.
 *
 * Bounded to 4,096 nodes and a 4,097th stamp, the "rest", that stands for all others: a vector
 * keeps the 4,097 greatest of its nodes' stamps. What is kept so depends on what was seen, not on
 * its order: a stamp among the greatest of a union is among the greatest of the part that it came
 * from. Hence merge is commutative, associative and idempotent beyond the bound too. */
#define STEME_VECTOR_NODE_COUNT_MAX 4096

typedef struct steme_vector {
    steme_stamp *stamps; /* one per node, ascending by node; read, do not write */
    size_t count;        /* at most STEME_VECTOR_NODE_COUNT_MAX + 1 */
    size_t capacity;
} steme_vector;

typedef enum steme_vector_order {
    STEME_VECTOR_EQUAL,
    STEME_VECTOR_BEFORE,     /* the right one has all of the left, and more */
    STEME_VECTOR_AFTER,      /* the left one has all of the right, and more */
    STEME_VECTOR_CONCURRENT, /* each has something that the other lacks */
} steme_vector_order;

/* An empty vector; holds no memory yet. */
STEME_API void steme_vector_init(steme_vector *vector);

/* Gives the memory back and leaves an empty vector. */
STEME_API void steme_vector_deinit(steme_vector *vector);

/* Takes note of a stamp, which names its node. Errors: STEME_NO_MEMORY (nothing has changed). */
STEME_API STEME_MUST_CHECK steme_status steme_vector_advance(steme_vector *vector,
                                                             const steme_stamp *stamp,
                                                             steme_error *error);

/* Makes `vector` the maximum of both, node by node. Errors: STEME_NO_MEMORY (nothing has changed).
 */
STEME_API STEME_MUST_CHECK steme_status steme_vector_merge(steme_vector *vector,
                                                           const steme_vector *other,
                                                           steme_error *error);

/* Left against right: left is before (or equal to) right where merging it into right would change
 * nothing. */
STEME_API steme_vector_order steme_vector_compare(const steme_vector *left,
                                                  const steme_vector *right);

/* 1 and the greatest stamp of a node; 0 where it has none or is not kept. */
STEME_API int steme_vector_find(const steme_vector *vector, const uint8_t node[STEME_NODE_SIZE],
                                steme_stamp *out_stamp);

/* 1 and the stamp of the rest, the least one kept, where there are more than 4,096 nodes; else 0.
 */
STEME_API int steme_vector_rest(const steme_vector *vector, steme_stamp *out_stamp);

#ifdef __cplusplus
}
#endif
#endif
