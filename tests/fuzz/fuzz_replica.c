/* Hostile peers: a node over an empty set is given events as the input says, most of them frames.
 * Whatever comes, a step succeeds, frames fit, and what waits on streams is bounded.
 *
 * Input: one event after another: a byte of kind, a byte of stream or peer; for a frame then a byte
 * of form: 0 = two bytes of size and the frame, 1 or 2 = HELLO for gossip or for a session. */
#include "base/bytes.h"
#include "base/memory.h"
#include "replica/hello.h"
#include "replica/node.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* ---- A set of nothing: pins are the set itself ---------------------------------------------- */

struct replica_pin {
    int count;
};

static steme_status set_pin(void *context, replica_pin **out_pin, steme_error *error)
{
    (void)error;
    replica_pin *pin = context;
    pin->count++;
    *out_pin = pin;
    return STEME_OK;
}

static void set_release(replica_pin *pin)
{
    if (pin != NULL)
        pin->count--;
}

static steme_status set_root(replica_pin *pin, steme_id *out_root, uint64_t *out_count,
                             steme_error *error)
{
    (void)pin;
    (void)error;
    *out_root = (steme_id){{0}};
    *out_count = 0;
    return STEME_OK;
}

static steme_status set_root_with(replica_pin *pin, const steme_id *added, size_t count,
                                  steme_id *out_root, uint64_t *out_count, steme_error *error)
{
    (void)pin;
    (void)error;
    *out_root = count > 0 ? added[0] : (steme_id){{0}};
    *out_count = count;
    return STEME_OK;
}

static steme_status set_children(replica_pin *pin, const steme_id *prefix, unsigned depth,
                                 merkle_slot out_slots[16], steme_error *error)
{
    (void)pin;
    (void)prefix;
    (void)depth;
    (void)error;
    memset(out_slots, 0, 16 * sizeof *out_slots);
    return STEME_OK;
}

static steme_status set_ids(replica_pin *pin, const steme_id *lower, size_t count_max,
                            steme_id *out_ids, size_t *out_count, steme_error *error)
{
    (void)pin;
    (void)lower;
    (void)count_max;
    (void)out_ids;
    (void)error;
    *out_count = 0;
    return STEME_OK;
}

static steme_status set_find_item(replica_pin *pin, uint64_t item, size_t count_max,
                                  steme_id *out_ids, size_t *out_count, steme_error *error)
{
    (void)item;
    return set_ids(pin, NULL, count_max, out_ids, out_count, error);
}

static steme_status set_body(replica_pin *pin, const steme_id *id, steme_span *out_record,
                             steme_error *error)
{
    (void)pin;
    (void)id;
    (void)out_record;
    (void)error;
    return STEME_NOT_FOUND;
}

/* One damaged body, many times over. */
static steme_status set_damaged(replica_pin *pin, size_t count_max, steme_id *out_ids,
                                size_t *out_count, steme_error *error)
{
    (void)pin;
    (void)error;
    memset(out_ids, 7, count_max * sizeof *out_ids);
    *out_count = count_max;
    return STEME_OK;
}

static steme_status set_cells(replica_pin *pin, size_t cell_count, sketch_cell *out_cells,
                              steme_error *error)
{
    (void)pin;
    (void)error;
    memset(out_cells, 0, cell_count * sizeof *out_cells);
    return STEME_OK;
}

/* ---- The owner ------------------------------------------------------------------------------ */

enum { STORE_COUNT_MAX = 64, FRAME_FORM_COUNT = 3 };

typedef struct node_owner {
    steme_replica *replica;
    uint64_t now_ns;
    uint64_t tokens[STORE_COUNT_MAX]; /* batches that are being stored */
    size_t record_counts[STORE_COUNT_MAX];
    size_t store_count;
} node_owner;

static void owner_note(node_owner *owner, const steme_effect *effect)
{
    if (effect->kind == STEME_EFFECT_SEND)
        assert(effect->bytes.size > 0 && effect->bytes.size <= STEME_FRAME_SIZE_MAX);
    if (effect->kind != STEME_EFFECT_STORE || owner->store_count == STORE_COUNT_MAX)
        return;
    owner->tokens[owner->store_count] = effect->token;
    owner->record_counts[owner->store_count++] = effect->record_count;
}

static void owner_step(node_owner *owner, steme_event event)
{
    const steme_effect *effects;
    size_t count;
    event.now_ns = owner->now_ns += 1000000;
    steme_status status = steme_replica_step(owner->replica, &event, &effects, &count, NULL);
    assert(status == STEME_OK);
    for (size_t i = 0; i < count; i++)
        owner_note(owner, &effects[i]);
    for (int32_t peer = 0; peer < 4; peer++) {
        steme_peer_stat stat;
        if (steme_replica_peer_stat(owner->replica, peer, &stat, NULL) == STEME_OK)
            assert(stat.queued_size <= 8u * REPLICA_QUEUE_SIZE_MAX);
    }
}

static void owner_stored(node_owner *owner, bool is_good)
{
    if (owner->store_count == 0)
        return;
    size_t last = --owner->store_count, count = owner->record_counts[last];
    steme_stored *records = base_alloc_zero(count + 1, sizeof *records);
    assert(records != NULL);
    for (size_t i = 0; i < count; i++) {
        records[i].status = is_good ? STEME_OK : STEME_BAD_SIGNATURE;
        base_put_u64be(records[i].id.bytes, owner->tokens[last] * 1000 + i);
    }
    owner_step(owner, (steme_event){.kind = STEME_EVENT_STORED,
                                    .token = owner->tokens[last],
                                    .records = records,
                                    .record_count = count});
    base_free(records);
}

/* ---- Input ---------------------------------------------------------------------------------- */

static uint8_t input_byte(steme_span *input)
{
    if (input->size == 0)
        return 0;
    input->size--;
    return *input->bytes++;
}

static steme_span input_bytes(steme_span *input, size_t size)
{
    if (size > input->size)
        size = input->size;
    steme_span bytes = {input->bytes, size};
    input->bytes += size;
    input->size -= size;
    return bytes;
}

static void frame_step(node_owner *owner, uint32_t stream, steme_span *input)
{
    uint8_t frame[REPLICA_HELLO_SIZE_MAX];
    unsigned form = input_byte(input) % FRAME_FORM_COUNT;
    steme_event event = {.kind = STEME_EVENT_FRAME, .stream = stream};
    if (form > 0) {
        static const char name[] = "stemedb";
        replica_hello hello = {.purpose = (replica_purpose)form, .node = {input_byte(input)}};
        hello.cluster = (steme_span){(const uint8_t *)name, sizeof name - 1};
        event.bytes = (steme_span){frame, replica_hello_write(&hello, frame)};
    } else {
        size_t high = input_byte(input);
        event.bytes = input_bytes(input, high << 8 | input_byte(input));
    }
    owner_step(owner, event);
}

static void input_step(node_owner *owner, steme_span *input)
{
    uint8_t kind = input_byte(input) % 13, number = input_byte(input);
    steme_event event = {.stream = number % 8, .peer = number % 4};
    switch (kind) {
    case 0:
        owner->now_ns += number * UINT64_C(100000000);
        event.kind = STEME_EVENT_TICK;
        break;
    case 1:
        event.kind = STEME_EVENT_PEER_ADDED;
        break;
    case 2:
        event.kind = STEME_EVENT_PEER_REMOVED;
        break;
    case 3:
        event.kind = STEME_EVENT_STREAM_OPENED;
        event.peer = (int32_t)(number >> 4) - 1;
        break;
    case 4:
        event.kind = STEME_EVENT_STREAM_CLOSED;
        event.is_unsupported = number >> 7;
        break;
    case 5:
        event.kind = STEME_EVENT_SENT;
        event.size = (uint64_t)number * number;
        break;
    case 6:
        event.kind = STEME_EVENT_SYNC;
        event.token = number;
        event.is_diff = number >> 7;
        break;
    case 7:
        owner_stored(owner, number % 2 == 0);
        return;
    default:
        frame_step(owner, number % 8, input);
        return;
    }
    owner_step(owner, event);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct replica_pin pin = {0};
    replica_set set = {.context = &pin,
                       .pin = set_pin,
                       .release = set_release,
                       .root = set_root,
                       .root_with = set_root_with,
                       .children = set_children,
                       .ids = set_ids,
                       .find_item = set_find_item,
                       .body = set_body,
                       .damaged = set_damaged,
                       .cells = set_cells};
    steme_replica_options options = {.node = {77}, .seed = size};
    node_owner owner = {0};
    steme_status status = replica_node_new(&set, NULL, &options, &owner.replica, NULL);
    assert(status == STEME_OK);
    steme_span input = {bytes, size};
    while (input.size > 0)
        input_step(&owner, &input);
    steme_replica_close(owner.replica);
    assert(pin.count == 0);
    return 0;
}
