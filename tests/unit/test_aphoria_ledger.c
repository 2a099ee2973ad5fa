/* The ledger of a team's decisions: what is appended comes back; the newest line counts wherever it
 * stands; what is altered, signed by others or no decision is counted as a fault and hides no other
 * line; and what cannot be written leaves the file as it was. */
#include "support/folder.h"

#include "aphoria/decisions/ledger.h"
#include "common/text.h"

enum { LINES_MANY = 2000, LINES_BROKEN = 100000 };

typedef struct world {
    test_folder folder;
    steme_key alice;
    steme_key bob;
    project_signer signers[1]; /* alice */
    project of;
} world;

static int begin(void **state)
{
    static world self;
    static const uint8_t seeds[2][32] = {{1}, {2}};
    if (steme_init(NULL) != STEME_OK || freopen("/dev/null", "w", stderr) == NULL)
        return -1;
    folder_make(&self.folder);
    steme_key_from_seed(seeds[0], &self.alice);
    steme_key_from_seed(seeds[1], &self.bob);
    self.signers[0] = (project_signer){"alice", self.alice.agent};
    self.of = (project){.top = self.folder.path,
                        .folder = self.folder.path,
                        .has_folder = 1,
                        .name = "shop",
                        .signers = self.signers,
                        .signer_count = 1};
    *state = &self;
    return 0;
}

static int end(void **state)
{
    world *self = *state;
    chmod(self->folder.path, 0700);
    folder_remove(self->folder.path);
    return 0;
}

static const char *file_of(const world *self)
{
    return folder_join(self->folder.path, "acks.jsonl");
}

static steme_statement decision(const char *subject, const char *reason, steme_text_pair *pair,
                                steme_relation relation)
{
    steme_statement made = {.type = STEME_ASSERTION};
    *pair = (steme_text_pair){text_span("reason"), text_span(reason)};
    made.as.assertion.subject = text_span(subject);
    made.as.assertion.predicate = text_span("aphoria/acknowledged");
    made.as.assertion.relation = relation;
    made.as.assertion.value = (steme_value){.kind = STEME_VALUE_BOOLEAN, .boolean = 1};
    made.as.assertion.confidence_millionths = 1000000;
    made.as.assertion.source_class = STEME_CLASS_EXPERT;
    made.as.assertion.metadata = (steme_metadata){.pairs = pair, .count = 1};
    return made;
}

static int decide_as(const world *self, const steme_key *key, const char *subject,
                     const char *reason)
{
    steme_text_pair pair;
    steme_statement made = decision(subject, reason, &pair, STEME_RELATION_EQUAL);
    return ledger_append(&self->of, LEDGER_ACKS, &made, 1, key);
}

static void decide(const world *self, const char *subject, const char *reason)
{
    assert_true(decide_as(self, &self->alice, subject, reason));
}

static void take_back(const world *self, const char *subject)
{
    steme_text_pair pair;
    steme_statement made = decision(subject, "gone", &pair, STEME_RELATION_NONE);
    assert_true(ledger_append(&self->of, LEDGER_ACKS, &made, 1, &self->alice));
}

static text_buffer contents(const world *self)
{
    text_buffer all = TEXT_EMPTY;
    char part[4096];
    size_t size;
    FILE *file = fopen(file_of(self), "rb");
    assert_non_null(file);
    while ((size = fread(part, 1, sizeof part, file)) > 0)
        text_append_bytes(&all, part, size);
    fclose(file);
    return all;
}

static void put(const world *self, const char *bytes, size_t size)
{
    FILE *file = fopen(file_of(self), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void assert_reason(const world *self, const char *subject, const char *wanted)
{
    ledger read;
    arena memory = ARENA_EMPTY;
    assert_true(ledger_read(&read, &self->of, LEDGER_ACKS));
    const ledger_entry *entry = ledger_find(&read, subject, NULL);
    if (wanted == NULL) {
        assert_null(entry);
    } else {
        assert_non_null(entry);
        assert_string_equal(ledger_text(entry, "reason", &memory), wanted);
        assert_string_equal(entry->signer->name, "alice");
    }
    ledger_close(&read);
    arena_deinit(&memory);
}

static void assert_counts(const world *self, size_t entries, size_t faults)
{
    ledger read;
    assert_true(ledger_read(&read, &self->of, LEDGER_ACKS));
    assert_int_equal(read.count, entries);
    assert_int_equal(read.fault_count, faults);
    ledger_close(&read);
}

static size_t line_count(const world *self)
{
    text_buffer all = contents(self);
    size_t count = 0;
    for (size_t i = 0; i < all.size; i++)
        count += all.bytes[i] == '\n';
    text_deinit(&all);
    return count;
}

/* ---- Cases -------------------------------------------------------------------------------- */

static void what_is_decided_comes_back_and_a_missing_file_is_empty(void **state)
{
    const world *self = *state;
    assert_counts(self, 0, 0);
    decide(self, "finding://shop/b", "two");
    decide(self, "finding://shop/a", "one");
    assert_counts(self, 2, 0);
    assert_reason(self, "finding://shop/a", "one");
    assert_reason(self, "finding://shop/b", "two");
    assert_reason(self, "finding://shop/", NULL);
    assert_reason(self, "finding://shop/c", NULL);
}

static void the_same_words_are_not_said_twice(void **state)
{
    const world *self = *state;
    decide(self, "finding://shop/a", "one");
    decide(self, "finding://shop/a", "one");
    assert_int_equal(line_count(self), 1);
    decide(self, "finding://shop/a", "another");
    assert_int_equal(line_count(self), 2);
}

static void the_newest_counts_in_whatever_order_the_lines_stand(void **state)
{
    const world *self = *state;
    text_buffer turned = TEXT_EMPTY;
    decide(self, "finding://shop/a", "one");
    take_back(self, "finding://shop/a");
    assert_reason(self, "finding://shop/a", NULL);
    decide(self, "finding://shop/a", "again");
    text_buffer all = contents(self);
    for (size_t stop = all.size; stop > 0;) {
        size_t start = stop - 1;
        while (start > 0 && all.bytes[start - 1] != '\n')
            start--;
        text_append_bytes(&turned, all.bytes + start, stop - start);
        stop = start;
    }
    assert_int_equal(turned.size, all.size);
    put(self, turned.bytes, turned.size);
    assert_reason(self, "finding://shop/a", "again");
    text_deinit(&all);
    text_deinit(&turned);
}

static void a_byte_changed_anywhere_is_a_fault_of_its_line_alone(void **state)
{
    const world *self = *state;
    decide(self, "finding://shop/a", "one");
    text_buffer first = contents(self);
    decide(self, "finding://shop/b", "two");
    text_buffer all = contents(self);
    for (size_t i = 0; i + 1 < first.size; i++) {
        char kept = all.bytes[i];
        all.bytes[i] = kept == '0' ? '1' : '0';
        put(self, all.bytes, all.size);
        assert_reason(self, "finding://shop/a", NULL);
        assert_reason(self, "finding://shop/b", "two");
        assert_counts(self, 1, 1);
        all.bytes[i] = kept;
    }
    text_deinit(&first);
    text_deinit(&all);
}

static void a_line_cut_off_is_a_fault_and_the_next_stands_on_its_own(void **state)
{
    const world *self = *state;
    decide(self, "finding://shop/a", "one");
    text_buffer all = contents(self);
    put(self, all.bytes, all.size / 2);
    assert_counts(self, 0, 1);
    decide(self, "finding://shop/b", "two");
    assert_counts(self, 1, 1);
    assert_reason(self, "finding://shop/b", "two");
    text_deinit(&all);
}

static void who_is_no_signer_neither_writes_nor_counts(void **state)
{
    world *self = *state;
    assert_false(decide_as(self, &self->bob, "finding://shop/a", "bob's"));
    assert_int_not_equal(access(file_of(self), F_OK), 0);
    self->signers[0].agent = self->bob.agent;
    assert_true(decide_as(self, &self->bob, "finding://shop/a", "bob's"));
    self->signers[0].agent = self->alice.agent;
    assert_counts(self, 0, 1);
    decide(self, "finding://shop/a", "alice's");
    assert_counts(self, 1, 1);
    assert_reason(self, "finding://shop/a", "alice's");
}

static void replacing_keeps_the_lines_that_say_the_same(void **state)
{
    const world *self = *state;
    steme_text_pair pairs[2];
    decide(self, "finding://shop/b", "two");
    text_buffer before = contents(self);
    decide(self, "finding://shop/z", "gone soon");
    steme_statement now[2] = {
        decision("finding://shop/b", "two", &pairs[0], STEME_RELATION_EQUAL),
        decision("finding://shop/a", "one", &pairs[1], STEME_RELATION_EQUAL),
    };
    assert_true(ledger_replace(&self->of, LEDGER_ACKS, now, 2, &self->alice));
    text_buffer after = contents(self);
    assert_int_equal(line_count(self), 2);
    assert_memory_equal(after.bytes + after.size - before.size, before.bytes, before.size);
    assert_counts(self, 2, 0);
    text_deinit(&before);
    text_deinit(&after);
}

static void links_and_what_is_no_file_are_refused_and_stay(void **state)
{
    const world *self = *state;
    ledger read;
    const char *target = folder_join(self->folder.path, "target");
    assert_int_equal(symlink(target, file_of(self)), 0);
    assert_false(ledger_read(&read, &self->of, LEDGER_ACKS));
    ledger_close(&read);
    assert_false(decide_as(self, &self->alice, "finding://shop/a", "one"));
    assert_int_not_equal(access(target, F_OK), 0);
    assert_int_equal(unlink(file_of(self)), 0);
    assert_int_equal(mkfifo(file_of(self), 0600), 0);
    assert_false(ledger_read(&read, &self->of, LEDGER_ACKS));
    ledger_close(&read);
    assert_int_equal(unlink(file_of(self)), 0);
    assert_int_equal(mkdir(file_of(self), 0700), 0);
    assert_false(ledger_read(&read, &self->of, LEDGER_ACKS));
    ledger_close(&read);
    assert_int_equal(rmdir(file_of(self)), 0);
}

static void a_folder_that_is_not_there_or_not_writable_is_a_report(void **state)
{
    world *self = *state;
    const char *whole = self->of.folder;
    self->of.folder = "/proc/self/no-such-folder";
    assert_false(decide_as(self, &self->alice, "finding://shop/a", "one"));
    self->of.folder = whole;
    if (geteuid() != 0) {
        chmod(self->folder.path, 0500);
        assert_false(decide_as(self, &self->alice, "finding://shop/a", "one"));
        chmod(self->folder.path, 0700);
    }
    self->of.has_folder = 0;
    assert_false(decide_as(self, &self->alice, "finding://shop/a", "one"));
    assert_counts(self, 0, 0);
}

static void many_lines_are_read_good_ones_and_bad_ones(void **state)
{
    const world *self = *state;
    text_buffer all = TEXT_EMPTY;
    steme_text_pair pair;
    static char subjects[LINES_MANY][40];
    static steme_statement made[LINES_MANY];
    for (size_t i = 0; i < LINES_MANY; i++) {
        snprintf(subjects[i], sizeof subjects[i], "finding://shop/%zu", i * 7919 % LINES_MANY);
        made[i] = decision(subjects[i], "one of many", &pair, STEME_RELATION_EQUAL);
    }
    assert_true(ledger_append(&self->of, LEDGER_ACKS, made, LINES_MANY, &self->alice));
    assert_counts(self, LINES_MANY, 0);
    for (size_t i = 0; i < LINES_MANY; i += 97)
        assert_reason(self, subjects[i], "one of many");
    for (size_t i = 0; i < LINES_BROKEN; i++)
        text_append(&all, i % 2 == 0 ? "{\"type\":\"assertion\"\n" : "\xff\xfe\n");
    text_buffer good = contents(self);
    text_append_bytes(&all, good.bytes, good.size);
    put(self, all.bytes, all.size);
    assert_counts(self, LINES_MANY, LINES_BROKEN);
    text_deinit(&good);
    text_deinit(&all);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(what_is_decided_comes_back_and_a_missing_file_is_empty, begin,
                                    end),
    cmocka_unit_test_setup_teardown(the_same_words_are_not_said_twice, begin, end),
    cmocka_unit_test_setup_teardown(the_newest_counts_in_whatever_order_the_lines_stand, begin,
                                    end),
    cmocka_unit_test_setup_teardown(a_byte_changed_anywhere_is_a_fault_of_its_line_alone, begin,
                                    end),
    cmocka_unit_test_setup_teardown(a_line_cut_off_is_a_fault_and_the_next_stands_on_its_own, begin,
                                    end),
    cmocka_unit_test_setup_teardown(who_is_no_signer_neither_writes_nor_counts, begin, end),
    cmocka_unit_test_setup_teardown(replacing_keeps_the_lines_that_say_the_same, begin, end),
    cmocka_unit_test_setup_teardown(links_and_what_is_no_file_are_refused_and_stay, begin, end),
    cmocka_unit_test_setup_teardown(a_folder_that_is_not_there_or_not_writable_is_a_report, begin,
                                    end),
    cmocka_unit_test_setup_teardown(many_lines_are_read_good_ones_and_bad_ones, begin, end),
};

TEST_MAIN(tests)
