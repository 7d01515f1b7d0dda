/* SPDX-License-Identifier: Apache-2.0
 *
 * A writer of moves that is killed at any moment: what it was told is done is there, a batch is
 * there whole or not at all, and the log, read from its beginning, tells exactly what stands. The
 * moments are drawn from a seed that is printed; SIGNPOST_KILLS asks for more, SIGNPOST_SEED for
 * the same again.
 */
#include "store/testing_kill.h"

#include <sys/wait.h>

#include "store/store_move.h"

enum {
    KILLS = 40,
    KEYS = 40,
    CHANGES = 7,      /* of a batch */
    ALIVE_US = 30000, /* at most */
};

static struct sp_store *open_store(const struct testing_place *place, enum sp_store_mode mode)
{
    const struct sp_store_options options = {.mode = mode};
    struct sp_store *store = NULL;
    struct sp_store_problem problem;
    return sp_store_open(sp_span_of(place->spec), &options, &store, &problem) == SP_OK ? store
                                                                                       : NULL;
}

/* One change: puts or removes a key; `batch` is told by the Call-ID of all that it writes. */
static enum sp_err change(struct sp_move_batch *batch, struct sp_random *random, const char *id)
{
    char key[32];
    const struct sp_audit_note note = {.act = SP_AUDIT_CHANGED, .why = sp_span_of(id)};
    (void)snprintf(key, sizeof key, "%u@example.com", (unsigned)sp_random_below(random, KEYS));
    struct sp_move move = {.key = sp_span_of(key),
                           .state = (enum sp_move_state)sp_random_below(random, 2),
                           .code = 301,
                           .call_id = sp_span_of(id),
                           .target_count = 1};
    move.target[0] = (struct sp_route_target){.uri = SP_SPAN("sip:b@x.example"), .q = 1000};
    if (sp_random_below(random, 3) > 0)
        return sp_move_batch_put(batch, &move, &note);
    const enum sp_err err =
        sp_move_batch_remove(batch, move.key, move.state == SP_MOVE_SUGGESTED, &note);
    return err == SP_ERR_ABSENT ? sp_move_batch_put(batch, &move, &note) : err;
}

/* Commits batches until it dies, and tells each that is done. */
static void write_until_killed(const struct testing_place *place, struct sp_random *random,
                               int done)
{
    struct sp_store *store = open_store(place, SP_STORE_WRITE);
    for (uint64_t i = 0; store != NULL; i++) {
        struct sp_move_batch *batch = NULL;
        char id[32];
        (void)snprintf(id, sizeof id, "%ld-%llu", (long)getpid(), (unsigned long long)i);
        enum sp_err err = sp_move_batch_begin(store, &batch);
        for (int n = 0; n < CHANGES && err == SP_OK; n++)
            err = change(batch, random, id);
        err = sp_move_batch_end(&batch, err);
        if (err != SP_OK || write(done, &i, sizeof i) != (ssize_t)sizeof i)
            break;
    }
    _exit(1);
}

/* How many batches were told to be done before the writer was killed. */
static uint64_t kill_a_writer(const struct testing_place *place, struct sp_random *random)
{
    int ends[2];
    uint64_t done = 0;
    uint64_t told = 0;
    int status = 0;
    const uint64_t moment = 1 + sp_random_below(random, ALIVE_US);
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        testing_die_after(moment);
        write_until_killed(place, random, ends[1]);
    }
    close(ends[1]);
    while (read(ends[0], &told, sizeof told) == (ssize_t)sizeof told)
        done = told + 1;
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) || done > 0);
    return done;
}

/* What the log says that stands: a bit a key and shelf. */
struct told {
    uint64_t lines;
    bool stands[2][KEYS];
};

static void read_log(struct sp_store_reader *reader, struct told *told)
{
    struct sp_audit_cursor *cursor = NULL;
    struct sp_audit line;
    assert_int_equal(sp_audit_cursor_open(reader, 0, &cursor), SP_OK);
    for (; sp_audit_cursor_next(cursor, &line) == SP_OK; told->lines++) {
        struct sp_move move;
        const unsigned long key = strtoul(line.key.ptr, NULL, 10);
        assert_int_equal(line.sequence, told->lines + 1);
        assert_true(key < KEYS);
        assert_int_equal(sp_move_decode(line.after.len > 0 ? line.after : line.before, &move),
                         SP_OK);
        const bool is_suggestion = move.state == SP_MOVE_SUGGESTED;
        assert_int_equal(told->stands[is_suggestion][key], line.before.len > 0);
        told->stands[is_suggestion][key] = line.after.len > 0;
    }
    sp_audit_cursor_close(&cursor);
}

static uint64_t check_store(const struct testing_place *place)
{
    struct told told = {.lines = 0};
    struct sp_store_reader *reader = NULL;
    struct sp_move_cursor *cursor = NULL;
    struct sp_move move;
    uint64_t counts[2] = {0, 0};
    struct sp_store *store = open_store(place, SP_STORE_READ);
    if (store == NULL)
        return 0; /* killed before there was one */
    assert_int_equal(sp_store_reader_new(store, &reader), SP_OK);
    read_log(reader, &told);
    assert_int_equal(told.lines % CHANGES, 0);
    for (size_t shelf = 0; shelf < 2; shelf++) {
        assert_int_equal(sp_move_cursor_open(reader, shelf == 1, sp_span_absent(), &cursor), SP_OK);
        for (; sp_move_cursor_next(cursor, &move) == SP_OK; counts[shelf]++) {
            bool *const stands = &told.stands[shelf][strtoul(move.key.ptr, NULL, 10)];
            assert_true(*stands);
            *stands = false;
        }
        sp_move_cursor_close(&cursor);
    }
    for (size_t i = 0; i < KEYS; i++)
        assert_false(told.stands[0][i] || told.stands[1][i]);
    const struct sp_moves_state state = sp_store_moves_state(reader);
    assert_int_equal(state.moves, counts[0]);
    assert_int_equal(state.suggestions, counts[1]);
    assert_int_equal(state.audits, told.lines);
    sp_store_reader_free(&reader);
    sp_store_close(&store);
    return told.lines / CHANGES;
}

static void a_killed_writer_leaves_what_it_said_and_no_half_batch(void **state)
{
    const struct testing_place *place = *state;
    const unsigned long kills = testing_number("SIGNPOST_KILLS", KILLS);
    struct sp_random random;
    uint64_t batches = 0;
    testing_seed(&random);
    for (unsigned long i = 0; i < kills; i++) {
        const uint64_t done = kill_a_writer(place, &random);
        const uint64_t there = check_store(place);
        /* One may have been committed and not told. */
        assert_true(there == batches + done || there == batches + done + 1);
        batches = there;
        random.count += 1000; /* the child drew from a copy */
    }
    print_message("%lu kills, %lu batches\n", kills, (unsigned long)batches);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_killed_writer_leaves_what_it_said_and_no_half_batch,
                                        testing_set_up, testing_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
