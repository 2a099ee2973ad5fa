/* steme verify-receipt -- whether an answer follows from its records. Needs no store. */
#include <stdlib.h>
#include <string.h>

#include "common/folder.h"
#include "common/receipt.h"
#include "steme/commands.h"

static int is_refusal(steme_status status)
{
    switch (status) {
    case STEME_IO:
    case STEME_FULL:
    case STEME_NO_MEMORY:
    case STEME_PERMISSION:
        return 0;
    default:
        return 1;
    }
}

static void note_report(const receipt_report *report)
{
    text_buffer line = TEXT_EMPTY;
    text_append_number_of(&line, report->record_count, "record", "records");
    text_append(&line, " and ");
    text_append_count(&line, report->consulted_count);
    text_append(&line, " more that were consulted lead to this answer");
    terminal_note("%s", text_get(&line));
    text_clear(&line);
    text_append_hex(&line, report->root.bytes, sizeof report->root.bytes);
    terminal_note("all are in the set with root %s", text_get(&line));
    terminal_note("It does not show that nothing was withheld.");
    text_deinit(&line);
}

static int verify(steme_span text, const char *folder, const steme_truth_model *model)
{
    steme_error error = {0};
    receipt_report report;
    steme_status status = receipt_verify(text, folder, model, &report, &error);
    if (status != STEME_OK && !is_refusal(status)) {
        return command_fail(&error);
    }
    puts(status == STEME_OK ? "OK" : "FAILED");
    if (status != STEME_OK) {
        terminal_report("%s", error.message[0] == '\0' ? steme_status_text(status) : error.message);
        return COMMAND_FAULTS;
    }
    note_report(&report);
    return COMMAND_DONE;
}

/* Of --model, where it is given. 1, or 0 after a report. */
static int read_model(const arguments *given, steme_truth_model **out_model)
{
    steme_error error = {0};
    uint8_t *bytes = NULL;
    size_t size = 0;
    const char *path = arguments_text(given, "model");
    if (path == NULL) {
        return 1;
    }
    if (!file_read(path, COMMAND_DOCUMENT_SIZE_MAX, &bytes, &size)) {
        return 0;
    }
    steme_status status = steme_truth_model_load((steme_span){bytes, size}, out_model, &error);
    free(bytes);
    if (status != STEME_OK) {
        terminal_report("no model: %s: %s", path, error.message);
    }
    return status == STEME_OK;
}

static int run(const arguments *given)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    steme_truth_model *model = NULL;
    if (!read_model(given, &model) ||
        !file_read(given->operands[0], COMMAND_DOCUMENT_SIZE_MAX, &bytes, &size)) {
        steme_truth_model_free(model);
        return COMMAND_USAGE;
    }
    int exit_code = COMMAND_USAGE;
    char *folder = folder_make("steme-receipt");
    if (folder != NULL) {
        exit_code = verify((steme_span){bytes, size}, folder, model);
        folder_remove(folder);
    }
    free(folder);
    free(bytes);
    steme_truth_model_free(model);
    return exit_code;
}

static const arguments_option options[] = {
    {.name = "model",
     .value = "FILE",
     .kind = ARGUMENTS_FILE,
     .help = "the model that an answer of the lens truth is by"},
    {.name = NULL},
};

static const char *const examples[] = {
    "steme query --db claims --subject s --predicate p --lens votes --receipt receipt.json",
    "steme verify-receipt receipt.json",
    NULL,
};

const command command_verify_receipt = {
    .name = "verify-receipt",
    .operands = "FILE",
    .summary = "check the receipt of an answer, with no store",
    .details =
        "Checks every record's signatures and that it is in the set of the receipt's root, asks\n"
        "the same question of these records alone, and compares the answer field by field.\n"
        "Prints OK, or FAILED with exit code 1: a receipt that was altered anywhere fails.\n"
        "Compare the root with one that you trust. A receipt proves that these records were in\n"
        "that set and lead to that answer; not that nothing was withheld. FILE may be - for\n"
        "standard input.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
