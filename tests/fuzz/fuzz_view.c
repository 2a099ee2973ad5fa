/* Views: any bytes are refused or read within their bounds. So that signatures do not keep all of
 * it out, what is given is also taken for a content, signed here by as many keys as it begins with:
 * what then opens is what its rules make again. */
#include "base/hash.h"
#include "record/signature.h"

#include <assert.h>
#include <stdlib.h>
#include <steme/record.h>
#include <steme/store.h>
#include <steme/view.h>
#include <string.h>

enum { KEY_COUNT = 2, CONTENT_SIZE_MAX = 60000 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static steme_key *make_keys(void)
{
    static steme_key keys[KEY_COUNT];
    static int is_made;
    steme_error error;
    if (!is_made && steme_init(&error) != STEME_OK)
        abort();
    for (uint8_t i = 0; i < KEY_COUNT && !is_made; i++)
        steme_key_from_seed((const uint8_t[32]){i}, &keys[i]);
    if (memcmp(&keys[0].agent, &keys[1].agent, sizeof keys[0].agent) > 0) {
        steme_key kept = keys[0];
        keys[0] = keys[1];
        keys[1] = kept;
    }
    is_made = 1;
    return keys;
}

static void check_rules(const steme_view *view)
{
    const steme_view_rules *rules = steme_view_get_rules(view);
    steme_agent signer;
    assert(rules->name.size >= 1 && rules->name.size <= 256);
    assert(rules->agent_count <= STEME_VIEW_AGENT_MAX);
    assert(steme_view_signer(view, 0, &signer));
    for (uint32_t i = 0; i < rules->agent_count; i++) {
        assert(steme_view_find(view, rules->agents[i].agent.bytes) == &rules->agents[i]);
        assert(rules->agents[i].stewardships < 32);
    }
}

/* The same rules, signed by the same keys, are the same file. */
static void check_signing(const steme_view *view, uint32_t key_count, steme_span file)
{
    steme_error error;
    uint8_t *made;
    size_t size;
    steme_status status =
        steme_view_sign(steme_view_get_rules(view), make_keys(), key_count, &made, &size, &error);
    assert(status == STEME_OK);
    assert(size == file.size && memcmp(made, file.bytes, size) == 0);
    steme_free(made);
}

static uint8_t *put_head(uint8_t *at, uint8_t major, size_t size)
{
    if (size < 24) {
        *at++ = (uint8_t)(major | size);
    } else if (size < 256) {
        *at++ = (uint8_t)(major | 24);
        *at++ = (uint8_t)size;
    } else {
        *at++ = (uint8_t)(major | 25);
        *at++ = (uint8_t)(size >> 8);
        *at++ = (uint8_t)size;
    }
    return at;
}

static void try_content(const uint8_t *bytes, size_t size, uint32_t key_count)
{
    uint8_t *file = malloc(size + 16 + (size_t)key_count * (STEME_SIGNATURE_SIZE + 2));
    steme_id message = base_blake3_derive("StemeDB v1 view signature", bytes, size);
    const steme_key *keys = make_keys();
    steme_view *view;
    steme_error error;
    if (file == NULL)
        abort();
    uint8_t *at = put_head(file, 0x80, 2);
    at = put_head(at, 0x40, size);
    if (size > 0)
        memcpy(at, bytes, size);
    at = put_head(at + size, 0x80, key_count);
    for (uint32_t i = 0; i < key_count; i++) {
        at = put_head(at, 0x40, STEME_SIGNATURE_SIZE);
        record_signature_make(&keys[i], message.bytes, at);
        at += STEME_SIGNATURE_SIZE;
    }
    steme_span span = {file, (size_t)(at - file)};
    if (steme_view_open(span, &view, &error) == STEME_OK) {
        check_rules(view);
        check_signing(view, key_count, span);
        steme_view_close(view);
    }
    free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    steme_view *view;
    steme_error error;
    (void)make_keys();
    if (steme_view_open((steme_span){bytes, size}, &view, &error) == STEME_OK) {
        check_rules(view);
        steme_view_close(view);
    } else {
        assert(error.status == STEME_INVALID || error.status == STEME_NOT_CANONICAL ||
               error.status == STEME_TOO_LARGE || error.status == STEME_BAD_SIGNATURE);
    }
    if (size <= CONTENT_SIZE_MAX)
        for (uint32_t count = 1; count <= KEY_COUNT; count++)
            try_content(bytes, size, count);
    return 0;
}
