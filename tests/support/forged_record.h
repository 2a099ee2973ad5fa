/* forged_record.h -- records made by hand from a plan, valid or not. */
#ifndef SUPPORT_FORGED_RECORD_H
#define SUPPORT_FORGED_RECORD_H

#include "base/bytes.h"
#include "record/cbor_write.h"
#include "record/envelope.h"
#include "support/random_record.h"

enum { FORGED_SIZE_MAX = STEME_RECORD_SIZE_MAX + 4096, HEX_SIZE_MAX = 16384 };

/* Hex of often used items. */
#define TWICE(text)   text text
#define TIMES_8(text) TWICE(TWICE(TWICE(text)))
#define ID(byte)      "5820" TIMES_8(byte byte byte byte)
#define STAMP         "83 1864 05 50" TIMES_8("0707")
#define AB            "6161 " /* text "a" */

static steme_error error;

static inline int begin(void **state)
{
    (void)state;
    error = (steme_error){0};
    return steme_init(NULL) != STEME_OK;
}

/* What is to be different from a plain record; zeroes and NULL = nothing. */
typedef struct forgery {
    uint64_t record_items;    /* 2 */
    uint64_t content_items;   /* 4 */
    uint64_t version;         /* 1 */
    uint64_t type;            /* vote */
    uint32_t signer_count;    /* 1 */
    uint32_t signature_count; /* as many as signers */
    size_t signer_size;       /* 32 */
    size_t signature_size;    /* 64 */
    bool is_descending;       /* the signers */
    bool is_one_signer;       /* the same one as often as signer_count says */
    bool has_no_signers;
    const char *body;           /* hex; the stamp and `entries` */
    const char *entries;        /* hex; none */
    const char *behind_content; /* hex; nothing */
    const char *behind_record;  /* hex; nothing */
} forgery;

static inline size_t bytes_of(const char *hex, uint8_t *out_bytes)
{
    static char digits[HEX_SIZE_MAX];
    size_t count = 0;
    for (; hex != NULL && *hex != '\0'; hex++)
        if (*hex != ' ')
            digits[count++] = *hex;
    assert_true(base_hex_decode(digits, count, out_bytes, count / 2));
    return count / 2;
}

static inline uint64_t given_or(uint64_t value, uint64_t fallback)
{
    return value != 0 ? value : fallback;
}

static inline void write_hex(record_writer *writer, const char *hex)
{
    uint8_t bytes[HEX_SIZE_MAX / 2];
    record_write_encoded(writer, (steme_span){bytes, bytes_of(hex, bytes)});
}

static inline void write_body(record_writer *writer, const forgery *plan)
{
    if (plan->body != NULL) {
        write_hex(writer, plan->body);
        return;
    }
    uint8_t entries[HEX_SIZE_MAX / 2];
    size_t size = bytes_of(plan->entries, entries);
    record_reader reader;
    uint64_t item_count = 0;
    record_reader_init(&reader, entries, (steme_span){entries, size});
    for (; reader.next < reader.end; item_count++)
        assert_true(record_read_any(&reader, 0));
    record_write_map(writer, 1 + item_count / 2);
    record_write_unsigned(writer, 0);
    write_hex(writer, STAMP);
    record_write_encoded(writer, (steme_span){entries, size});
}

static inline int key_order(const void *left, const void *right)
{
    return memcmp(((const steme_key *)left)->agent.bytes, ((const steme_key *)right)->agent.bytes,
                  STEME_AGENT_SIZE);
}

static inline void choose_signers(const forgery *plan, uint32_t count, steme_key *out_keys)
{
    random_keys(0, count, out_keys);
    qsort(out_keys, count, sizeof *out_keys, key_order);
    for (uint32_t i = 0; plan->is_one_signer && i < count; i++)
        out_keys[i] = out_keys[0];
    for (uint32_t i = 0; plan->is_descending && i < count / 2; i++) {
        steme_key swapped = out_keys[i];
        out_keys[i] = out_keys[count - 1 - i];
        out_keys[count - 1 - i] = swapped;
    }
}

static inline void write_content(record_writer *writer, const forgery *plan, const steme_key *keys,
                                 uint32_t signer_count)
{
    record_write_array(writer, given_or(plan->content_items, 4));
    record_write_unsigned(writer, given_or(plan->version, 1));
    record_write_unsigned(writer, given_or(plan->type, STEME_VOTE));
    record_write_array(writer, signer_count);
    for (uint32_t i = 0; i < signer_count; i++)
        record_write_bytes(writer, keys[i].agent.bytes, given_or(plan->signer_size, 32));
    write_body(writer, plan);
    write_hex(writer, plan->behind_content);
}

/* A record whose signatures are good whatever else is wrong with it. */
static inline steme_span forge(forgery plan)
{
    static uint8_t content_bytes[FORGED_SIZE_MAX];
    static uint8_t bytes[FORGED_SIZE_MAX];
    steme_key keys[RANDOM_KEY_COUNT];
    record_writer content;
    record_writer writer;
    uint32_t signer_count = plan.has_no_signers ? 0 : (uint32_t)given_or(plan.signer_count, 1);
    uint32_t signature_count = (uint32_t)given_or(plan.signature_count, signer_count);
    choose_signers(&plan, signer_count > signature_count ? signer_count : signature_count, keys);
    record_writer_init(&content, content_bytes, sizeof content_bytes);
    write_content(&content, &plan, keys, signer_count);
    steme_id message = steme_content_signing_hash((steme_span){content_bytes, content.size});
    record_writer_init(&writer, bytes, sizeof bytes);
    record_write_array(&writer, given_or(plan.record_items, 2));
    record_write_bytes(&writer, content_bytes, content.size);
    record_write_array(&writer, signature_count);
    for (uint32_t i = 0; i < signature_count; i++) {
        uint8_t signature[STEME_SIGNATURE_SIZE + 8] = {0};
        record_signature_make(&keys[i], message.bytes, signature);
        record_write_bytes(&writer, signature, given_or(plan.signature_size, 64));
    }
    write_hex(&writer, plan.behind_record);
    assert_false(content.is_full || writer.is_full);
    return (steme_span){bytes, writer.size};
}

static const char vote_entries[] = "02" ID("11") "03 01";

static inline steme_status interpret_forged(forgery plan, steme_statement *out_statement)
{
    steme_record record;
    if (steme_record_admit(forge(plan), &record, &error) != STEME_OK)
        fail_msg("%s", error.message);
    return steme_record_interpret(&record, out_statement, &error);
}

#define TEST(test) cmocka_unit_test_setup(test, begin)

#endif
