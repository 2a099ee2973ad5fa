/* sketch.h -- a rateless set sketch: what two sets differ in, at a cost of the difference.
 *
 * Rateless invertible Bloom lookup table (Yang, Gilad, Alizadeh, "Practical Rateless Set
 * Reconciliation", SIGCOMM 2024). An item is a short id: the first 8 bytes of a record's id, as a
 * big-endian integer. Cell i has each item with the probability 1 / (1 + i / 2), by draws that the
 * item and the cluster's key seed: walk.h says which, in integers, the same on every machine
 * (tests/golden/sketch_vectors.json).
 *
 * Two sketches of one key subtract cell by cell; what is left is the sketch of the difference, and
 * decoding its first 1.36 (many differences) to 1.74 (ten) cells per difference, in the mean, gives
 * the items and which side has them. Any number of first cells of a sketch is a sketch.
 *
 * Threads: plain values and pure functions. Failure: none, but where stated. */
#ifndef SKETCH_SKETCH_H
#define SKETCH_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <steme/error.h>
#include <steme/types.h>

#define SKETCH_CELL_COUNT          (1u << 18) /* that a store keeps: 4 MiB */
#define SKETCH_CELL_SIZE           16         /* bytes of an encoded cell */
#define SKETCH_ESTIMATE_CELL_COUNT 1024u      /* read for an estimate: off by 5 % then */

/* What keeps strangers from making items that share cells: derived from the cluster's name. */
typedef struct sketch_key {
    uint8_t bytes[16]; /* of SipHash-2-4 */
} sketch_key;

typedef struct sketch_cell {
    uint64_t item_xor;
    uint32_t check_xor; /* of every item's check: 32 bits that the key and the item give */
    int32_t count;      /* modulo 2^32 */
} sketch_cell;

/* The first 16 bytes of BLAKE3 derive_key of the name, context "StemeDB v1 sketch". */
sketch_key sketch_key_derive(steme_span cluster_name);

/* The first 8 bytes of an id, big-endian. */
uint64_t sketch_item(const steme_id *id);

/* Adds an item to the cells (sign = 1), or takes it out (sign = -1): about 24 of 2^18 cells, in
 * 0.27 microseconds. `cell_count` is at most SKETCH_CELL_COUNT. */
void sketch_toggle(sketch_cell *cells, size_t cell_count, const sketch_key *key, uint64_t item,
                   int32_t sign);

/* left - right, cell by cell, into `out_cells`, which may be either. */
void sketch_subtract(const sketch_cell *left, const sketch_cell *right, size_t cell_count,
                     sketch_cell *out_cells);

/* Cells as bytes, SKETCH_CELL_SIZE each: item_xor u64, check_xor u32, count i32, big-endian. */
void sketch_cells_encode(const sketch_cell *cells, size_t cell_count, uint8_t *out_bytes);
void sketch_cells_decode(const uint8_t *bytes, size_t cell_count, sketch_cell *out_cells);

/* How many items two sets differ in, estimated from the first cells of their difference. With 64
 * cells it is within a factor of 1.5 in 19 of 20 cases (100 items or more; 9 of 10 for ten items);
 * never below what a cell proves. Any cells will do; the first SKETCH_ESTIMATE_CELL_COUNT are read.
 */
uint64_t sketch_estimate(const sketch_cell *difference, size_t cell_count);

/* ---- Decoding ----------------------------------------------------------------------------- */

/* Peels a difference, cells coming in pieces of any size, those of a peer that lies included. It
 * ends on any input: an item is recovered at most once, only from a cell that is among the item's
 * own, and never more items than cells. Cost: O(log n) for each cell that an item is taken out of.
 */
typedef struct sketch_decoder sketch_decoder;

/* `cell_count_max`, at most SKETCH_CELL_COUNT, bounds memory: 60 bytes for each cell given, and
 * half as much again as room to grow (15 MiB for all of SKETCH_CELL_COUNT). NULL = no memory. */
sketch_decoder *sketch_decoder_new(const sketch_key *key, size_t cell_count_max);
/* Accepts NULL. */
void sketch_decoder_free(sketch_decoder *decoder);

/* Appends cells of the difference (left - right) and peels what can be.
 * Errors, with nothing appended: STEME_TOO_LARGE (over the bound), STEME_NO_MEMORY. */
STEME_MUST_CHECK steme_status sketch_decoder_add(sketch_decoder *decoder, const sketch_cell *cells,
                                                 size_t cell_count, steme_error *error);

/* There is a cell, and every cell is empty: the items recovered are the whole difference (up to
 * items that share their 8 bytes; the root decides). */
bool sketch_decoder_is_done(const sketch_decoder *decoder);

/* Items that only the left set has, and only the right; borrowed until the next add. */
void sketch_decoder_items(const sketch_decoder *decoder, const uint64_t **out_left,
                          size_t *out_left_count, const uint64_t **out_right,
                          size_t *out_right_count);

#endif
