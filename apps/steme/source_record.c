#include "steme/source_record.h"

#include <string.h>

steme_stamp source_record_stamp(const command_keys *keys, int64_t date_ns)
{
    steme_stamp stamp = {.time_ns = (uint64_t)date_ns};
    command_import_node(&keys->keys[0].agent, stamp.node);
    return stamp;
}

steme_status source_record_sign(const source_record_input *input, const command_keys *keys,
                                uint8_t *buffer, steme_record *out_record, steme_error *error)
{
    steme_statement statement;
    memset(&statement, 0, sizeof statement);
    statement.type = STEME_SOURCE;
    statement.stamp = input->stamp;
    statement.claim_time_ns = steme_stamp_claim_time(&input->stamp);
    steme_source *source = &statement.as.source;
    source->name = input->name;
    source->edition = input->edition;
    if (input->document != NULL) {
        source->document =
            (steme_id_list){.first = input->document->bytes, .count = 1, .stride = STEME_ID_SIZE};
    }
    source->has_date = input->has_date;
    source->date_ns = input->date_ns;
    return steme_record_sign(&statement, keys->keys, keys->count, buffer, out_record, error);
}
