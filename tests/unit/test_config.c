/* A node's file: what is taken, what is refused, and by which line. */
#include "steme/server/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/test.h"

static config told;

static steme_status parse(const void *bytes, size_t size, steme_error *error)
{
    return config_parse("etc/n.yaml", (steme_span){bytes, size}, &told, error);
}

static void assert_refused(const char *text, const char *message)
{
    steme_error error = {0};
    memset(&told, 1, sizeof told);
    assert_int_not_equal(parse(text, strlen(text), &error), STEME_OK);
    if (strstr(error.message, message) == NULL) {
        fail_msg("\"%s\" gives \"%s\", not \"%s\"", text, error.message, message);
    }
    assert_int_equal(told.peer_count, 0x01010101); /* untouched */
}

static void all_keys_are_taken(void **state)
{
    (void)state;
    static const char text[] = "db: claims\ncluster: herd\nlisten: 127.0.0.1:0\n"
                               "peers:\n  - a.example:1\n  - '[::1]:7601'\n"
                               "tls: {cert: /a/b, key: k, ca: ../c}\n"
                               "insecure: true\npeer_bytes_max: 1000000\nidle_tick_ms: 50\n"
                               "client_idle_ms: 60\npeer_work_ms: 900\n"
                               "disk_free_min: 7\npeer_free_min: 8\n";
    steme_error error = {0};
    assert_int_equal(parse(text, strlen(text), &error), STEME_OK);
    assert_string_equal(told.db, "etc/claims");
    assert_string_equal(told.cluster, "herd");
    assert_string_equal(told.listen, "127.0.0.1:0");
    assert_int_equal(told.peer_count, 2);
    assert_string_equal(told.peers[1], "[::1]:7601");
    assert_string_equal(told.tls.cert, "/a/b");
    assert_string_equal(told.tls.key, "etc/k");
    assert_string_equal(told.tls.ca, "etc/../c");
    assert_true(told.insecure);
    assert_string_equal(told.peer_bytes_max, "1000000");
    assert_string_equal(told.peer_work_ms, "900");
    assert_string_equal(told.idle_tick_ms, "50");
    assert_string_equal(told.client_idle_ms, "60");
    assert_string_equal(told.disk_free_min, "7");
    assert_string_equal(told.peer_free_min, "8");
}

static void nothing_and_comments_say_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\n\n", "# a comment\n", "{}", "---\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        steme_error error = {0};
        if (parse(texts[i], strlen(texts[i]), &error) == STEME_OK) {
            assert_int_equal(told.peer_count, 0);
            assert_string_equal(told.db, "");
        } else { /* a document of nothing is no mapping, and is told by its line */
            assert_non_null(strstr(error.message, "etc/n.yaml:1: "));
        }
    }
}

static void faults_are_told_by_line(void **state)
{
    (void)state;
    assert_refused("db: x\n\n\npears: [a]\n", "etc/n.yaml:4: unknown key: pears");
    assert_refused("db: x\ntls:\n  cert: a\n  cart: b\n", "etc/n.yaml:4: unknown key: cart");
    assert_refused("db: x\nlisten: a:1\ndb: y\n", "etc/n.yaml:3: given twice: db");
    assert_refused("db:\n", "etc/n.yaml:1: db: a path");
    assert_refused("db: {a: b}\n", "etc/n.yaml:1: db: a path");
    assert_refused("tls: x\n", "etc/n.yaml:1: tls: three paths");
    assert_refused("a\n", "etc/n.yaml:1: keys with values");
    assert_refused("[a, b]\n", "etc/n.yaml:1: keys with values");
    assert_refused("? [a]\n: b\n", "etc/n.yaml:1: ");
    assert_refused("listen: a:1\npeers: [b:1, c:1,\n  here]\n", "etc/n.yaml:3: peers: a list");
    assert_refused("# c\ndb: \"a\\0b\"\n", "etc/n.yaml:2: a text with a zero byte");
    assert_refused("db: x\n \tb: y\n", "etc/n.yaml:2: ");
    assert_refused("db: x\n...\n---\ndb: y\n", "etc/n.yaml:3: a second document");
    assert_refused("db: &a x\ncluster: *a\n", "etc/n.yaml:2: an alias");
    assert_refused("db: x\ncluster: \xc3\x28\n", "etc/n.yaml:2: not UTF-8");
}

static void wrong_types_and_ranges_are_refused(void **state)
{
    (void)state;
    static const char *const values[] = {"-1",
                                         "x",
                                         "[]",
                                         "{}",
                                         "1.5",
                                         "3600001",
                                         "1e3",
                                         "0x10",
                                         "''",
                                         "-18446744073709551615",
                                         "18446744073709551616",
                                         "1 2"};
    static const char *const truths[] = {"yes", "1", "TRUE", "[true]", "''", "on"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char text[64];
        snprintf(text, sizeof text, "db: x\nidle_tick_ms: %s\n", values[i]);
        assert_refused(text, "etc/n.yaml:2: idle_tick_ms: a number of at most 3600000");
    }
    for (size_t i = 0; i < sizeof truths / sizeof truths[0]; i++) {
        char text[64];
        snprintf(text, sizeof text, "db: x\ninsecure: %s\n", truths[i]);
        assert_refused(text, "etc/n.yaml:2: insecure: true or false");
    }
}

/* `head`, `count` times `piece`, `tail`. */
static char *repeat(const char *head, const char *piece, size_t count, const char *tail)
{
    char *text = malloc(strlen(head) + strlen(piece) * count + strlen(tail) + 1);
    assert_non_null(text);
    char *end = stpcpy(text, head);
    for (size_t i = 0; i < count; i++) {
        end = stpcpy(end, piece);
    }
    strcpy(end, tail);
    return text;
}

static void what_is_too_much_is_refused(void **state)
{
    (void)state;
    const struct {
        const char *head, *piece, *tail, *message;
        size_t count;
    } cases[] = {
        {"peers: [", "a:1,", "]\n", "etc/n.yaml:1: peers: a list of at most 32", 33},
        {"cluster: ", "x", "\n", "etc/n.yaml:1: cluster: a name", 65},
        {"listen: ", "x", ":1\n", "etc/n.yaml:1: listen: ", 400},
        {"db: ", "d", "\n", "etc/n.yaml:1: db: a path", 4097},
        {"db: /", "d", "\ntls: {ca: \"\"}\n", "etc/n.yaml:2: ca: a path", 10},
        {"db: ", "d", "\n", "too long", 4096},
        {"#", "#", "\n", "too large", CONFIG_FILE_SIZE_MAX},
        {"db: ", "[", "\n", "nested too deep", 60000},
        {"db: ", "{a: ", "\n", "nested too deep", 15000},
        {"", "- ", "\n", "nested too deep", 30000},
        {"", "? ", "\n", "etc/n.yaml:", 30000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = repeat(cases[i].head, cases[i].piece, cases[i].count, cases[i].tail);
        assert_refused(text, cases[i].message);
        free(text);
    }
}

/* Every beginning, and every byte changed, of a good file: taken or refused, never worse. */
static void damaged_files_do_no_harm(void **state)
{
    (void)state;
    static const char good[] = "db: \"a b\" # c\npeers: [a:1, b:2]\ntls: {cert: x, key: y, ca: z}\n"
                               "insecure: false\nidle_tick_ms: 7\n";
    static const char others[] = "\0\t\n :'\"[]{}&*!|>%@`#,-?\x80\xff"
                                 "0a";
    char text[sizeof good];
    steme_error error;
    for (size_t size = 0; size < sizeof good; size++) {
        (void)!parse(good, size, &error);
    }
    for (size_t i = 0; i + 1 < sizeof good; i++) {
        for (size_t k = 0; k < sizeof others; k++) {
            memcpy(text, good, sizeof good);
            text[i] = others[k];
            if (parse(text, sizeof good - 1, &error) == STEME_OK) {
                assert_true(told.peer_count <= STEME_REPLICA_PEER_COUNT_MAX);
                assert_true(strtoull(told.idle_tick_ms, NULL, 10) <= CONFIG_IDLE_TICK_MS_MAX);
            } else {
                assert_non_null(strstr(error.message, "etc/n.yaml"));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_keys_are_taken),
        cmocka_unit_test(nothing_and_comments_say_nothing),
        cmocka_unit_test(faults_are_told_by_line),
        cmocka_unit_test(wrong_types_and_ranges_are_refused),
        cmocka_unit_test(what_is_too_much_is_refused),
        cmocka_unit_test(damaged_files_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
