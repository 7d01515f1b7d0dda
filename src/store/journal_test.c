/* SPDX-License-Identifier: Apache-2.0
 *
 * The journal: what was committed stands when it is opened again, whatever was torn behind it.
 */
#include "store/testing.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

#include "store/journal.h"

struct fixture {
    char folder[64];
    char path[128];
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    testing_folder(fixture->folder);
    snprintf(fixture->path, sizeof fixture->path, "%s/journal", fixture->folder);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    testing_remove(fixture->folder);
    free(fixture);
    return 0;
}

static struct sp_journal *open_journal(const struct fixture *fixture)
{
    struct sp_journal_problem problem;
    struct sp_journal *journal = NULL;
    assert_int_equal(sp_journal_open(fixture->path, &journal, &problem), SP_OK);
    return journal;
}

static void put(struct sp_journal *journal, const char *key, const char *value)
{
    assert_int_equal(sp_journal_put(journal, sp_span_of(key), sp_span_of(value)), SP_OK);
}

/* All changes as "a=1 b=2 -a ". */
static void read_all(struct sp_journal *journal, char *text, size_t max)
{
    struct sp_journal_entry entry;
    size_t len = 0;
    text[0] = '\0';
    while (sp_journal_next(journal, &entry) == SP_OK)
        len += (size_t)snprintf(text + len, max - len, "%s%.*s%s%.*s ", entry.is_removed ? "-" : "",
                                (int)entry.key.len, entry.key.ptr, entry.is_removed ? "" : "=",
                                (int)entry.value.len, entry.value.ptr);
}

/* Opened, and what stands in it passed over. */
static struct sp_journal *open_read(const struct fixture *fixture)
{
    char text[512];
    struct sp_journal *journal = open_journal(fixture);
    read_all(journal, text, sizeof text);
    return journal;
}

static void expect(const struct fixture *fixture, const char *changes, uint64_t dropped)
{
    char text[512];
    struct sp_journal *journal = open_journal(fixture);
    read_all(journal, text, sizeof text);
    assert_string_equal(text, changes);
    assert_int_equal(sp_journal_dropped(journal), dropped);
    sp_journal_close(&journal);
}

static void write_three(const struct fixture *fixture)
{
    struct sp_journal *journal = open_read(fixture);
    put(journal, "a", "1");
    put(journal, "b", "22");
    assert_int_equal(sp_journal_commit(journal), SP_OK);
    assert_int_equal(sp_journal_remove(journal, SP_SPAN("a")), SP_OK);
    assert_int_equal(sp_journal_commit(journal), SP_OK);
    sp_journal_close(&journal);
}

static void what_was_committed_is_read_again_in_order(void **state)
{
    const struct fixture *fixture = *state;
    expect(fixture, "", 0);
    write_three(fixture);
    expect(fixture, "a=1 b=22 -a ", 0);
}

static void what_was_not_committed_is_not_there(void **state)
{
    const struct fixture *fixture = *state;
    write_three(fixture);
    struct sp_journal *journal = open_read(fixture);
    put(journal, "c", "3");
    sp_journal_close(&journal);
    expect(fixture, "a=1 b=22 -a ", 0);
}

static size_t read_file(const char *path, char *octets, size_t max)
{
    const int file = open(path, O_RDONLY);
    assert_true(file >= 0);
    const ssize_t len = read(file, octets, max);
    close(file);
    assert_true(len >= 0);
    return (size_t)len;
}

static void write_file(const char *path, const char *octets, size_t len)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, octets, len), (ssize_t)len);
    close(file);
}

/* Cut at every octet: a beginning of the changes is there, and what is put next follows it. */
static void a_torn_end_is_cut_off_at_the_last_whole_change(void **state)
{
    const struct fixture *fixture = *state;
    static const char *const all[] = {"", "a=1 ", "a=1 b=22 ", "a=1 b=22 -a "};
    const size_t ends[] = {16, 33, 51, 67};
    char octets[256];
    char text[256];
    char wanted[256];
    write_three(fixture);
    const size_t len = read_file(fixture->path, octets, sizeof octets);
    assert_int_equal(len, ends[3]);
    for (size_t cut = 0; cut <= len; cut++) {
        size_t whole = 3;
        while (whole > 0 && ends[whole] > cut)
            whole--;
        write_file(fixture->path, octets, cut);
        struct sp_journal *journal = open_journal(fixture);
        read_all(journal, text, sizeof text);
        assert_string_equal(text, all[whole]);
        put(journal, "z", "9");
        assert_int_equal(sp_journal_commit(journal), SP_OK);
        sp_journal_close(&journal);
        snprintf(wanted, sizeof wanted, "%sz=9 ", all[whole]);
        expect(fixture, wanted, 0);
    }
}

/* Whichever octet is changed: nothing is read that was not written. */
static void a_changed_octet_ends_the_reading_before_its_change(void **state)
{
    const struct fixture *fixture = *state;
    static const char whole[] = "a=1 b=22 -a ";
    char octets[256];
    char text[256];
    write_three(fixture);
    const size_t len = read_file(fixture->path, octets, sizeof octets);
    for (size_t at = 16; at < len; at++) {
        octets[at] ^= 0x10;
        write_file(fixture->path, octets, len);
        struct sp_journal *journal = open_journal(fixture);
        read_all(journal, text, sizeof text);
        assert_true(strlen(text) < strlen(whole));
        assert_memory_equal(text, whole, strlen(text));
        assert_true(sp_journal_dropped(journal) > 0);
        sp_journal_close(&journal);
        octets[at] ^= 0x10;
    }
}

static void another_file_is_refused_and_stays_as_it_is(void **state)
{
    const struct fixture *fixture = *state;
    static const char other[] = "signpost jrnl 2\n and more";
    struct sp_journal_problem problem;
    struct sp_journal *journal;
    char octets[64];
    write_file(fixture->path, other, sizeof other);
    assert_int_equal(sp_journal_open(fixture->path, &journal, &problem), SP_ERR_SYNTAX);
    assert_non_null(strstr(problem.text, "no journal"));
    assert_int_equal(read_file(fixture->path, octets, sizeof octets), sizeof other);
    assert_memory_equal(octets, other, sizeof other);
}

static void what_is_too_long_or_too_much_is_refused(void **state)
{
    const struct fixture *fixture = *state;
    static char octets[SP_JOURNAL_VALUE_MAX + 1];
    const struct sp_span longest = sp_span(octets, SP_JOURNAL_VALUE_MAX);
    size_t count = 0;
    struct sp_journal *journal = open_read(fixture);
    assert_int_equal(sp_journal_put(journal, SP_SPAN("k"), sp_span(octets, sizeof octets)),
                     SP_ERR_RANGE);
    assert_int_equal(sp_journal_put(journal, sp_span(octets, SP_JOURNAL_KEY_MAX + 1), SP_SPAN("v")),
                     SP_ERR_RANGE);
    while (sp_journal_put(journal, SP_SPAN("k"), longest) == SP_OK)
        count++;
    assert_int_equal(count, SP_JOURNAL_WAITING_MAX / (SP_JOURNAL_VALUE_MAX + 16));
    assert_int_equal(sp_journal_put(journal, SP_SPAN("k"), longest), SP_ERR_FULL);
    assert_int_equal(sp_journal_commit(journal), SP_OK);
    assert_int_equal(sp_journal_put(journal, SP_SPAN("k"), longest), SP_OK);
    sp_journal_close(&journal);
}

static void a_rewrite_leaves_what_stands_and_nothing_else(void **state)
{
    const struct fixture *fixture = *state;
    write_three(fixture);
    struct sp_journal *journal = open_read(fixture);
    const uint64_t before = sp_journal_size(journal);
    assert_int_equal(sp_journal_rewrite_begin(journal), SP_OK);
    put(journal, "b", "22");
    assert_int_equal(sp_journal_rewrite_end(journal), SP_OK);
    assert_true(sp_journal_size(journal) < before);
    put(journal, "c", "3");
    assert_int_equal(sp_journal_commit(journal), SP_OK);
    sp_journal_close(&journal);
    expect(fixture, "b=22 c=3 ", 0);
}

static void a_rewrite_that_was_not_ended_changes_nothing(void **state)
{
    const struct fixture *fixture = *state;
    write_three(fixture);
    struct sp_journal *journal = open_read(fixture);
    assert_int_equal(sp_journal_rewrite_begin(journal), SP_OK);
    put(journal, "x", "1");
    assert_int_equal(sp_journal_commit(journal), SP_OK);
    sp_journal_close(&journal);
    expect(fixture, "a=1 b=22 -a ", 0);
}

static void a_long_file_of_few_values_wants_a_rewrite(void **state)
{
    const struct fixture *fixture = *state;
    static char octets[SP_JOURNAL_VALUE_MAX];
    struct sp_journal *journal = open_read(fixture);
    while (!sp_journal_wants_rewrite(journal)) {
        assert_true(sp_journal_size(journal) <= 2 * SP_JOURNAL_REWRITE_MIN);
        assert_int_equal(sp_journal_put(journal, SP_SPAN("k"), sp_span(octets, sizeof octets)),
                         SP_OK);
        assert_int_equal(sp_journal_commit(journal), SP_OK);
    }
    assert_true(sp_journal_size(journal) > SP_JOURNAL_REWRITE_MIN);
    sp_journal_close(&journal);
}

/* Commits numbers one after the other and tells each that was committed, until it is killed. */
static void write_until_killed(const struct fixture *fixture, int told)
{
    struct sp_journal *journal = open_read(fixture);
    for (uint32_t number = 0;; number++) {
        if (sp_journal_put(journal, SP_SPAN("n"), sp_span((char *)&number, sizeof number)) !=
                SP_OK ||
            sp_journal_commit(journal) != SP_OK ||
            write(told, &number, sizeof number) != sizeof number)
            _exit(1);
    }
}

static void what_was_told_is_there_after_kill_9(void **state)
{
    const struct fixture *fixture = *state;
    struct sp_journal_entry entry;
    uint32_t told = 0;
    uint32_t read_number = 0;
    uint32_t expected = 0;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0)
        write_until_killed(fixture, ends[1]);
    close(ends[1]);
    for (int i = 0; i < 50; i++)
        assert_int_equal(read(ends[0], &told, sizeof told), sizeof told);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    while (read(ends[0], &told, sizeof told) == sizeof told)
        continue;
    close(ends[0]);
    struct sp_journal *journal = open_journal(fixture);
    while (sp_journal_next(journal, &entry) == SP_OK) {
        assert_int_equal(entry.value.len, sizeof read_number);
        memcpy(&read_number, entry.value.ptr, sizeof read_number);
        assert_int_equal(read_number, expected++);
    }
    assert_true(expected > told);
    sp_journal_close(&journal);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_was_committed_is_read_again_in_order),
        CASE(what_was_not_committed_is_not_there),
        CASE(a_torn_end_is_cut_off_at_the_last_whole_change),
        CASE(a_changed_octet_ends_the_reading_before_its_change),
        CASE(another_file_is_refused_and_stays_as_it_is),
        CASE(what_is_too_long_or_too_much_is_refused),
        CASE(a_rewrite_leaves_what_stands_and_nothing_else),
        CASE(a_rewrite_that_was_not_ended_changes_nothing),
        CASE(a_long_file_of_few_values_wants_a_rewrite),
        CASE(what_was_told_is_there_after_kill_9),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
