#include "replica/hello.h"

#include "base/bytes.h"

static const uint8_t magic[4] = {'S', 'T', 'E', 'M'};

const char *replica_refusal_text(unsigned refusal)
{
    switch (refusal) {
#define REFUSAL_CASE(name, number, text)                                                           \
    case number:                                                                                   \
        return text;
        REPLICA_REFUSAL_TABLE(REFUSAL_CASE)
#undef REFUSAL_CASE
    default:
        return "the peer refused, for a reason unknown here";
    }
}

size_t replica_hello_write(const replica_hello *hello, uint8_t out[REPLICA_HELLO_SIZE_MAX])
{
    out[0] = REPLICA_KIND_HELLO;
    memcpy(out + 1, magic, sizeof magic);
    out[5] = REPLICA_PROTOCOL_VERSION;
    out[6] = (uint8_t)hello->purpose;
    memcpy(out + 7, hello->node, STEME_NODE_SIZE);
    out[23] = (uint8_t)hello->cluster.size;
    memcpy(out + REPLICA_HELLO_HEAD_SIZE, hello->cluster.bytes, hello->cluster.size);
    return REPLICA_HELLO_HEAD_SIZE + hello->cluster.size;
}

replica_refusal replica_hello_read(steme_span frame, replica_hello *out_hello)
{
    const uint8_t *bytes = frame.bytes;
    if (frame.size < 6 || bytes[0] != REPLICA_KIND_HELLO || memcmp(bytes + 1, magic, 4) != 0)
        return REPLICA_BROKEN;
    if (bytes[5] != REPLICA_PROTOCOL_VERSION)
        return REPLICA_OTHER_VERSION;
    if (frame.size <= REPLICA_HELLO_HEAD_SIZE || bytes[23] > STEME_CLUSTER_SIZE_MAX ||
        frame.size != REPLICA_HELLO_HEAD_SIZE + (size_t)bytes[23])
        return REPLICA_BROKEN;
    if (bytes[6] != REPLICA_PURPOSE_GOSSIP && bytes[6] != REPLICA_PURPOSE_SESSION)
        return REPLICA_BROKEN;
    out_hello->purpose = (replica_purpose)bytes[6];
    memcpy(out_hello->node, bytes + 7, STEME_NODE_SIZE);
    out_hello->cluster = (steme_span){bytes + REPLICA_HELLO_HEAD_SIZE, bytes[23]};
    return REPLICA_ACCEPTED;
}
