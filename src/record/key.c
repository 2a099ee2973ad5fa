#include "platform/clock.h"

#include <sodium.h>
#include <steme/record.h>
#include <string.h>

void steme_key_from_seed(const uint8_t seed[32], steme_key *out_key)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    memmove(out_key->seed, seed, sizeof out_key->seed);
    crypto_sign_seed_keypair(out_key->agent.bytes, secret, out_key->seed);
    sodium_memzero(secret, sizeof secret);
}

void steme_key_generate(steme_key *out_key)
{
    uint8_t seed[sizeof out_key->seed];
    platform_random(seed, sizeof seed);
    steme_key_from_seed(seed, out_key);
    sodium_memzero(seed, sizeof seed);
}

void steme_key_wipe(steme_key *key)
{
    sodium_memzero(key, sizeof *key);
}
