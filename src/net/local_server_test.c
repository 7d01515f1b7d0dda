/* SPDX-License-Identifier: Apache-2.0
 *
 * Both ends of the Unix socket, the asking one in a thread of its own.
 */
#include "net/local_server.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "net/local_client.h"

struct fixture {
    char folder[64];
    char path[96];
    struct sp_loop *loop;
    struct sp_local_server *server;
    unsigned asked, wanted;
    enum sp_err err; /* of the last question */
    char answer[128];
};

static void shout(void *context, struct sp_span question, struct sp_writer *answer)
{
    struct fixture *fixture = context;
    sp_write_text(answer, "you said ");
    sp_write_span(answer, question);
    if (++fixture->asked == fixture->wanted)
        sp_loop_stop(fixture->loop);
}

static void *ask(void *context)
{
    struct fixture *fixture = context;
    for (unsigned i = 0; i < fixture->wanted; i++) {
        struct sp_writer writer;
        sp_writer_init(&writer, fixture->answer, sizeof fixture->answer);
        fixture->err =
            sp_local_ask(fixture->path, SP_SPAN("{\"ask\":\"status\"}"), SP_LOCAL_WAIT_MS, &writer);
        fixture->answer[writer.len] = '\0';
    }
    return NULL;
}

static void open_server(struct fixture *fixture)
{
    *fixture = (struct fixture){.folder = "/tmp/signpost-XXXXXX", .wanted = 3};
    assert_non_null(mkdtemp(fixture->folder));
    (void)snprintf(fixture->path, sizeof fixture->path, "%s/control", fixture->folder);
    assert_int_equal(sp_loop_new(&fixture->loop), SP_OK);
    assert_int_equal(
        sp_local_server_open(fixture->loop, fixture->path, shout, fixture, &fixture->server),
        SP_OK);
}

static void close_server(struct fixture *fixture)
{
    sp_local_server_close(&fixture->server);
    sp_loop_free(&fixture->loop);
    assert_int_equal(rmdir(fixture->folder), 0);
}

static void a_line_asked_is_a_line_answered(void **state)
{
    (void)state;
    struct fixture fixture;
    pthread_t asker;
    open_server(&fixture);
    assert_int_equal(pthread_create(&asker, NULL, ask, &fixture), 0);
    sp_loop_run(fixture.loop);
    sp_local_server_close(&fixture.server);
    sp_loop_free(&fixture.loop);
    assert_int_equal(pthread_join(asker, NULL), 0);
    assert_int_equal(fixture.asked, 3);
    assert_int_equal(rmdir(fixture.folder), 0);
}

static void only_the_owner_may_ask(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stat about;
    open_server(&fixture);
    assert_int_equal(stat(fixture.path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    close_server(&fixture);
}

static void only_what_a_server_left_behind_is_replaced(void **state)
{
    (void)state;
    struct fixture fixture;
    struct sp_local_server *second = NULL;
    open_server(&fixture);
    assert_int_equal(sp_local_server_open(fixture.loop, fixture.path, shout, &fixture, &second),
                     SP_ERR_BUSY);
    char left[128];
    (void)snprintf(left, sizeof left, "%s-left", fixture.path);
    assert_int_equal(rename(fixture.path, left), 0); /* as kill -9 would leave it */
    sp_local_server_close(&fixture.server);
    sp_loop_free(&fixture.loop);
    assert_int_equal(sp_loop_new(&fixture.loop), SP_OK);
    assert_int_equal(rename(left, fixture.path), 0);
    assert_int_equal(
        sp_local_server_open(fixture.loop, fixture.path, shout, &fixture, &fixture.server), SP_OK);
    FILE *file = fopen(left, "w");
    assert_non_null(file);
    (void)fclose(file);
    assert_int_equal(sp_local_server_open(fixture.loop, left, shout, &fixture, &second),
                     SP_ERR_DUPLICATE);
    assert_int_equal(remove(left), 0);
    assert_null(second);
    close_server(&fixture);
}

static void nobody_there_is_told_from_a_path_that_is_too_long(void **state)
{
    (void)state;
    char path[256];
    char answer[16];
    struct sp_writer writer;
    sp_writer_init(&writer, answer, sizeof answer);
    assert_int_equal(sp_local_ask("/nonexistent/control", SP_SPAN("x"), SP_LOCAL_WAIT_MS, &writer),
                     SP_ERR_ABSENT);
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_int_equal(sp_local_ask(path, SP_SPAN("x"), SP_LOCAL_WAIT_MS, &writer), SP_ERR_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_asked_is_a_line_answered),
        cmocka_unit_test(only_the_owner_may_ask),
        cmocka_unit_test(only_what_a_server_left_behind_is_replaced),
        cmocka_unit_test(nobody_there_is_told_from_a_path_that_is_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
