/* SPDX-License-Identifier: Apache-2.0
 *
 * The keeper: records in their file, changes in the journal, a file that is moved away, no room.
 */
#include "server/session_keeper.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64], cdr[128], journal[128], moved[128];
static struct sp_loop *loop;
static struct sp_log log_;
static struct sp_session_keeper *keeper;
static int rewrites;
static bool is_whole;

static void ignore_line(void *context, enum sp_log_level level, struct sp_span line)
{
    (void)context;
    (void)level;
    (void)line;
}

static bool rewrite(void *context, struct sp_journal *into)
{
    (void)context;
    rewrites++;
    assert_int_equal(sp_journal_put(into, SP_SPAN("stands"), SP_SPAN("1")), SP_OK);
    return is_whole;
}

static void open_keeper(void)
{
    struct sp_journal_problem problem = {""};
    const struct sp_session_keeper_options options = {
        .loop = loop,
        .log = &log_,
        .cdr = sp_span_of(cdr),
        .journal = journal,
        .rewrite = rewrite,
    };
    assert_int_equal(sp_session_keeper_new(&options, &problem, &keeper), SP_OK);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/signpost-keeper.XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(cdr, sizeof cdr, "%s/calls.jsonl", folder);
    snprintf(moved, sizeof moved, "%s/calls.jsonl.1", folder);
    snprintf(journal, sizeof journal, "%s/sessions", folder);
    sp_log_init(&log_, SP_LOG_ERROR, ignore_line, NULL);
    assert_int_equal(sp_loop_new(&loop), SP_OK);
    rewrites = 0;
    is_whole = true;
    open_keeper();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sp_session_keeper_free(&keeper);
    sp_loop_free(&loop);
    unlink(cdr);
    unlink(moved);
    unlink(journal);
    return rmdir(folder);
}

static void expect_file(const char *path, const char *text)
{
    char read[256] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    read[fread(read, 1, sizeof read - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(read, text);
}

static void put(const char *key, const char *value)
{
    assert_int_equal(sp_session_keeper_keep(keeper, sp_span_of(key), sp_span_of(value)), SP_OK);
}

static void records_are_appended_and_the_file_may_move(void **state)
{
    (void)state;
    assert_int_equal(sp_session_keeper_record(keeper, SP_SPAN("one\n")), SP_OK);
    assert_int_equal(sp_session_keeper_record(keeper, SP_SPAN("two\n")), SP_OK);
    sp_session_keeper_flush(keeper);
    expect_file(cdr, "one\ntwo\n");
    assert_int_equal(rename(cdr, moved), 0);
    sp_session_keeper_reopen(keeper);
    assert_int_equal(sp_session_keeper_record(keeper, SP_SPAN("three\n")), SP_OK);
    sp_session_keeper_free(&keeper); /* writes what waits */
    expect_file(cdr, "three\n");
    expect_file(moved, "one\ntwo\n");
    open_keeper();
}

static void limit_files(rlim_t octets)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = octets;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_disk_that_was_full_costs_one_record(void **state)
{
    (void)state;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    limit_files(2);
    assert_int_equal(sp_session_keeper_record(keeper, SP_SPAN("one\n")), SP_OK);
    sp_session_keeper_flush(keeper);
    limit_files(before.rlim_cur);
    assert_int_equal(sp_session_keeper_record(keeper, SP_SPAN("two\n")), SP_OK);
    sp_session_keeper_flush(keeper);
    expect_file(cdr, "on\ntwo\n");
    assert_int_equal(sp_session_keeper_metrics(keeper)->value[SP_METRIC_RECORDS_LOST], 1);
}

static void changes_are_in_the_journal_in_their_order(void **state)
{
    (void)state;
    struct sp_journal_entry entry;
    static const char *const want[] = {"a=1", "b=2", "a=3", "b=", "d=6", "c="};
    put("a", "1");
    put("b", "2");
    sp_session_keeper_flush(keeper);
    put("c", "4"); /* of the changes to one call the last counts, and the others are not written */
    put("a", "2");
    put("a", "3");
    put("b", "");
    put("d", "6");
    put("c", "5");
    put("c", "");
    sp_session_keeper_free(&keeper);
    open_keeper();
    struct sp_journal *kept = sp_session_keeper_journal(keeper);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        char got[64];
        assert_int_equal(sp_journal_next(kept, &entry), SP_OK);
        snprintf(got, sizeof got, "%.*s=%.*s", (int)entry.key.len, entry.key.ptr,
                 (int)entry.value.len, entry.value.ptr);
        assert_string_equal(got, want[i]);
    }
    assert_int_equal(sp_journal_next(kept, &entry), SP_ERR_ABSENT);
}

static void a_journal_that_has_grown_is_written_anew(void **state)
{
    (void)state;
    static char value[8000];
    memset(value, 'x', sizeof value - 1);
    for (int i = 0; i < 400; i++) {
        put("a", value);
        sp_session_keeper_flush(keeper);
    }
    assert_true(rewrites >= 1);
    sp_session_keeper_free(&keeper);
    FILE *file = fopen(journal, "r");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    assert_true(ftell(file) < 400 * 8000);
    fclose(file);
    open_keeper();
}

/* As when a worker has ended and can't say which calls it has. */
static void a_rewrite_that_is_not_whole_leaves_the_old_journal(void **state)
{
    (void)state;
    static char value[8000];
    struct sp_journal_entry entry;
    int changes = 0;
    memset(value, 'x', sizeof value - 1);
    is_whole = false;
    for (int i = 0; i < 200; i++) {
        put("a", value);
        sp_session_keeper_flush(keeper);
    }
    assert_true(rewrites >= 1);
    sp_session_keeper_free(&keeper);
    open_keeper();
    while (sp_journal_next(sp_session_keeper_journal(keeper), &entry) == SP_OK) {
        assert_true(sp_span_equal(entry.key, SP_SPAN("a")));
        changes++;
    }
    assert_int_equal(changes, 200);
}

static void what_finds_no_room_is_counted(void **state)
{
    (void)state;
    static char value[8000];
    memset(value, 'x', sizeof value - 1);
    enum sp_err err = SP_OK;
    int count = 0;
    while ((err = sp_session_keeper_keep(keeper, SP_SPAN("a"), sp_span_of(value))) == SP_OK)
        count++;
    assert_int_equal(err, SP_ERR_FULL);
    assert_true(count > 400 && count < 600); /* 4 MiB */
    sp_session_keeper_flush(keeper);
    assert_int_equal(sp_session_keeper_metrics(keeper)->value[SP_METRIC_RECORDS_LOST], 1);
    put("b", "1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_are_appended_and_the_file_may_move, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_disk_that_was_full_costs_one_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changes_are_in_the_journal_in_their_order, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_journal_that_has_grown_is_written_anew, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_rewrite_that_is_not_whole_leaves_the_old_journal, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_finds_no_room_is_counted, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
