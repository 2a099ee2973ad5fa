/* liar.h -- what byzantine nodes do: a replica like others, whose frames are changed on their way
 * out, or dropped, or sent twice. */
#ifndef SIM_LIAR_H
#define SIM_LIAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(name, text) */
#define SIM_LIE_TABLE(X)                                                                           \
    X(SIM_LIE_NONE, "honest")                                                                      \
    X(SIM_LIE_FLIP, "bits flipped in a third of frames")                                           \
    X(SIM_LIE_CUT, "frames cut short")                                                             \
    X(SIM_LIE_NOISE, "random bytes in place of frames")                                            \
    X(SIM_LIE_ROOT, "a wrong root")                                                                \
    X(SIM_LIE_EQUAL, "says that it is equal: the peer's own root and count")                       \
    X(SIM_LIE_COUNT, "a wrong count")                                                              \
    X(SIM_LIE_CELLS, "forged sketch cells")                                                        \
    X(SIM_LIE_LIST, "forged lists of what is lacked")                                              \
    X(SIM_LIE_BODY, "bodies changed: content, or signature")                                       \
    X(SIM_LIE_FORGE, "records of its own make, with a bad signature, in place of good ones")       \
    X(SIM_LIE_FLOOD, "announces what is not there")                                                \
    X(SIM_LIE_REPLAY, "an older frame in place of this one")                                       \
    X(SIM_LIE_SILENT, "says hello, and no more")                                                   \
    X(SIM_LIE_NAME, "another node's name in its greeting")                                         \
    X(SIM_LIE_MIXED, "each of these in turn")                                                      \
    X(SIM_LIE_NEWER, "greets by a version that is not known")                                      \
    X(SIM_LIE_MIXES_VERSIONS, "no lie: at times a later version's frames")

typedef enum sim_lie {
#define SIM_LIE_ENUM(name, text) name,
    SIM_LIE_TABLE(SIM_LIE_ENUM)
#undef SIM_LIE_ENUM
        SIM_LIE_COUNT_OF
} sim_lie;

enum { SIM_LIAR_MEMORY = 16, SIM_ROOTS_SIZE = 43 };

typedef struct sim_liar_frame {
    uint8_t *bytes;
    size_t size;
} sim_liar_frame;

typedef struct sim_liar {
    sim_lie lie;
    bool has_heard;
    uint8_t heard[SIM_ROOTS_SIZE]; /* the last claim of a peer: count and root */
    sim_liar_frame said[SIM_LIAR_MEMORY];
    size_t said_count;
} sim_liar;

struct sim_world;

const char *sim_lie_text(sim_lie lie);

/* A frame that the liar `node` is about to send; `*bytes` is on the heap and may be replaced.
 * Gives how often it is sent: 0, 1 or 2. */
unsigned sim_liar_speak(struct sim_world *world, size_t node, uint8_t **bytes, size_t *size);
void sim_liar_hear(sim_liar *liar, const uint8_t *bytes, size_t size);
void sim_liar_deinit(sim_liar *liar);

#endif
