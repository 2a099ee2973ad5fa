/* Hostile proofs. The id and the root that the proof is held against are its own first bytes, so
 * that a search can get past the comparison of nibbles. */
#include "merkle/proof.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    steme_id id;
    steme_id root;
    if (size < sizeof id + sizeof root)
        return 0;
    memcpy(&id, bytes, sizeof id);
    memcpy(&root, bytes + sizeof id, sizeof root);
    steme_span proof = {bytes + sizeof id + sizeof root, size - sizeof id - sizeof root};
    steme_status status = merkle_proof_check(proof, &id, &root, NULL);
    return status == STEME_OK || status == STEME_INVALID ? 0 : -1;
}
