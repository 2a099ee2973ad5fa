/* steme check-proof -- whether a proof made by `steme prove` holds. Needs no store. */
#include <stdlib.h>
#include <string.h>

#include "common/record_json.h"
#include "steme/commands.h"

enum { PROOF_FILE_SIZE_MAX = 1 << 24 };

static steme_span field(const json_t *document, const char *name)
{
    const json_t *value = json_object_get(document, name);
    if (!json_is_string(value)) {
        return (steme_span){NULL, 0};
    }
    return (steme_span){(const uint8_t *)json_string_value(value), json_string_length(value)};
}

/* 1 and everything that a proof document says; the proof's bytes are the caller's to free. */
static int read_fields(const json_t *document, steme_id *out_id, steme_id *out_root,
                       uint8_t **out_proof, size_t *out_proof_size)
{
    steme_span digits = field(document, "proof");
    if (!record_hex_from_text(field(document, "id"), out_id->bytes, sizeof out_id->bytes) ||
        !record_hex_from_text(field(document, "root"), out_root->bytes, sizeof out_root->bytes) ||
        digits.size == 0) {
        return 0;
    }
    *out_proof = text_allocate(digits.size / 2 + 1);
    *out_proof_size = digits.size / 2;
    if (!record_hex_from_text(digits, *out_proof, *out_proof_size)) {
        free(*out_proof);
        return 0;
    }
    return 1;
}

/* What holds is only as good as this root. */
static void note_root(const steme_id *id, const steme_id *root)
{
    text_buffer line = TEXT_EMPTY;
    text_append_hex(&line, id->bytes, sizeof id->bytes);
    terminal_note("record %s", text_get(&line));
    text_clear(&line);
    text_append_hex(&line, root->bytes, sizeof root->bytes);
    terminal_note("is in the set with root %s", text_get(&line));
    text_deinit(&line);
}

static int check(const json_t *document, const char *path)
{
    steme_error error = {0};
    steme_id id;
    steme_id root;
    uint8_t *proof = NULL;
    size_t proof_size = 0;
    if (!read_fields(document, &id, &root, &proof, &proof_size)) {
        terminal_report("not a proof: %s; it needs id, root and proof in hexadecimal", path);
        return COMMAND_FAULTS;
    }
    steme_span bytes = {proof, proof_size};
    steme_status status = steme_proof_check(bytes, &id, &root, &error);
    puts(status == STEME_OK ? "OK" : "FAILED");
    if (status != STEME_OK) {
        terminal_report("%s", error.message);
    } else {
        note_root(&id, &root);
    }
    free(proof);
    return status == STEME_OK ? COMMAND_DONE : COMMAND_FAULTS;
}

static int run(const arguments *given)
{
    steme_error error = {0};
    const char *path = given->operands[0];
    uint8_t *bytes = NULL;
    size_t size = 0;
    json_t *document = NULL;
    int exit_code = COMMAND_FAULTS;
    if (!file_read(path, PROOF_FILE_SIZE_MAX, &bytes, &size)) {
        return COMMAND_USAGE;
    }
    if (record_json_load((steme_span){bytes, size}, &document, &error) != STEME_OK) {
        terminal_report("not a proof: %s: %s", path, error.message);
    } else {
        exit_code = check(document, path);
    }
    json_decref(document);
    free(bytes);
    return exit_code;
}

static const arguments_option options[] = {{.name = NULL}};

static const char *const examples[] = {
    "steme check-proof proof.json",
    "steme prove --db claims ID | steme check-proof -",
    NULL,
};

const command command_check_proof = {
    .name = "check-proof",
    .operands = "FILE",
    .summary = "check a proof made by `steme prove`, with no store",
    .details =
        "Prints OK, or FAILED with exit code 1, and aside which record is in the set of which\n"
        "root: compare that with a root that you trust. FILE may be - for standard input.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
