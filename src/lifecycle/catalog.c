#include "lifecycle/catalog.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "platform/thread.h"

#include <stdatomic.h>
#include <string.h>

enum {
    ROW_SIZE = 9, /* a zero, the position */
    FOLD_REVISION = 1,
    SLOT_COUNT_MIN = 1024,
    LINK_CHUNK_COUNT = 1024,       /* links that are kept in one piece */
    RETRACTED_BIT_COUNT = 1 << 16, /* few enough to stay near */
    NONE = 0,                      /* entry numbers are from 1 */
    MENTION_SHIFT = 61,            /* of a key's bits, those that tell the mention */
    AHEAD_COUNT = 16,              /* slots that are fetched before they are looked at */
};

/* One position under one key; the next one under it. */
typedef struct catalog_entry {
    uint64_t position;
    uint32_t next;
    uint32_t link; /* BY_SUPERSEDED, BY_REPLACEMENT: the link's number */
} catalog_entry;

typedef struct catalog_slot {
    uint64_t key;
    uint32_t first; /* NONE = a free slot */
    uint32_t last;
    uint32_t count;
} catalog_slot;

struct lifecycle_catalog {
    platform_mutex lock; /* guards all of it */
    uint8_t hash_key[16];
    uint64_t end; /* of the log that has been read for it */
    catalog_entry *entries;
    uint32_t entry_count; /* the one at 0 is not used */
    uint32_t entry_capacity;
    catalog_slot *slots;
    uint32_t slot_count; /* a power of two */
    uint32_t key_count;
    lifecycle_link **link_chunks;
    uint32_t link_count;
    uint32_t link_chunk_count;
    base_arena learnt;                                 /* what links say of their targets */
    uint8_t may_be_retracted[RETRACTED_BIT_COUNT / 8]; /* by hash: targets of retractions */
    uint64_t loss_count; /* the store's, when links were last looked through for what was lost */
    bool has_keys;
};

/* ---- The fold ----------------------------------------------------------------------------- */

static bool is_catalogued(steme_record_type type)
{
    return type == STEME_SUPERSESSION || type == STEME_STAGE || type == STEME_EPOCH ||
           type == STEME_ALIAS || type == STEME_ENDORSEMENT || type == STEME_KEY;
}

static void extract_row(const uint8_t hash_key[16], const steme_record *record,
                        const steme_statement *statement, int is_future, store_row_sink *sink)
{
    static const uint8_t row[ROW_SIZE] = {0};
    (void)hash_key;
    (void)record;
    (void)is_future;
    if (statement != NULL && is_catalogued(statement->type))
        store_row_sink_add(sink, row);
}

const store_fold lifecycle_fold = {
    .table = {.row_size = ROW_SIZE, .revision = FOLD_REVISION, .name = "lifecycle"},
    .extract = extract_row,
};

/* ---- Keys --------------------------------------------------------------------------------- */

/* The mentions of one name differ in the highest bits, so that their slots are neighbours. */
static uint64_t mention_key(const lifecycle_catalog *catalog, lifecycle_mention mention,
                            steme_span name)
{
    uint8_t key[16];
    memcpy(key, catalog->hash_key, sizeof key);
    key[15] ^= 32; /* apart from the tags of other rooms */
    return base_siphash(key, name.bytes, name.size) ^ (uint64_t)mention << MENTION_SHIFT;
}

/* The key's slot, or the free one where it belongs. */
static catalog_slot *find_slot(const lifecycle_catalog *catalog, uint64_t key)
{
    uint32_t mask = catalog->slot_count - 1;
    uint32_t slot = (uint32_t)key & mask;
    while (catalog->slots[slot].first != NONE && catalog->slots[slot].key != key)
        slot = (slot + 1) & mask;
    return &catalog->slots[slot];
}

static bool grow_slots(lifecycle_catalog *catalog)
{
    catalog_slot *old = catalog->slots;
    uint32_t old_count = catalog->slot_count;
    uint32_t count = old_count == 0 ? SLOT_COUNT_MIN : old_count * 2;
    catalog_slot *slots = count == 0 ? NULL : base_alloc_zero(count, sizeof *slots);
    if (slots == NULL)
        return false;
    catalog->slots = slots;
    catalog->slot_count = count;
    for (uint32_t i = 0; i < old_count; i++)
        if (old[i].first != NONE)
            *find_slot(catalog, old[i].key) = old[i];
    base_free(old);
    return true;
}

static bool grow_entries(lifecycle_catalog *catalog)
{
    uint32_t capacity = catalog->entry_capacity == 0 ? SLOT_COUNT_MIN : catalog->entry_capacity * 2;
    catalog_entry *entries =
        capacity == 0 ? NULL : base_realloc(catalog->entries, capacity * sizeof *entries);
    if (entries == NULL)
        return false;
    catalog->entries = entries;
    catalog->entry_capacity = capacity;
    catalog->entry_count += catalog->entry_count == NONE;
    return true;
}

/* Adds a position, which is the link's where there is one, under a name. False where there is no
 * memory. */
static bool add_entry(lifecycle_catalog *catalog, lifecycle_mention mention, steme_span name,
                      uint64_t position, uint32_t link)
{
    if (catalog->key_count >= catalog->slot_count / 2 && !grow_slots(catalog))
        return false;
    if (catalog->entry_count >= catalog->entry_capacity && !grow_entries(catalog))
        return false;
    uint64_t key = mention_key(catalog, mention, name);
    catalog_slot *slot = find_slot(catalog, key);
    uint32_t number = catalog->entry_count++;
    catalog->entries[number] = (catalog_entry){.position = position, .next = NONE, .link = link};
    if (slot->first == NONE) {
        *slot = (catalog_slot){.key = key, .first = number};
        catalog->key_count++;
    } else {
        catalog->entries[slot->last].next = number;
    }
    slot->last = number;
    slot->count++;
    return true;
}

/* The same, once for each position. */
static bool add_mention(lifecycle_catalog *catalog, lifecycle_mention mention, steme_span name,
                        uint64_t position)
{
    const catalog_slot *slot = find_slot(catalog, mention_key(catalog, mention, name));
    if (slot->first != NONE && catalog->entries[slot->last].position == position)
        return true;
    return add_entry(catalog, mention, name, position, 0);
}

/* ---- Records ------------------------------------------------------------------------------ */

static bool add_ids(lifecycle_catalog *catalog, lifecycle_mention mention,
                    const steme_id_list *list, uint64_t position)
{
    bool is_done = true;
    for (uint32_t i = 0; i < list->count && is_done; i++) {
        steme_span id = {list->first + (size_t)i * list->stride, STEME_ID_SIZE};
        is_done = add_mention(catalog, mention, id, position);
    }
    return is_done;
}

static lifecycle_link *link_at(const lifecycle_catalog *catalog, uint32_t number)
{
    return &catalog->link_chunks[number / LINK_CHUNK_COUNT][number % LINK_CHUNK_COUNT];
}

static bool grow_links(lifecycle_catalog *catalog)
{
    uint32_t count = catalog->link_chunk_count;
    lifecycle_link **chunks =
        base_realloc(catalog->link_chunks, (count + 1) * sizeof(lifecycle_link *));
    if (chunks == NULL)
        return false;
    catalog->link_chunks = chunks;
    chunks[count] = base_alloc(LINK_CHUNK_COUNT * sizeof **chunks);
    catalog->link_chunk_count += chunks[count] != NULL;
    return chunks[count] != NULL;
}

static uint32_t retracted_bit(const lifecycle_catalog *catalog, const steme_id *id)
{
    return (uint32_t)base_siphash(catalog->hash_key, id->bytes, sizeof *id) % RETRACTED_BIT_COUNT;
}

/* A link for each target of a supersession, and the entries that lead to it from both its ends. */
static bool add_links(lifecycle_catalog *catalog, const steme_record *record,
                      const steme_statement *statement, uint64_t position)
{
    const steme_supersession *supersession = &statement->as.supersession;
    for (uint32_t i = 0; i < supersession->targets.count; i++) {
        if (catalog->link_count == catalog->link_chunk_count * LINK_CHUNK_COUNT &&
            !grow_links(catalog))
            return false;
        uint32_t number = catalog->link_count++;
        lifecycle_link *link = link_at(catalog, number);
        *link = (lifecycle_link){.target = steme_id_list_get(&supersession->targets, i),
                                 .record = record->id,
                                 .stamp = record->stamp,
                                 .claim_time_ns = statement->claim_time_ns,
                                 .position = position,
                                 .signers = record->signers,
                                 .signer_count = record->signer_count,
                                 .kind = supersession->kind,
                                 .has_replacement = supersession->replacement.count > 0};
        if (link->has_replacement)
            link->replacement = steme_id_list_get(&supersession->replacement, 0);
        if (link->kind == STEME_SUPERSEDE_RETRACT) {
            uint32_t bit = retracted_bit(catalog, &link->target);
            catalog->may_be_retracted[bit / 8] |= (uint8_t)(1u << bit % 8);
        }
        steme_span target = {link->target.bytes, STEME_ID_SIZE};
        steme_span replacement = {link->replacement.bytes, STEME_ID_SIZE};
        if (!add_entry(catalog, LIFECYCLE_BY_SUPERSEDED, target, position, number) ||
            (link->has_replacement &&
             !add_entry(catalog, LIFECYCLE_BY_REPLACEMENT, replacement, position, number)))
            return false;
    }
    return true;
}

static bool add_target(lifecycle_catalog *catalog, const steme_id *target, uint64_t position)
{
    steme_span name = {target->bytes, STEME_ID_SIZE};
    return add_mention(catalog, LIFECYCLE_BY_TARGET, name, position);
}

static bool add_key(lifecycle_catalog *catalog, const steme_record *record,
                    const steme_key_statement *key, uint64_t position)
{
    steme_span name = {key->key.bytes, STEME_AGENT_SIZE};
    bool is_done = add_mention(catalog, LIFECYCLE_BY_KEY, name, position);
    catalog->has_keys = true;
    for (uint32_t i = 0; i < record->signer_count && is_done; i++) {
        name.bytes = steme_record_signer(record, i);
        is_done = add_mention(catalog, LIFECYCLE_BY_KEY, name, position);
    }
    return is_done;
}

static bool add_record(lifecycle_catalog *catalog, const steme_record *record,
                       const steme_statement *statement, uint64_t position)
{
    switch (statement->type) {
    case STEME_SUPERSESSION:
        return add_links(catalog, record, statement, position);
    case STEME_STAGE:
        return add_target(catalog, &statement->as.stage.target, position);
    case STEME_ENDORSEMENT:
        return add_target(catalog, &statement->as.endorsement.target, position);
    case STEME_EPOCH:
        return add_ids(catalog, LIFECYCLE_BY_EPOCH, &statement->as.epoch.supersedes, position) &&
               add_mention(catalog, LIFECYCLE_OF_EPOCHS, (steme_span){0}, position);
    case STEME_ALIAS:
        return add_mention(catalog, LIFECYCLE_BY_NAME, statement->as.alias.from, position) &&
               add_mention(catalog, LIFECYCLE_BY_NAME, statement->as.alias.to, position) &&
               add_mention(catalog, LIFECYCLE_OF_ALIASES, (steme_span){0}, position);
    case STEME_KEY:
        return add_key(catalog, record, &statement->as.key, position);
    case STEME_ASSERTION:
    case STEME_VOTE:
    case STEME_SOURCE:
        break;
    }
    return true;
}

static steme_status load_record(lifecycle_catalog *catalog, const steme_snapshot *snapshot,
                                uint64_t position, steme_error *error)
{
    steme_record record;
    steme_statement statement;
    steme_status status = store_snapshot_read(snapshot, position, &record, error);
    if (status == STEME_ABSENT)
        return STEME_OK;
    if (status != STEME_OK)
        return status;
    if (steme_record_interpret(&record, &statement, NULL) == STEME_OK &&
        !add_record(catalog, &record, &statement, position))
        return base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
    return STEME_OK;
}

/* Reads what the log brought since. Where that fails, what was added stays, and is met again. */
static steme_status catch_up(lifecycle_catalog *catalog, const steme_snapshot *snapshot,
                             steme_error *error)
{
    uint8_t lower[ROW_SIZE] = {0};
    uint8_t upper[ROW_SIZE] = {0};
    uint64_t end = store_snapshot_end(snapshot);
    index_cursor cursor;
    const uint8_t *row;
    base_put_u64be(lower + 1, catalog->end);
    base_put_u64be(upper + 1, end - 1);
    index_range range = {{lower, sizeof lower}, {upper, sizeof upper}};
    steme_status status = index_cursor_open(&cursor, store_snapshot_reading(snapshot),
                                            LIFECYCLE_TABLE, &range, error);
    if (status != STEME_OK)
        return status;
    while (status == STEME_OK && (status = index_cursor_next(&cursor, &row, error)) == STEME_OK &&
           row != NULL) {
        uint64_t position = store_row_position(row, ROW_SIZE);
        status = load_record(catalog, snapshot, position, error);
        if (status == STEME_OK)
            catalog->end = position + 1;
    }
    index_cursor_close(&cursor);
    if (status == STEME_OK)
        catalog->end = end;
    return status;
}

/* Something was forgotten: of the links, which say again what records said, those are marked whose
 * record it was, and what was learnt of targets is let go. */
static steme_status drop_lost(lifecycle_catalog *catalog, const steme_snapshot *snapshot,
                              steme_error *error)
{
    uint64_t loss_count = store_snapshot_loss_count(snapshot);
    if (loss_count == catalog->loss_count)
        return STEME_OK;
    for (uint32_t i = 0; i < catalog->link_count; i++) {
        lifecycle_link *link = link_at(catalog, i);
        steme_record record;
        steme_status status = store_snapshot_read(snapshot, link->position, &record, NULL);
        if (status != STEME_OK && status != STEME_ABSENT)
            return base_fail(error, status, "lifecycle: a supersession is read again");
        link->is_lost |= status == STEME_ABSENT;
        atomic_store(&link->learnt, NULL);
    }
    catalog->loss_count = loss_count;
    return STEME_OK;
}

/* ---- The catalog -------------------------------------------------------------------------- */

static void *catalog_new(void)
{
    lifecycle_catalog *catalog = base_alloc_zero(1, sizeof *catalog);
    if (catalog == NULL || !grow_slots(catalog)) {
        base_free(catalog);
        return NULL;
    }
    platform_mutex_init(&catalog->lock);
    return catalog;
}

static void catalog_free(void *companion)
{
    lifecycle_catalog *catalog = companion;
    platform_mutex_deinit(&catalog->lock);
    base_free(catalog->entries);
    base_free(catalog->slots);
    for (uint32_t i = 0; i < catalog->link_chunk_count; i++)
        base_free(catalog->link_chunks[i]);
    base_free(catalog->link_chunks);
    base_arena_deinit(&catalog->learnt);
    base_free(catalog);
}

steme_status lifecycle_catalog_get(const steme_snapshot *snapshot, lifecycle_catalog **out_catalog,
                                   uint64_t *out_loss_count, steme_error *error)
{
    static const store_companion_kind kind = {catalog_new, catalog_free};
    void *companion;
    steme_status status = store_snapshot_companion(snapshot, &kind, &companion, error);
    if (status != STEME_OK)
        return status;
    lifecycle_catalog *catalog = companion;
    platform_mutex_lock(&catalog->lock);
    if (catalog->end == 0)
        memcpy(catalog->hash_key, store_snapshot_hash_key(snapshot), sizeof catalog->hash_key);
    if (store_snapshot_end(snapshot) > catalog->end)
        status = catch_up(catalog, snapshot, error);
    if (status == STEME_OK)
        status = drop_lost(catalog, snapshot, error);
    *out_loss_count = catalog->loss_count;
    platform_mutex_unlock(&catalog->lock);
    if (status == STEME_OK)
        *out_catalog = catalog;
    return status;
}

steme_status lifecycle_catalog_find(lifecycle_catalog *catalog, lifecycle_mention mention,
                                    steme_span name, uint64_t end, base_arena *arena,
                                    const uint64_t **out_positions, size_t *out_count,
                                    steme_error *error)
{
    steme_status status = STEME_OK;
    uint64_t *positions = NULL;
    size_t count = 0;
    platform_mutex_lock(&catalog->lock);
    const catalog_slot *slot = find_slot(catalog, mention_key(catalog, mention, name));
    if (slot->first != NONE) {
        positions = base_arena_alloc(arena, slot->count * sizeof *positions);
        if (positions == NULL)
            status = base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
        for (uint32_t i = slot->first; status == STEME_OK && i != NONE;
             i = catalog->entries[i].next)
            if (catalog->entries[i].position < end)
                positions[count++] = catalog->entries[i].position;
    }
    platform_mutex_unlock(&catalog->lock);
    *out_positions = positions;
    *out_count = count;
    return status;
}

steme_status lifecycle_catalog_links(lifecycle_catalog *catalog, lifecycle_mention mention,
                                     const steme_id *id, uint64_t end, base_arena *arena,
                                     lifecycle_link ***out_links, size_t *out_count,
                                     steme_error *error)
{
    steme_status status = STEME_OK;
    lifecycle_link **links = NULL;
    size_t count = 0;
    steme_span name = {id->bytes, STEME_ID_SIZE};
    platform_mutex_lock(&catalog->lock);
    const catalog_slot *slot = find_slot(catalog, mention_key(catalog, mention, name));
    if (slot->first != NONE) {
        links = base_arena_alloc(arena, slot->count * sizeof(lifecycle_link *));
        if (links == NULL)
            status = base_fail(error, STEME_NO_MEMORY, "lifecycle: out of memory");
        for (uint32_t i = slot->first; status == STEME_OK && i != NONE;
             i = catalog->entries[i].next) {
            lifecycle_link *link = link_at(catalog, catalog->entries[i].link);
            const steme_id *named =
                mention == LIFECYCLE_BY_SUPERSEDED ? &link->target : &link->replacement;
            if (!link->is_lost && link->position < end && memcmp(named, id, sizeof *id) == 0)
                links[count++] = link;
        }
    }
    platform_mutex_unlock(&catalog->lock);
    *out_links = links;
    *out_count = count;
    return status;
}

bool lifecycle_catalog_has(lifecycle_catalog *catalog, lifecycle_mention mention, steme_span name)
{
    platform_mutex_lock(&catalog->lock);
    bool is_there = find_slot(catalog, mention_key(catalog, mention, name))->first != NONE;
    platform_mutex_unlock(&catalog->lock);
    return is_there;
}

/* At most AHEAD_COUNT of them. */
static void mark_targets(const lifecycle_catalog *catalog, const steme_id *const *ids, size_t count,
                         bool *out_are_targets)
{
    uint64_t keys[AHEAD_COUNT];
    for (size_t i = 0; i < count; i++) {
        keys[i] = mention_key(catalog, 0, (steme_span){ids[i]->bytes, STEME_ID_SIZE});
        __builtin_prefetch(&catalog->slots[(uint32_t)keys[i] & (catalog->slot_count - 1)]);
    }
    for (size_t i = 0; i < count; i++)
        out_are_targets[i] =
            find_slot(catalog, keys[i] ^ (uint64_t)LIFECYCLE_BY_TARGET << MENTION_SHIFT)->first !=
                NONE ||
            find_slot(catalog, keys[i] ^ (uint64_t)LIFECYCLE_BY_SUPERSEDED << MENTION_SHIFT)
                    ->first != NONE;
}

void lifecycle_catalog_mark_targets(lifecycle_catalog *catalog, const steme_id *const *ids,
                                    size_t count, bool *out_are_targets)
{
    platform_mutex_lock(&catalog->lock);
    for (size_t i = 0; i < count; i += AHEAD_COUNT)
        mark_targets(catalog, ids + i, count - i < AHEAD_COUNT ? count - i : AHEAD_COUNT,
                     out_are_targets + i);
    platform_mutex_unlock(&catalog->lock);
}

bool lifecycle_catalog_may_be_retracted(lifecycle_catalog *catalog, const steme_id *id)
{
    platform_mutex_lock(&catalog->lock);
    uint32_t bit = retracted_bit(catalog, id);
    bool may_be = (catalog->may_be_retracted[bit / 8] >> bit % 8 & 1) != 0;
    platform_mutex_unlock(&catalog->lock);
    return may_be;
}

void lifecycle_catalog_learn(lifecycle_catalog *catalog, lifecycle_link *link,
                             const lifecycle_target *target, uint64_t loss_count)
{
    platform_mutex_lock(&catalog->lock);
    if (catalog->loss_count == loss_count && atomic_load(&link->learnt) == NULL)
        atomic_store(&link->learnt, base_arena_copy(&catalog->learnt, target, sizeof *target));
    platform_mutex_unlock(&catalog->lock);
}

bool lifecycle_catalog_has_keys(lifecycle_catalog *catalog)
{
    platform_mutex_lock(&catalog->lock);
    bool has_keys = catalog->has_keys;
    platform_mutex_unlock(&catalog->lock);
    return has_keys;
}
