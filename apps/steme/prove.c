/* steme prove -- a proof that a record is in the set, to be checked with no store at hand. */
#include "common/record_json.h"
#include "steme/commands.h"

static void print_proof(const steme_id *id, const steme_id *root, uint64_t count, steme_span proof)
{
    json_t *document = output_object();
    output_set(document, "id", record_hex_to_json(id->bytes, sizeof id->bytes));
    output_set(document, "root", record_hex_to_json(root->bytes, sizeof root->bytes));
    output_set(document, "count", json_integer((json_int_t)count));
    output_set(document, "proof", record_hex_to_json(proof.bytes, proof.size));
    output_json_document(document);
}

static int prove(steme_snapshot *snapshot, const char *digits, const steme_id *id)
{
    steme_error error = {0};
    steme_id root;
    uint64_t count = 0;
    uint8_t *proof = NULL;
    size_t proof_size = 0;
    if (steme_snapshot_root(snapshot, &root, &count, &error) != STEME_OK) {
        return command_fail(&error);
    }
    steme_status status = steme_snapshot_prove(snapshot, id, &proof, &proof_size, &error);
    if (status == STEME_NOT_FOUND) {
        terminal_report("no such record: %s", digits);
        return COMMAND_FAULTS;
    }
    if (status != STEME_OK) {
        return command_fail(&error);
    }
    print_proof(id, &root, count, (steme_span){proof, proof_size});
    steme_free(proof);
    return COMMAND_DONE;
}

static int run(const arguments *given)
{
    command_reader reader;
    steme_id id;
    int exit_code = COMMAND_DONE;
    if (!command_open_reader(given, &reader, &exit_code)) {
        return exit_code;
    }
    if (command_find_id(reader.snapshot, given->operands[0], &id, &exit_code)) {
        exit_code = prove(reader.snapshot, given->operands[0], &id);
    }
    command_close_reader(&reader);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTION_DB,
    {.name = NULL},
};

static const char *const examples[] = {
    "steme prove --db claims ID > proof.json",
    "steme check-proof proof.json",
    NULL,
};

const command command_prove = {
    .name = "prove",
    .operands = "ID",
    .summary = "print a proof that a record is in the set",
    .details =
        "The proof, a JSON document, holds against the root that stands in it: compare that\n"
        "with a root that you trust. It does not show that nothing was withheld.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
