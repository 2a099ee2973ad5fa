/* T3: down the trie from where subtrees' hashes differ, the initiator asking. Always right. */
#include "replica/session_state.h"

#include "merkle/node.h"

enum { TRIE_CHUNK = 256 };

static steme_status prefix_push(session_round *round, const replica_prefix *prefix,
                                steme_error *error)
{
    if (round->prefix_count == SESSION_PREFIX_COUNT_MAX) {
        round->is_trie_cut = true;
        return STEME_OK;
    }
    if (round->prefix_count == round->prefix_capacity) {
        size_t capacity = round->prefix_capacity * 2 + 64;
        replica_prefix *grown = base_realloc(round->prefixes, capacity * sizeof *grown);
        if (grown == NULL)
            return base_fail(error, STEME_NO_MEMORY, "session: no memory for the trie");
        round->prefixes = grown;
        round->prefix_capacity = capacity;
    }
    round->prefixes[round->prefix_count++] = *prefix;
    return STEME_OK;
}

static replica_prefix prefix_child(const replica_prefix *prefix, unsigned nibble)
{
    replica_prefix child = *prefix;
    merkle_nibble_set(&child.id, prefix->depth, nibble);
    child.depth++;
    return child;
}

/* The id that follows; false after the last. */
static bool id_increment(steme_id *id)
{
    for (size_t i = sizeof id->bytes; i-- > 0;)
        if (++id->bytes[i] != 0)
            return true;
    return false;
}

static bool is_below(const steme_id *id, const replica_prefix *prefix)
{
    return merkle_nibble_shared(id, &prefix->id) >= prefix->depth;
}

/* The subtrees to begin with: fewer round trips where much differs. */
static steme_status roots_push(session_round *round, steme_error *error)
{
    unsigned depth = round->estimate >= 1024 ? 2 : round->estimate >= 32 ? 1 : 0;
    unsigned count = depth == 2 ? 256 : depth == 1 ? 16 : 1;
    steme_status status = STEME_OK;
    for (unsigned i = count; i-- > 0 && status == STEME_OK;) {
        replica_prefix prefix = {.depth = (uint8_t)depth};
        if (depth > 0)
            prefix.id.bytes[0] = (uint8_t)(depth == 1 ? i << 4 : i);
        status = prefix_push(round, &prefix, error);
    }
    return status;
}

steme_status replica_trie_begin(replica_session *session, steme_error *error)
{
    session_round *round = &session->round;
    replica_sketch_end(session);
    session->report.steps |= STEME_STEP_TRIE;
    session->phase = SESSION_TRIE;
    round->step = STEME_STEP_TRIE;
    round->is_finder = true;
    return roots_push(round, error);
}

static uint64_t session_salt(const replica_session *session)
{
    return session->options.seed;
}

/* Each subtree asked for may leave sixteen to ask for: so few are asked for at a time that these
 * have room. One always is, which makes it a descent in depth, and that needs 15 per nibble. */
static bool has_room_to_ask(const session_round *round)
{
    size_t asked = round->asked_count;
    return asked == 0 ||
           (asked < SESSION_ASK_COUNT &&
            round->prefix_count + (asked + 1) * MERKLE_CHILD_COUNT <= SESSION_PREFIX_COUNT_MAX);
}

steme_status replica_trie_pump(replica_session *session, bool *out_sent, steme_error *error)
{
    session_round *round = &session->round;
    if (session->phase != SESSION_TRIE || round->asked_count > 0 || round->is_found)
        return STEME_OK;
    if (session->ask_count == SESSION_ASK_FRAME_MAX) {
        round->is_trie_cut = round->is_found = true;
        return replica_list_pump(session, out_sent, error);
    }
    session->ask_count++;
    replica_writer writer = replica_session_writer(session);
    replica_write_u8(&writer, REPLICA_FRAME_ASK);
    replica_write_u64(&writer, session_salt(session));
    while (round->prefix_count > 0 && has_room_to_ask(round)) {
        const replica_prefix *prefix = &round->prefixes[--round->prefix_count];
        replica_prefix_write(&writer, prefix);
        round->asked[round->asked_count++] = *prefix;
    }
    session->halves += 2;
    *out_sent = true;
    return replica_session_send(session, &writer, error);
}

/* ---- The responder -------------------------------------------------------------------------- */

static void children_write(replica_writer *writer, uint64_t salt,
                           const merkle_slot slots[MERKLE_CHILD_COUNT])
{
    uint16_t bitmap = 0;
    for (unsigned i = 0; i < MERKLE_CHILD_COUNT; i++)
        if (slots[i].count > 0)
            bitmap = merkle_bitmap_with(bitmap, i);
    replica_write_u8(writer, REPLICA_TREE_CHILDREN);
    base_put_u16be(replica_write_room(writer, 2), bitmap);
    for (unsigned i = 0; i < MERKLE_CHILD_COUNT; i++)
        if (slots[i].count > 0)
            replica_write_u64(writer, replica_tree_short_hash(salt, &slots[i].hash));
}

static steme_status subtree_write(replica_session *session, replica_writer *writer, uint64_t salt,
                                  const replica_prefix *prefix, steme_error *error)
{
    steme_id ids[SESSION_LEAF_COUNT + 1];
    size_t count = 0;
    steme_status status =
        session->set->ids(session->pin, &prefix->id, SESSION_LEAF_COUNT + 1, ids, &count, error);
    if (status != STEME_OK)
        return status;
    while (count > 0 && !is_below(&ids[count - 1], prefix))
        count--;
    if (count <= SESSION_LEAF_COUNT) {
        replica_write_u8(writer, (unsigned)count);
        replica_write_bytes(writer, ids, count * sizeof *ids);
        return STEME_OK;
    }
    merkle_slot slots[MERKLE_CHILD_COUNT];
    status = session->set->children(session->pin, &prefix->id, prefix->depth, slots, error);
    if (status != STEME_OK)
        return status;
    children_write(writer, salt, slots);
    return STEME_OK;
}

steme_status replica_ask_receive(replica_session *session, replica_reader *reader,
                                 steme_error *error)
{
    bool is_due = session->phase == SESSION_SERVE ||
                  (session->phase == SESSION_LISTED && !session->round.is_listed);
    if (session->options.is_initiator || !is_due || session->round.is_finder || reader->size <= 8 ||
        ++session->ask_count > SESSION_ASK_FRAME_MAX) {
        replica_session_fail(session, "the peer asked for subtrees when it could not");
        return STEME_OK;
    }
    replica_sketch_end(session);
    session->report.steps |= STEME_STEP_TRIE;
    session->halves += 2;
    uint64_t salt = replica_read_u64(reader);
    replica_writer writer = replica_session_writer(session);
    replica_write_u8(&writer, REPLICA_FRAME_TREE);
    for (size_t i = 0; reader->size > 0; i++) {
        replica_prefix prefix;
        if (i == SESSION_ASK_COUNT || !replica_prefix_read(reader, &prefix)) {
            replica_session_fail(session, "the peer asked for subtrees that there cannot be");
            return STEME_OK;
        }
        steme_status status = subtree_write(session, &writer, salt, &prefix, error);
        if (status != STEME_OK)
            return status;
    }
    return replica_session_send(session, &writer, error);
}

/* ---- The initiator -------------------------------------------------------------------------- */

static steme_status found_push(session_round *round, session_queue *queue, const steme_id *id,
                               steme_error *error)
{
    if (round->trie_found >= SESSION_TRIE_FOUND_MAX) {
        round->is_trie_cut = true;
        return STEME_OK;
    }
    round->trie_found++;
    return replica_queue_push(queue, STEME_ID_SIZE, id->bytes, 1, error);
}

typedef struct trie_leaf { /* the peer's ids below a prefix, ascending */
    const steme_id *ids;
    size_t count;
    size_t at;
} trie_leaf;

/* Takes those of the peer's that come before `own`, and gives `own` where it is not among them;
 * NULL comes after all. */
static steme_status leaf_step(session_round *round, trie_leaf *theirs, const steme_id *own,
                              steme_error *error)
{
    int order = -1;
    while (theirs->at < theirs->count) {
        const steme_id *id = &theirs->ids[theirs->at];
        order = own == NULL ? -1 : memcmp(id, own, sizeof *own);
        if (order > 0)
            break;
        theirs->at++;
        if (order == 0)
            return STEME_OK;
        steme_status status = found_push(round, &round->take, id, error);
        if (status != STEME_OK)
            return status;
    }
    return own == NULL ? STEME_OK : found_push(round, &round->give, own, error);
}

/* The own ids below a prefix against the peer's. */
static steme_status leaf_compare(replica_session *session, const replica_prefix *prefix,
                                 const steme_id *ids, size_t count, steme_error *error)
{
    session_round *round = &session->round;
    trie_leaf theirs = {.ids = ids, .count = count};
    steme_id chunk[TRIE_CHUNK];
    steme_id lower = prefix->id;
    for (bool is_more = true; is_more && !round->is_trie_cut;) {
        size_t read = 0;
        steme_status status =
            session->set->ids(session->pin, &lower, TRIE_CHUNK, chunk, &read, error);
        is_more = read == TRIE_CHUNK;
        for (size_t i = 0; i < read && status == STEME_OK; i++) {
            if (!is_below(&chunk[i], prefix)) {
                is_more = false;
                break;
            }
            status = leaf_step(round, &theirs, &chunk[i], error);
        }
        if (status != STEME_OK)
            return status;
        if (is_more) {
            lower = chunk[TRIE_CHUNK - 1];
            is_more = id_increment(&lower);
        }
    }
    return leaf_step(round, &theirs, NULL, error);
}

static steme_status leaf_take(replica_session *session, const replica_prefix *prefix, size_t count,
                              replica_reader *reader, steme_error *error)
{
    steme_id theirs[SESSION_LEAF_COUNT];
    for (size_t i = 0; i < count; i++) {
        theirs[i] = replica_read_id(reader);
        if (reader->is_bad || !is_below(&theirs[i], prefix) ||
            (i > 0 && memcmp(&theirs[i - 1], &theirs[i], sizeof *theirs) >= 0)) {
            reader->is_bad = true;
            return STEME_OK;
        }
    }
    return leaf_compare(session, prefix, theirs, count, error);
}

static steme_status children_take(replica_session *session, const replica_prefix *prefix,
                                  replica_reader *reader, steme_error *error)
{
    const uint8_t *bytes = replica_read_bytes(reader, 2);
    if (bytes == NULL || prefix->depth + 1u >= MERKLE_NIBBLE_COUNT) {
        reader->is_bad = true;
        return STEME_OK;
    }
    uint16_t bitmap = base_get_u16be(bytes);
    merkle_slot slots[MERKLE_CHILD_COUNT];
    steme_status status =
        session->set->children(session->pin, &prefix->id, prefix->depth, slots, error);
    for (unsigned i = 0; i < MERKLE_CHILD_COUNT && status == STEME_OK; i++) {
        replica_prefix child = prefix_child(prefix, i);
        bool is_theirs = merkle_bitmap_has(bitmap, i);
        uint64_t hash = is_theirs ? replica_read_u64(reader) : 0;
        if (reader->is_bad)
            return STEME_OK;
        if (!is_theirs && slots[i].count > 0)
            status = leaf_compare(session, &child, NULL, 0, error);
        else if (is_theirs &&
                 (slots[i].count == 0 ||
                  hash != replica_tree_short_hash(session_salt(session), &slots[i].hash)))
            status = prefix_push(&session->round, &child, error);
    }
    return status;
}

steme_status replica_tree_receive(replica_session *session, replica_reader *reader,
                                  steme_error *error)
{
    session_round *round = &session->round;
    size_t count = round->asked_count;
    if (session->phase != SESSION_TRIE || count == 0) {
        replica_session_fail(session, "the peer sent subtrees that were not asked for");
        return STEME_OK;
    }
    round->asked_count = 0;
    steme_status status = STEME_OK;
    for (size_t i = 0; i < count && status == STEME_OK && !reader->is_bad; i++) {
        uint8_t form = replica_read_u8(reader);
        if (form == REPLICA_TREE_CHILDREN)
            status = children_take(session, &round->asked[i], reader, error);
        else if (form <= SESSION_LEAF_COUNT)
            status = leaf_take(session, &round->asked[i], form, reader, error);
        else
            reader->is_bad = true;
    }
    if (status == STEME_OK && (reader->is_bad || reader->size != 0))
        replica_session_fail(session, "the peer sent subtrees that there cannot be");
    if (round->prefix_count == 0 || round->is_trie_cut) {
        round->is_found = true;
        session->is_trie_complete = !round->is_trie_cut;
        replica_session_know(session);
    }
    return status;
}
