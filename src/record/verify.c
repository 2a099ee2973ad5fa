/* What section 4 asks of a whole record, and the check that this process is able to answer it. */
#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "record/signature.h"

#include <sodium.h>
#include <stdatomic.h>

steme_status steme_init(steme_error *error)
{
    static atomic_bool is_done; /* set only after success; threads that race do the work twice */
    if (atomic_load_explicit(&is_done, memory_order_acquire))
        return STEME_OK;
    if (sodium_init() < 0)
        return base_fail(error, STEME_UNSUPPORTED, "libsodium: cannot be initialised");
    const record_signature_edge *edge = record_signature_self_test();
    if (edge != NULL)
        return base_fail(error, STEME_UNSUPPORTED,
                         "libsodium %s: decides the signature \"%s\" otherwise than the format: "
                         "use release 1.0.18",
                         sodium_version_string(), edge->name);
    atomic_store_explicit(&is_done, true, memory_order_release);
    return STEME_OK;
}

steme_id steme_content_signing_hash(steme_span content)
{
    return base_blake3_derive("StemeDB v1 record signature", content.bytes, content.size);
}

steme_status steme_record_verify(const steme_record *record, steme_error *error)
{
    steme_id message = steme_content_signing_hash(record->content);
    for (uint32_t i = 0; i < record->signer_count; i++) {
        const uint8_t *signer = steme_record_signer(record, i);
        if (!record_signature_is_valid(steme_record_signature(record, i), signer, message.bytes)) {
            char signer_text[2 * STEME_AGENT_SIZE + 1];
            base_hex_encode(signer, STEME_AGENT_SIZE, signer_text);
            return base_fail(error, STEME_BAD_SIGNATURE, "signature %u: not valid for signer %s", i,
                             signer_text);
        }
    }
    return STEME_OK;
}

steme_status steme_record_admit(steme_span bytes, steme_record *out_record, steme_error *error)
{
    steme_record record;
    steme_status status = steme_record_parse(bytes, &record, error);
    if (status == STEME_OK)
        status = steme_record_verify(&record, error);
    if (status == STEME_OK)
        *out_record = record;
    return status;
}
