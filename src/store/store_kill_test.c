/* SPDX-License-Identifier: Apache-2.0
 *
 * Processes that die and disks that fill: an import that is killed at any moment leaves the old
 * table or the new one, whole; one that cannot write leaves the old one; and a reader in another
 * process finds every address all the while. The moments are drawn from a seed that is printed;
 * SIGNPOST_KILLS asks for more than a hundred, SIGNPOST_SEED for the same again.
 */
#include "store/testing_kill.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "store/import.h"
#include "store/spool.h"

enum {
    ROWS = 3000,
    KILLS = 100,
    LONGEST_S = 60, /* an import, on a machine under load */
};

/* A file whose every row tells the version. */
static int file_of_version(unsigned version)
{
    FILE *const unnamed = tmpfile();
    const int file = dup(fileno(unnamed));
    fclose(unnamed);
    FILE *out = fdopen(dup(file), "w");
    fputs("from,code,to\n", out);
    for (unsigned i = 0; i < ROWS; i++)
        fprintf(out, "sip:%u@example.com,301,sip:%u@%u.example\n", i * 7919 % ROWS, i, version);
    fclose(out);
    lseek(file, 0, SEEK_SET);
    return file;
}

/* Imports a version and flips to it, in whatever process this is. */
static bool import_version(const struct testing_place *place, unsigned version)
{
    const struct sp_store_options store_options = {.mode = SP_STORE_WRITE};
    struct sp_store *store = NULL;
    struct sp_import *import = NULL;
    struct sp_store_problem problem;
    struct sp_import_summary summary;
    const struct sp_import_options options = {.table = SP_SPAN("main"),
                                              .name = "moved.csv",
                                              .file = file_of_version(version),
                                              .memory = SP_SPOOL_MEMORY_MIN};
    if (sp_store_open(sp_span_of(place->spec), &store_options, &store, &problem) != SP_OK)
        return false;
    enum sp_err err = sp_import_new(store, &options, &import, &problem);
    if (err == SP_OK) {
        do
            err = sp_import_step(import);
        while (err == SP_PARTIAL);
        sp_import_summary(import, &summary);
        sp_import_free(&import);
    }
    if (err == SP_OK)
        err = sp_store_flip(store, options.table, summary.generation);
    close(options.file);
    sp_store_close(&store);
    return err == SP_OK;
}

/* Which version the store holds; fails unless it is one, whole. */
static unsigned version_of(const struct testing_place *place)
{
    const struct sp_store_options options = {.mode = SP_STORE_READ};
    struct sp_store *store = NULL;
    struct sp_store_reader *reader = NULL;
    struct sp_route_cursor *cursor = NULL;
    struct sp_store_problem problem;
    struct sp_route route;
    unsigned version = 0;
    unsigned rows = 0;
    assert_int_equal(sp_store_open(sp_span_of(place->spec), &options, &store, &problem), SP_OK);
    assert_int_equal(sp_store_reader_new(store, &reader), SP_OK);
    assert_int_equal(sp_route_cursor_open(reader, SP_SPAN("main"), sp_span_absent(), &cursor),
                     SP_OK);
    for (; sp_route_cursor_next(cursor, &route) == SP_OK; rows++) {
        const struct sp_span uri = route.target[0].uri;
        const unsigned seen =
            (unsigned)strtoul(uri.ptr + sp_span_find(uri, '@') + 1, NULL, 10); /* "N@V.example" */
        if (rows == 0)
            version = seen;
        assert_int_equal(seen, version);
    }
    assert_int_equal(rows, ROWS);
    sp_route_cursor_close(&cursor);
    sp_store_reader_free(&reader);
    sp_store_close(&store);
    return version;
}

static size_t count_generations(const struct testing_place *place)
{
    size_t count = 0;
    DIR *folder = opendir(place->folder);
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder))
        count += strncmp(entry->d_name, "routes-", 7) == 0;
    closedir(folder);
    return count;
}

/* How long a whole import takes here, in microseconds, by a timer that never comes to its end. */
static uint64_t time_import(const struct testing_place *place, unsigned version)
{
    const struct itimerval start = {.it_value = {.tv_sec = LONGEST_S}};
    const struct itimerval off = {.it_value = {.tv_sec = 0}};
    struct itimerval left;
    setitimer(ITIMER_REAL, &start, NULL);
    assert_true(import_version(place, version));
    getitimer(ITIMER_REAL, &left);
    setitimer(ITIMER_REAL, &off, NULL);
    return (uint64_t)LONGEST_S * 1000000 -
           ((uint64_t)left.it_value.tv_sec * 1000000 + (uint64_t)left.it_value.tv_usec);
}

/* Runs an import in a process that is killed after some microseconds, wherever it is then. */
static void import_until(const struct testing_place *place, unsigned version, uint64_t moment_us)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        testing_die_after(moment_us);
        _exit(import_version(place, version) ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
}

static void a_killed_import_leaves_the_old_table_or_the_new_one(void **state)
{
    const struct testing_place *place = *state;
    const unsigned long kills = testing_number("SIGNPOST_KILLS", KILLS);
    struct sp_random random;
    unsigned old = 1;
    unsigned flips = 0;
    testing_seed(&random);
    const uint64_t moment_max_us = time_import(place, old) * 3 / 2; /* some end before it comes */
    for (unsigned long i = 0; i < kills; i++) {
        const unsigned tried = (unsigned)(i + 2);
        import_until(place, tried, 1 + sp_random_below(&random, moment_max_us));
        const unsigned now = version_of(place);
        assert_true(now == old || now == tried);
        flips += now == tried;
        old = now;
    }
    print_message("%lu imports, %u ended before they were killed\n", kills, flips);
    assert_true(import_version(place, 999999));
    assert_int_equal(version_of(place), 999999);
    assert_int_equal(count_generations(place), 2); /* this one and the one before; no leftovers */
}

/* Looks addresses up until the pipe closes. Answers how often one was not found. */
static int look_up_until(const struct testing_place *place, int end)
{
    const struct sp_store_options options = {.mode = SP_STORE_READ};
    struct sp_store *store = NULL;
    struct sp_store_reader *reader = NULL;
    struct sp_store_problem problem;
    int missed = 0;
    if (sp_store_open(sp_span_of(place->spec), &options, &store, &problem) != SP_OK ||
        sp_store_reader_new(store, &reader) != SP_OK)
        return 100;
    fcntl(end, F_SETFL, O_NONBLOCK);
    char octet = 0;
    bool is_new_seen = false;
    for (unsigned i = 0; read(end, &octet, 1) != 0 || !is_new_seen; i++) {
        char address[32];
        struct sp_uri_key key;
        struct sp_route_match match;
        (void)snprintf(address, sizeof address, "%u@example.com", i % ROWS);
        testing_key(&key, address);
        missed += sp_store_reader_renew(reader) != SP_OK;
        if (sp_store_find_route(reader, &key, &match) != SP_OK)
            missed++;
        else
            is_new_seen = sp_span_find(match.route.target[0].uri, '4') <
                          match.route.target[0].uri.len; /* the last version is 444 */
    }
    sp_store_reader_free(&reader);
    sp_store_close(&store);
    return missed < 100 ? missed : 99;
}

static void a_reader_in_another_process_misses_nothing_and_sees_the_last_flip(void **state)
{
    const struct testing_place *place = *state;
    int ends[2];
    assert_true(import_version(place, 111));
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[1]);
        alarm(60);
        _exit(look_up_until(place, ends[0]));
    }
    close(ends[0]);
    assert_true(import_version(place, 222));
    assert_true(import_version(place, 333));
    assert_true(import_version(place, 444));
    close(ends[1]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_file_that_cannot_grow_leaves_the_old_table(void **state)
{
    const struct testing_place *place = *state;
    assert_true(import_version(place, 5));
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit limit = {64 * 1024, 64 * 1024};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        _exit(import_version(place, 6) ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_int_equal(version_of(place), 5);
    assert_int_equal(count_generations(place), 1);
}

static void a_second_writer_is_told_who_holds_the_store(void **state)
{
    const struct testing_place *place = *state;
    const struct sp_store_options write_options = {.mode = SP_STORE_WRITE};
    const struct sp_store_options build_options = {.mode = SP_STORE_BUILD};
    struct sp_store *store = NULL;
    struct sp_store *second = NULL;
    struct sp_store_problem problem;
    char wanted[256];
    const struct sp_span spec = sp_span_of(place->spec);
    assert_int_equal(sp_store_open(spec, &build_options, &store, &problem), SP_ERR_ABSENT);
    assert_int_equal(sp_store_open(spec, &write_options, &store, &problem), SP_OK);
    assert_int_equal(sp_store_open(spec, &write_options, &second, &problem), SP_ERR_BUSY);
    (void)snprintf(wanted, sizeof wanted,
                   "the store %s is held by process %ld; ask that one, or end it first",
                   place->folder, (long)getpid());
    assert_string_equal(problem.text, wanted);
    sp_store_close(&store);
    assert_int_equal(sp_store_open(spec, &write_options, &second, &problem), SP_OK);
    sp_store_close(&second);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, testing_set_up, testing_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_killed_import_leaves_the_old_table_or_the_new_one),
        CASE(a_reader_in_another_process_misses_nothing_and_sees_the_last_flip),
        CASE(a_file_that_cannot_grow_leaves_the_old_table),
        CASE(a_second_writer_is_told_who_holds_the_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
