/* Imports: what each format gives, line by line, and that no input stops or misleads a reader. */
#include "support/random_record.h"
#include "support/test.h"

#include "common/record_json.h"
#include "steme/import_formats/import_format.h"

typedef struct import_case {
    FILE *file;
    import_reader *reader;
} import_case;

static FILE *file_of(const void *bytes, size_t size)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    rewind(file);
    return file;
}

static import_case open_bytes(const char *format, const void *bytes, size_t size,
                              const import_options *options)
{
    import_case opened = {.file = file_of(bytes, size)};
    steme_error error = {0};
    if (import_reader_open(format, opened.file, options, &opened.reader, &error) != STEME_OK)
        fail_msg("%s: %s", format, error.message);
    return opened;
}

static import_case open_text(const char *format, const char *text)
{
    return open_bytes(format, text, strlen(text), NULL);
}

static void close_case(import_case *opened)
{
    import_reader_close(opened->reader);
    fclose(opened->file);
}

static import_item next(import_case *opened)
{
    import_item item;
    assert_int_equal(import_reader_next(opened->reader, &item, NULL), STEME_OK);
    return item;
}

static void assert_span(steme_span span, const char *text)
{
    if (span.size != strlen(text) || memcmp(span.bytes, text, span.size) != 0)
        fail_msg("\"%.*s\" in place of \"%s\"", (int)span.size, (const char *)span.bytes, text);
}

static void assert_vendor(import_case *opened, uint64_t line, const char *subject, const char *name)
{
    import_item item = next(opened);
    const steme_assertion *assertion = &item.statement.as.assertion;
    assert_int_equal(item.kind, IMPORT_STATEMENT);
    assert_int_equal(item.line, line);
    assert_int_equal(item.has_stamp, 0);
    assert_int_equal(item.has_claim_time, 0);
    assert_int_equal(item.statement.type, STEME_ASSERTION);
    assert_span(assertion->subject, subject);
    assert_span(assertion->predicate, "vendor");
    assert_int_equal(assertion->value.kind, STEME_VALUE_TEXT);
    assert_span(assertion->value.text, name);
    assert_int_equal(assertion->confidence_millionths, 1000000);
    assert_int_equal(assertion->source_class, STEME_CLASS_ANECDOTAL);
}

static void assert_bad(import_case *opened, uint64_t line, const char *reason)
{
    import_item item = next(opened);
    assert_int_equal(item.kind, IMPORT_BAD_LINE);
    assert_int_equal(item.line, line);
    if (strstr(item.reason, reason) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", item.reason, reason);
}

static void assert_end(import_case *opened)
{
    assert_int_equal(next(opened).kind, IMPORT_END);
    assert_int_equal(next(opened).kind, IMPORT_END);
    close_case(opened);
}

static void assert_refused(const char *format, const char *text, steme_status status,
                           const char *named)
{
    FILE *file = file_of(text, strlen(text));
    import_reader *reader = NULL;
    steme_error error = {0};
    assert_int_equal(import_reader_open(format, file, NULL, &reader, &error), status);
    if (strstr(error.message, named) == NULL)
        fail_msg("\"%s\" does not name \"%s\"", error.message, named);
    assert_null(reader);
    fclose(file);
}

/* ---- Vendors ------------------------------------------------------------------------------ */

#define OUI_HEADER "Registry,Assignment,Organization Name,Organization Address\r\n"

static void test_ieee_oui(void **state)
{
    (void)state;
    import_case opened = open_text(
        "ieee-oui", OUI_HEADER
        "MA-L,00D0EF,\"Cisco  Systems, Inc \",\"two\r\nlines\"\r\n"
        "MA-L,080030,CERN,x\r\nMA-L,080030,\"\"\"Other\"\" Ltd\",x\r\n"
        "MA-M,0055DA0,Longer,x\r\nMA-L,ABCDEF,Private,\r\n"
        "MA-L,00002,Short,x\r\nMA-L,000001,  ,x\r\nMA-L,000002,bad \xff,x\r\n"
        "MA-L,000003,Few\r\nXX,000004,Name,x\r\nMA-L,000005,a\"b,x\r\nma,l\r\nMA-L,00000a,Last,x");
    assert_vendor(&opened, 2, "mac://00:D0:EF", "Cisco  Systems, Inc");
    assert_vendor(&opened, 4, "mac://08:00:30", "CERN");
    assert_vendor(&opened, 5, "mac://08:00:30", "\"Other\" Ltd");
    assert_int_equal(import_reader_skipped_count(opened.reader), 0);
    assert_vendor(&opened, 7, "mac://AB:CD:EF", "Private");
    assert_int_equal(import_reader_skipped_count(opened.reader), 1);
    assert_bad(&opened, 8, "six hexadecimal digits");
    assert_bad(&opened, 9, "no name");
    assert_bad(&opened, 10, "UTF-8");
    assert_bad(&opened, 11, "3 fields");
    assert_bad(&opened, 12, "registry");
    assert_bad(&opened, 13, "quote");
    assert_bad(&opened, 14, "2 fields");
    assert_vendor(&opened, 15, "mac://00:00:0A", "Last");
    int64_t ns;
    assert_int_equal(import_reader_date(opened.reader, &ns), 0);
    assert_end(&opened);
    assert_refused("ieee-oui", "", STEME_INVALID, "header");
    assert_refused("ieee-oui", "MA-L,00D0EF,Name,Street\n", STEME_INVALID, "header");
}

static void test_nmap_mac(void **state)
{
    (void)state;
    import_case opened = open_text(
        "nmap-mac", "# $Id: nmap-mac-prefixes 38424 2022-08-29 19:00:58Z dmiller $ generated\n"
                    "# more\n000000 Xerox\n\n# between\n0000d1  Adaptec Inc. \n"
                    "0055DA0 Longer\n70B3D5001 Longest\n000001\n00000G Wrong\n0000001 \n");
    int64_t ns = 0;
    assert_int_equal(import_reader_date(opened.reader, &ns), 1);
    assert_true(ns == INT64_C(1661799658000000000));
    assert_vendor(&opened, 3, "mac://00:00:00", "Xerox");
    assert_vendor(&opened, 6, "mac://00:00:D1", "Adaptec Inc.");
    assert_bad(&opened, 9, "no name");
    assert_bad(&opened, 10, "six hexadecimal digits");
    assert_int_equal(import_reader_skipped_count(opened.reader), 2);
    assert_end(&opened);

    opened = open_text("nmap-mac", "000000 Xerox");
    assert_int_equal(import_reader_date(opened.reader, &ns), 0);
    assert_vendor(&opened, 1, "mac://00:00:00", "Xerox");
    assert_end(&opened);
    opened = open_text("nmap-mac", "# $Id: x 1 2022-13-29 19:00:58Z x $");
    assert_int_equal(import_reader_date(opened.reader, &ns), 0);
    assert_end(&opened);
    opened = open_text("nmap-mac", "");
    assert_end(&opened);
}

static void test_wireshark_manuf(void **state)
{
    (void)state;
    import_case opened = open_text(
        "wireshark-manuf",
        "# comment\n00:00:00\tXerox\tXerox Corporation\n00:00:13\tCamex\n"
        "00:00:18\tWebsterC\tWebster Computer\t# Appletalk\n00:00:D1\tAdaptec\t\tAdaptec, Inc.\n"
        "00-00-d2\tShort\t# comment\n00:1B:C5:00:00:00/36\tA\tB\n00:55:DA:00:00:00/28\tA\tB\n"
        "01.00.5e/24\tMulticast\n01:00:5E/16\tMDNS\tmDNS\n"
        "00:00\tX\n00:00:1\tX\nnonsense\n00:00:02\n00:00:02/\tX\n00:00:03\t\xe9\n"
        "00:00:04\tTwo  blanks\t \n");
    assert_vendor(&opened, 2, "mac://00:00:00", "Xerox Corporation");
    assert_vendor(&opened, 3, "mac://00:00:13", "Camex");
    assert_vendor(&opened, 4, "mac://00:00:18", "Webster Computer");
    assert_vendor(&opened, 5, "mac://00:00:D1", "Adaptec, Inc.");
    assert_vendor(&opened, 6, "mac://00:00:D2", "Short");
    assert_vendor(&opened, 9, "mac://01:00:5E", "Multicast");
    assert_bad(&opened, 11, "no prefix");
    assert_bad(&opened, 12, "no prefix");
    assert_bad(&opened, 13, "no prefix");
    assert_bad(&opened, 14, "no name");
    assert_bad(&opened, 15, "no prefix");
    assert_bad(&opened, 16, "UTF-8");
    assert_vendor(&opened, 17, "mac://00:00:04", "Two  blanks");
    assert_int_equal(import_reader_skipped_count(opened.reader), 3);
    assert_end(&opened);
}

static void test_options_reach_unsigned_assertions(void **state)
{
    (void)state;
    import_options options = {
        .predicate = "maker", .has_source_class = 1, .source_class = STEME_CLASS_COMMUNITY};
    const char *text = "000000 Xerox\n";
    import_case opened = open_bytes("nmap-mac", text, strlen(text), &options);
    import_item item = next(&opened);
    assert_span(item.statement.as.assertion.predicate, "maker");
    assert_int_equal(item.statement.as.assertion.source_class, STEME_CLASS_COMMUNITY);
    close_case(&opened);

    text = "{\"type\":\"assertion\",\"subject\":\"s\",\"predicate\":\"p\",\"object\":1}\n"
           "{\"type\":\"assertion\",\"subject\":\"s\",\"predicate\":\"p\",\"object\":1,"
           "\"source_class\":\"anecdotal\"}\n";
    opened = open_bytes("jsonl", text, strlen(text), &options);
    item = next(&opened);
    assert_span(item.statement.as.assertion.predicate, "p");
    assert_int_equal(item.statement.as.assertion.source_class, STEME_CLASS_COMMUNITY);
    item = next(&opened);
    assert_int_equal(item.statement.as.assertion.source_class, STEME_CLASS_ANECDOTAL);
    assert_end(&opened);

    text = "subject,object,source_class\ns,o,\ns,o,expert\n";
    opened = open_bytes("csv", text, strlen(text), &options);
    item = next(&opened);
    assert_span(item.statement.as.assertion.predicate, "maker");
    assert_int_equal(item.statement.as.assertion.source_class, STEME_CLASS_COMMUNITY);
    assert_int_equal(next(&opened).statement.as.assertion.source_class, STEME_CLASS_EXPERT);
    assert_end(&opened);
}

/* ---- Tables ------------------------------------------------------------------------------- */

static void test_csv_columns_become_fields(void **state)
{
    (void)state;
    import_case opened = open_text(
        "csv", "object,subject,predicate,type,relation,unit,language,confidence,source_class,"
               "claim_time,valid_from,valid_to\n"
               "4.5,s,p,number,<=,mg,,0.25,clinical,2026-01-02T03:04:05Z,2026-01-01,2026-02-01\n"
               "Bonjour,s,p,,,,fr,,,,,\n"
               ",s,p,,none,,,,,,,\n"
               "2026-01-02,s,p,Time,>,,,,,,,\n");
    import_item item = next(&opened);
    const steme_assertion *assertion = &item.statement.as.assertion;
    assert_int_equal(item.kind, IMPORT_STATEMENT);
    assert_int_equal(item.has_claim_time, 1);
    assert_true(item.statement.claim_time_ns == INT64_C(1767323045000000000));
    assert_true(assertion->value.is_real && assertion->value.real == 4.5);
    assert_int_equal(assertion->relation, STEME_RELATION_LESS_OR_EQUAL);
    assert_span(assertion->unit, "mg");
    assert_int_equal(assertion->confidence_millionths, 250000);
    assert_int_equal(assertion->source_class, STEME_CLASS_CLINICAL);
    assert_true(assertion->has_valid_from && assertion->valid_from_s == 1767225600);
    assert_true(assertion->has_valid_to && assertion->valid_to_s == 1769904000);
    item = next(&opened);
    assert_int_equal(assertion->value.kind, STEME_VALUE_TEXT);
    assert_span(assertion->value.text, "Bonjour");
    assert_span(assertion->language, "fr");
    assert_int_equal(item.has_claim_time, 0);
    item = next(&opened);
    assert_int_equal(assertion->relation, STEME_RELATION_NONE);
    item = next(&opened);
    assert_int_equal(assertion->value.kind, STEME_VALUE_TIME);
    assert_end(&opened);
}

static void test_csv_bad_rows_name_their_column(void **state)
{
    (void)state;
    import_case opened = open_text(
        "csv", "subject,predicate,object,type,relation,confidence,claim_time,source_class\n"
               ",p,o,,,,,\ns,,o,,,,,\ns,p,,,,,,\ns,p,o,,none,,,\ns,p,o,Word,,,,\ns,p,x,Number,,,,\n"
               "s,p,o,,~,,,\ns,p,o,,,1.5,,\ns,p,o,,,,today,\ns,p,o,,,,,nobody\ns,p\n"
               "s,p,\xff,,,,,\ns,p,o,,,,,\n");
    assert_bad(&opened, 2, "subject");
    assert_bad(&opened, 3, "predicate");
    assert_bad(&opened, 4, "object");
    assert_bad(&opened, 5, "object");
    assert_bad(&opened, 6, "type");
    assert_bad(&opened, 7, "object");
    assert_bad(&opened, 8, "relation");
    assert_bad(&opened, 9, "confidence");
    assert_bad(&opened, 10, "claim_time");
    assert_bad(&opened, 11, "source_class");
    assert_bad(&opened, 12, "2 fields");
    assert_bad(&opened, 13, "object");
    assert_int_equal(next(&opened).kind, IMPORT_STATEMENT);
    assert_end(&opened);
}

static void test_csv_header_faults(void **state)
{
    (void)state;
    assert_refused("csv", "", STEME_INVALID, "empty");
    assert_refused("csv", "subject,predicate,object,colour\n", STEME_INVALID, "colour");
    assert_refused("csv", "subject,predicate,object,subject\n", STEME_INVALID, "subject");
    assert_refused("csv", "predicate,object\n", STEME_INVALID, "subject");
    assert_refused("csv", "subject,object\n", STEME_INVALID, "predicate");
    assert_refused("csv", "subject,predicate\n", STEME_INVALID, "object");
    assert_refused("csv", "\"subject", STEME_INVALID, "quote");
    assert_refused("xml", "", STEME_NOT_FOUND, "xml");
}

/* ---- Records ------------------------------------------------------------------------------ */

/* `count` signed records of all types, one behind the other, and where each ends. */
static uint8_t *make_records(size_t count, size_t *out_ends)
{
    static random_storage storage;
    static uint8_t buffer[STEME_RECORD_SIZE_MAX];
    uint8_t *bytes = malloc(count * STEME_RECORD_SIZE_MAX);
    size_t size = 0;
    assert_non_null(bytes);
    storage.random = test_seed(5);
    for (size_t i = 0; i < count; i++) {
        steme_statement statement;
        steme_record record;
        steme_key keys[4];
        uint32_t key_count =
            random_statement(&storage, (steme_record_type)(1 + i % 9), 0, &statement);
        random_keys(0, key_count, keys);
        assert_int_equal(steme_record_sign(&statement, keys, key_count, buffer, &record, NULL),
                         STEME_OK);
        memcpy(bytes + size, record.bytes.bytes, record.bytes.size);
        size += record.bytes.size;
        out_ends[i] = size;
    }
    return bytes;
}

enum { RECORD_COUNT = 90 };

static void assert_records(import_case *opened, const uint8_t *bytes, const size_t *ends)
{
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        size_t start = i == 0 ? 0 : ends[i - 1];
        import_item item = next(opened);
        steme_record record;
        if (item.kind == IMPORT_BAD_LINE)
            fail_msg("%s", item.reason);
        assert_int_equal(item.kind, IMPORT_RECORD);
        assert_int_equal(item.line, i + 1);
        assert_int_equal(item.record.size, ends[i] - start);
        assert_memory_equal(item.record.bytes, bytes + start, item.record.size);
        assert_int_equal(steme_record_admit(item.record, &record, NULL), STEME_OK);
    }
    assert_end(opened);
}

static void test_cbor_and_jsonl_give_the_records_back(void **state)
{
    (void)state;
    size_t ends[RECORD_COUNT];
    uint8_t *bytes = make_records(RECORD_COUNT, ends);
    import_case opened = open_bytes("cbor", bytes, ends[RECORD_COUNT - 1], NULL);
    assert_records(&opened, bytes, ends);

    opened.file = tmpfile();
    assert_non_null(opened.file);
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        size_t start = i == 0 ? 0 : ends[i - 1];
        steme_record record;
        json_t *object = NULL;
        assert_int_equal(
            steme_record_parse((steme_span){bytes + start, ends[i] - start}, &record, NULL),
            STEME_OK);
        assert_int_equal(record_to_json(&record, &object, NULL), STEME_OK);
        char *text = record_json_text(object, 0);
        fprintf(opened.file, "%s%s", text, i % 2 == 0 ? "\n" : "\r\n");
        free(text);
        json_decref(object);
    }
    rewind(opened.file);
    assert_int_equal(import_reader_open("jsonl", opened.file, NULL, &opened.reader, NULL),
                     STEME_OK);
    assert_records(&opened, bytes, ends);
    free(bytes);
}

static void test_a_broken_cbor_item_ends_the_import(void **state)
{
    (void)state;
    size_t ends[2];
    uint8_t *bytes = make_records(2, ends);
    static const struct {
        const char *bytes;
        size_t size;
        const char *reason;
    } tails[] = {
        {"\x82", 1, "cut short"},
        {"\x82\x40", 2, "cut short"},
        {"\x82\x5b\xff\xff\xff\xff\xff\xff\xff\xff", 10, "cut short"},
        {"\x82\x9f", 2, "definite"},
        {"\x82\xc0\x00", 3, "tag"},
        {"\x82\x9b\xff\xff\xff\xff\xff\xff\xff\xff", 10, "64 KiB"},
        {"\x82\xbb\xff\xff\xff\xff\xff\xff\xff\xff", 10, "64 KiB"},
        {"\x82\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81", 11, "deep"},
        {"{}\n", 3, "begin"},
    };
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        uint8_t *joined = malloc(ends[1] + tails[i].size);
        assert_non_null(joined);
        memcpy(joined, bytes, ends[1]);
        memcpy(joined + ends[1], tails[i].bytes, tails[i].size);
        import_case opened = open_bytes("cbor", joined, ends[1] + tails[i].size, NULL);
        import_item item;
        assert_int_equal(next(&opened).kind, IMPORT_RECORD);
        assert_int_equal(next(&opened).kind, IMPORT_RECORD);
        assert_bad(&opened, 3, tails[i].reason);
        for (int again = 0; again < 2; again++)
            assert_int_equal(import_reader_next(opened.reader, &item, NULL), STEME_NOT_CANONICAL);
        close_case(&opened);
        free(joined);
    }
    free(bytes);
}

static void test_maps_count_their_entries_twice(void **state)
{
    (void)state;
    const char *bytes = "\x82\xa2\x00\x00\x01\xf4\x00\x82\x20\x20";
    import_case opened = open_bytes("cbor", bytes, 10, NULL);
    assert_int_equal(next(&opened).record.size, 7);
    assert_int_equal(next(&opened).record.size, 3);
    assert_end(&opened);
}

static void test_a_cbor_item_over_the_limit_is_not_read_on(void **state)
{
    (void)state;
    size_t size = 10 * STEME_RECORD_SIZE_MAX;
    uint8_t *bytes = calloc(1, size);
    assert_non_null(bytes);
    memcpy(bytes, "\x82\x5a\x00\x08\x00\x00", 6);
    import_case opened = open_bytes("cbor", bytes, size, NULL);
    assert_bad(&opened, 1, "64 KiB");
    close_case(&opened);
    free(bytes);
}

static void test_jsonl_bad_lines_do_not_stop_it(void **state)
{
    (void)state;
    import_case opened = open_text(
        "jsonl", "\xef\xbb\xbf{\"type\":\"assertion\",\"subject\":\"s\",\"predicate\":\"p\","
                 "\"object\":1}\n\n{\n{\"type\":\"vote\"}\n[1]\n"
                 "{\"type\":\"assertion\",\"subject\":\"s\",\"predicate\":\"p\",\"object\":1,"
                 "\"stamp\":{\"time\":\"2026-01-02\",\"counter\":0,"
                 "\"node\":\"000102030405060708090a0b0c0d0e0f\"},"
                 "\"signatures\":[{\"agent_id\":\"00\",\"signature\":\"00\"}]}\n"
                 "{\"type\":\"alias\",\"from\":\"a\",\"to\":\"b\",\"relation\":\"is-a\","
                 "\"claim_time\":\"2026-01-02\"}");
    assert_int_equal(next(&opened).kind, IMPORT_STATEMENT);
    assert_bad(&opened, 3, "JSON");
    assert_bad(&opened, 4, "target");
    assert_bad(&opened, 5, "record");
    assert_bad(&opened, 6, "signatures.agent_id");
    import_item item = next(&opened);
    assert_int_equal(item.kind, IMPORT_STATEMENT);
    assert_int_equal(item.line, 7);
    assert_int_equal(item.has_stamp, 0);
    assert_int_equal(item.has_claim_time, 1);
    assert_int_equal(item.statement.type, STEME_ALIAS);
    assert_end(&opened);
}

static void test_lines_are_bounded(void **state)
{
    (void)state;
    size_t size = 3 * IMPORT_LINE_SIZE_MAX;
    char *bytes = malloc(size);
    assert_non_null(bytes);
    memset(bytes, ' ', size);
    bytes[IMPORT_LINE_SIZE_MAX] = '\n'; /* a blank line of just the limit */
    memcpy(bytes + size - 14, "\n000000 Xerox\n", 14);
    import_case opened = open_bytes("nmap-mac", bytes, size, NULL);
    assert_bad(&opened, 2, "1 MiB");
    assert_vendor(&opened, 3, "mac://00:00:00", "Xerox");
    assert_end(&opened);

    opened = open_bytes("nmap-mac", bytes, IMPORT_LINE_SIZE_MAX, NULL);
    assert_end(&opened);
    bytes[IMPORT_LINE_SIZE_MAX] = ' ';
    opened = open_bytes("nmap-mac", bytes, IMPORT_LINE_SIZE_MAX + 1, NULL);
    assert_bad(&opened, 1, "1 MiB");
    assert_end(&opened);
    free(bytes);
}

static void test_an_unreadable_file_is_an_error(void **state)
{
    (void)state;
    for (const char *const *name = import_format_names; *name != NULL; name++) {
        FILE *file = fopen("/", "r"); /* a folder opens, and reading it fails */
        import_reader *reader = NULL;
        import_item item;
        assert_non_null(file);
        steme_status status = import_reader_open(*name, file, NULL, &reader, NULL);
        if (status == STEME_OK)
            status = import_reader_next(reader, &item, NULL);
        assert_int_equal(status, STEME_IO);
        import_reader_close(reader);
        fclose(file);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_ieee_oui),
    cmocka_unit_test(test_nmap_mac),
    cmocka_unit_test(test_wireshark_manuf),
    cmocka_unit_test(test_options_reach_unsigned_assertions),
    cmocka_unit_test(test_csv_columns_become_fields),
    cmocka_unit_test(test_csv_bad_rows_name_their_column),
    cmocka_unit_test(test_csv_header_faults),
    cmocka_unit_test(test_cbor_and_jsonl_give_the_records_back),
    cmocka_unit_test(test_a_broken_cbor_item_ends_the_import),
    cmocka_unit_test(test_maps_count_their_entries_twice),
    cmocka_unit_test(test_a_cbor_item_over_the_limit_is_not_read_on),
    cmocka_unit_test(test_jsonl_bad_lines_do_not_stop_it),
    cmocka_unit_test(test_lines_are_bounded),
    cmocka_unit_test(test_an_unreadable_file_is_an_error),
};

TEST_MAIN(tests)
