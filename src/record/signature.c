#include "record/signature.h"

#include <sodium.h>
#include <string.h>

enum { POINT_SIZE = 32, SCALAR_SIZE = 32 };

/* Little-endian, like everything in Ed25519. */
static const uint8_t group_order[SCALAR_SIZE] = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10};
static const uint8_t field_prime[POINT_SIZE] = {
    0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};

/* The y of the eight points of small order: 0 and the last two belong to two points each. x is 0
 * only at y = 1 and y = p - 1, so that refusing these refuses x = 0 with a set sign bit as well. */
static const uint8_t small_order_y[][POINT_SIZE] = {
    {0x00},
    {0x01},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
};
enum { SMALL_ORDER_Y_COUNT = sizeof small_order_y / sizeof small_order_y[0] };

static bool is_less_little_endian(const uint8_t *left, const uint8_t *right, size_t size)
{
    for (size_t i = size; i-- > 0;)
        if (left[i] != right[i])
            return left[i] < right[i];
    return false;
}

/* Rules 2 and 3, but for the existence of x: that of A is found when the library decodes it, that
 * of R by rule 4, since what is computed there is always a point. */
static bool is_point_allowed(const uint8_t *point)
{
    uint8_t y[POINT_SIZE];
    memcpy(y, point, POINT_SIZE);
    y[POINT_SIZE - 1] &= 0x7f;
    if (!is_less_little_endian(y, field_prime, POINT_SIZE))
        return false;
    for (size_t i = 0; i < SMALL_ORDER_Y_COUNT; i++)
        if (memcmp(y, small_order_y[i], POINT_SIZE) == 0)
            return false;
    return true;
}

bool record_signature_is_well_formed(const uint8_t *signature, const uint8_t *agent)
{
    return is_less_little_endian(signature + POINT_SIZE, group_order, SCALAR_SIZE) &&
           is_point_allowed(agent) && is_point_allowed(signature);
}

bool record_signature_is_valid(const uint8_t *signature, const uint8_t *agent,
                               const uint8_t *message)
{
    return record_signature_is_well_formed(signature, agent) &&
           crypto_sign_verify_detached(signature, message, STEME_ID_SIZE, agent) == 0;
}

void record_signature_make(const steme_key *key, const uint8_t *message, uint8_t *out_signature)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    memcpy(secret, key->seed, sizeof key->seed);
    memcpy(secret + sizeof key->seed, key->agent.bytes, STEME_AGENT_SIZE);
    crypto_sign_detached(out_signature, NULL, message, STEME_ID_SIZE, secret);
    sodium_memzero(secret, sizeof secret);
}

const record_signature_edge *record_signature_self_test(void)
{
    for (size_t i = 0; i < record_signature_edge_count; i++) {
        const record_signature_edge *edge = &record_signature_edges[i];
        if (record_signature_is_valid(edge->signature, edge->agent, edge->message) !=
            edge->is_valid)
            return edge;
    }
    return NULL;
}
