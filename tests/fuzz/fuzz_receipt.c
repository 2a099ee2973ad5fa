/* Hostile receipts: `receipt_verify` refuses them, or they hold. So that the hash does not keep all
 * of it out, what is given is also tried as somebody would forge it: in the only form of a receipt,
 * its hash made anew. Half of what libFuzzer makes of an input is another question, or another
 * record, within the document. */
#include "common/folder.h"
#include "common/receipt.h"
#include "common/record_json.h"

#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t size_max, unsigned seed);
/* libFuzzer's; elsewhere nobody asks for other inputs. */
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t size_max);

static void begin(void)
{
    static int is_begun;
    steme_error error;
    if (!is_begun && steme_init(&error) != STEME_OK)
        abort();
    is_begun = 1;
}

static steme_status verify(steme_span text)
{
    receipt_report report;
    steme_error error = {0};
    char *folder = folder_make("steme-fuzz");
    if (folder == NULL)
        abort();
    steme_status status = receipt_verify(text, folder, NULL, &report, &error);
    folder_remove(folder);
    free(folder);
    assert(status == STEME_OK || error.status == status);
    assert(status != STEME_IO && status != STEME_CORRUPT);
    return status;
}

/* The document on one line, hashed, in its field. */
static void seal(json_t *document)
{
    json_object_del(document, "hash");
    char *line = record_json_text(document, 0);
    if (line == NULL)
        abort();
    steme_id hash = steme_hash(line, strlen(line));
    free(line);
    if (json_object_set_new(document, "hash", record_hex_to_json(hash.bytes, sizeof hash.bytes)))
        abort();
}

/* What holds has no other text that holds. */
static void check_form(const char *lines)
{
    size_t size = strlen(lines);
    char *longer = malloc(size + 2);
    if (longer == NULL)
        abort();
    memcpy(longer, lines, size);
    memcpy(longer + size, "\n", 2);
    if (verify((steme_span){(const uint8_t *)longer, size + 1}) == STEME_OK)
        assert(verify((steme_span){(const uint8_t *)longer, size}) != STEME_OK);
    free(longer);
}

/* ---- Other inputs ------------------------------------------------------------------------- */

/* The digits that are to change: the question's, or a record's. */
static json_t *choose_digits(json_t *document, unsigned seed, const char **out_key)
{
    json_t *receipt = json_object_get(document, "receipt");
    json_t *list = json_object_get(receipt, seed / 4 % 2 == 0 ? "records" : "consulted");
    *out_key = seed / 2 % 2 == 0 || json_array_size(list) == 0 ? "question" : "record";
    return **out_key == 'q' ? receipt : json_array_get(list, seed / 8 % json_array_size(list));
}

/* 0 where there are none. */
static int change_digits(json_t *document, unsigned seed)
{
    enum { CHANGED_SIZE_MAX = 4096 };
    static uint8_t bytes[CHANGED_SIZE_MAX];
    const char *key;
    json_t *object = choose_digits(document, seed, &key);
    const json_t *digits = json_object_get(object, key);
    size_t size = json_is_string(digits) ? json_string_length(digits) / 2 : 0;
    steme_span text = {(const uint8_t *)json_string_value(digits), 2 * size};
    if (size == 0 || size > sizeof bytes || !record_hex_from_text(text, bytes, size))
        return 0;
    size = LLVMFuzzerMutate(bytes, size, sizeof bytes);
    return json_object_set_new(object, key, record_hex_to_json(bytes, size)) == 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t size_max, unsigned seed)
{
    json_t *document = NULL;
    char *lines = NULL;
    size_t made = 0;
    if (seed % 2 == 0 && record_json_load((steme_span){bytes, size}, &document, NULL) == STEME_OK &&
        change_digits(document, seed))
        lines = record_json_text(document, 2);
    json_decref(document);
    if (lines != NULL && strlen(lines) <= size_max) {
        made = strlen(lines);
        memcpy(bytes, lines, made);
    }
    free(lines);
    return made > 0 ? made : LLVMFuzzerMutate(bytes, size, size_max);
}

/* ---- The target --------------------------------------------------------------------------- */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    json_t *document = NULL;
    steme_error error;
    steme_span text = {bytes, size};
    begin();
    if (record_json_load(text, &document, &error) == STEME_OK && json_is_object(document)) {
        seal(document);
        char *lines = record_json_text(document, 2);
        if (lines == NULL)
            abort();
        check_form(lines);
        free(lines);
    }
    json_decref(document);
    (void)!verify(text);
    return 0;
}
