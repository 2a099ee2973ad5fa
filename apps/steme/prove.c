/* steme prove -- a proof that a record is in the set, to be checked with no store at hand. */
#include <stdlib.h>

#include "common/record_json.h"
#include "steme/commands.h"

static void print_proof(const steme_id *id, const answer_set *set, steme_span proof)
{
    json_t *document = output_object();
    output_set(document, "id", record_hex_to_json(id->bytes, sizeof id->bytes));
    output_set(document, "root", record_hex_to_json(set->root.bytes, sizeof set->root.bytes));
    output_set(document, "count", json_integer((json_int_t)set->record_count));
    output_set(document, "proof", record_hex_to_json(proof.bytes, proof.size));
    output_json_document(document);
}

static int prove(database *records, const char *digits, const steme_id *id)
{
    steme_error error = {0};
    answer_set set;
    uint8_t *proof = NULL;
    size_t proof_size = 0;
    steme_status status = database_prove(records, id, &set, &proof, &proof_size, &error);
    if (status == STEME_NOT_FOUND) {
        terminal_report("no such record: %s", digits);
        return COMMAND_FAULTS;
    }
    if (status != STEME_OK) {
        return command_fail(&error);
    }
    print_proof(id, &set, (steme_span){proof, proof_size});
    free(proof);
    return COMMAND_DONE;
}

static int run(const arguments *given)
{
    steme_id id;
    int exit_code = COMMAND_DONE;
    database *records = command_open_database(given, 0, &exit_code);
    if (records == NULL) {
        return exit_code;
    }
    if (command_look_up_id(records, given->operands[0], &id, &exit_code)) {
        exit_code = prove(records, given->operands[0], &id);
    }
    command_close_database(records);
    return exit_code;
}

static const arguments_option options[] = {
    COMMAND_OPTIONS_DATABASE,
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
