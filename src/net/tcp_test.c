/* SPDX-License-Identifier: Apache-2.0
 *
 * Connections over loopback, against a plain socket of the test's own.
 */
#include "net/tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/clock.h"

enum {
    MAX = 3,
    PATIENCE_S = 5,
};

struct fixture {
    struct sp_loop *loop;
    struct sp_alarm *alarm;
    struct sp_tcp *tcp;
    struct sp_address address; /* of our listener */
    struct sp_tcp_connection *last;
    size_t accepted, opened, ended, closed, received;
    enum sp_err why;
    bool refuses, echoes;
    const size_t *awaited; /* the loop stops when it changes */
};

static void happened(struct fixture *fixture, size_t *what)
{
    ++*what;
    if (what == fixture->awaited)
        sp_loop_stop(fixture->loop);
}

static bool accepted(void *context, size_t listener, struct sp_tcp_connection *connection)
{
    struct fixture *fixture = context;
    assert_int_equal(listener, 0);
    fixture->last = connection;
    happened(fixture, &fixture->accepted);
    return !fixture->refuses;
}

static void opened(void *context, struct sp_tcp_connection *connection)
{
    struct fixture *fixture = context;
    fixture->last = connection;
    happened(fixture, &fixture->opened);
}

static enum sp_err write_text(struct fixture *fixture, struct sp_tcp_connection *connection,
                              struct sp_span text)
{
    struct sp_writer writer;
    sp_tcp_begin(fixture->tcp, &writer);
    sp_write_span(&writer, text);
    return sp_tcp_commit(fixture->tcp, connection, &writer);
}

static void received(void *context, struct sp_tcp_connection *connection, struct sp_span octets)
{
    struct fixture *fixture = context;
    fixture->last = connection;
    if (fixture->echoes)
        assert_int_equal(write_text(fixture, connection, octets), SP_OK);
    sp_tcp_flush(fixture->tcp);
    fixture->received += octets.len - 1;
    happened(fixture, &fixture->received);
}

static void ended(void *context, struct sp_tcp_connection *connection)
{
    struct fixture *fixture = context;
    fixture->last = connection;
    happened(fixture, &fixture->ended);
}

static void closed(void *context, struct sp_tcp_connection *connection, enum sp_err why)
{
    struct fixture *fixture = context;
    (void)connection;
    fixture->why = why;
    happened(fixture, &fixture->closed);
}

static void too_long(void *context)
{
    struct fixture *fixture = context;
    sp_loop_stop(fixture->loop);
}

/* Turns the loop until one more of that has happened. */
static void await(struct fixture *fixture, const size_t *what)
{
    const size_t before = *what;
    fixture->awaited = what;
    sp_alarm_set(fixture->alarm, sp_clock_now() + PATIENCE_S * SP_SECOND);
    sp_loop_run(fixture->loop);
    sp_alarm_set(fixture->alarm, SP_TIME_NEVER);
    fixture->awaited = NULL;
    assert_true(*what > before);
}

static int open_fixture(void **state)
{
    static const struct sp_tcp_events events = {accepted, opened, received, ended, closed};
    struct fixture *fixture = calloc(1, sizeof *fixture);
    const struct sp_tcp_options options = {
        .connections_max = MAX, .waiting_max = 1 << 20, .events = &events, .context = fixture};
    const struct sp_tcp_listen listen = {
        .address = {.family = SP_FAMILY_IPV4, .ip = {127, 0, 0, 1}}, .shares = 1};
    size_t listener;
    assert_int_equal(sp_loop_new(&fixture->loop), SP_OK);
    assert_int_equal(sp_alarm_new(fixture->loop, too_long, fixture, &fixture->alarm), SP_OK);
    assert_int_equal(sp_tcp_new(fixture->loop, &options, &fixture->tcp), SP_OK);
    assert_int_equal(sp_tcp_listen(fixture->tcp, &listen, &listener, &fixture->address), SP_OK);
    assert_true(fixture->address.port != 0);
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    sp_tcp_free(&fixture->tcp);
    sp_alarm_free(&fixture->alarm);
    sp_loop_free(&fixture->loop);
    free(fixture);
    return 0;
}

/* A plain socket that is connected to our listener. */
static int visit(const struct fixture *fixture)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons(fixture->address.port),
                                   .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    const struct timeval wait = {.tv_sec = PATIENCE_S};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait), 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void what_is_written_arrives_and_what_arrives_is_told(void **state)
{
    struct fixture *fixture = *state;
    char text[16];
    fixture->echoes = true;
    const int fd = visit(fixture);
    assert_int_equal(send(fd, "hello", 5, 0), 5);
    await(fixture, &fixture->received);
    assert_int_equal(recv(fd, text, sizeof text, 0), 5);
    assert_memory_equal(text, "hello", 5);
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    await(fixture, &fixture->ended);
    /* The other half is still there. */
    assert_int_equal(write_text(fixture, fixture->last, SP_SPAN("late")), SP_OK);
    sp_tcp_flush(fixture->tcp);
    assert_int_equal(recv(fd, text, sizeof text, 0), 4);
    assert_int_equal(close(fd), 0);
}

static void a_connection_of_ours_is_told_when_it_stands(void **state)
{
    struct fixture *fixture = *state;
    struct sp_tcp_connection *ours;
    int user = 0;
    assert_int_equal(sp_tcp_connect(fixture->tcp, &fixture->address, NULL, &user, &ours), SP_OK);
    assert_ptr_equal(sp_tcp_user(ours), &user);
    assert_int_equal(write_text(fixture, ours, SP_SPAN("early")), SP_OK); /* waits for it */
    sp_tcp_flush(fixture->tcp);
    await(fixture, &fixture->received);
    assert_int_equal(fixture->opened, 1);
    assert_int_equal(fixture->accepted, 1);
    assert_int_equal(fixture->received, 5);
    const struct sp_address local = sp_tcp_local(ours);
    const struct sp_address remote = sp_tcp_remote(fixture->last);
    assert_true(sp_address_equal(&local, &remote));
}

static void nobody_there_is_told_at_once_or_later(void **state)
{
    struct fixture *fixture = *state;
    struct sp_tcp_connection *ours;
    struct sp_address nobody = fixture->address;
    sp_tcp_deafen(fixture->tcp);
    const enum sp_err err = sp_tcp_connect(fixture->tcp, &nobody, NULL, NULL, &ours);
    if (err == SP_OK) {
        await(fixture, &fixture->closed);
        assert_int_equal(fixture->why, SP_ERR_REFUSED);
    } else {
        assert_int_equal(err, SP_ERR_REFUSED);
    }
    nobody.ip[0] = 224;
    assert_int_equal(sp_tcp_connect(fixture->tcp, &nobody, NULL, NULL, &ours), SP_ERR_REFUSED);
    assert_int_equal(sp_tcp_count(fixture->tcp), 0);
}

static void above_the_maximum_and_unwanted_are_reset(void **state)
{
    struct fixture *fixture = *state;
    int fds[MAX + 1];
    char octet;
    for (size_t i = 0; i < MAX; i++) {
        fds[i] = visit(fixture);
        await(fixture, &fixture->accepted);
    }
    fds[MAX] = visit(fixture);
    assert_int_equal(send(fds[0], "x", 1, 0), 1);
    await(fixture, &fixture->received);
    assert_int_equal(recv(fds[MAX], &octet, 1, 0), -1);
    assert_int_equal(errno, ECONNRESET);
    assert_int_equal(sp_tcp_count(fixture->tcp), MAX);
    sp_tcp_close(&fixture->last, SP_TCP_CLOSE);
    fixture->refuses = true;
    const int unwanted = visit(fixture);
    await(fixture, &fixture->accepted);
    assert_int_equal(recv(unwanted, &octet, 1, 0), -1);
    assert_int_equal(sp_tcp_counts(fixture->tcp).refused, 2);
    assert_int_equal(sp_tcp_count(fixture->tcp), MAX - 1);
    for (size_t i = 0; i <= MAX; i++)
        assert_int_equal(close(fds[i]), 0);
    assert_int_equal(close(unwanted), 0);
}

static void what_a_peer_does_not_read_is_bounded_and_loses_nothing(void **state)
{
    struct fixture *fixture = *state;
    static char block[SP_TCP_OCTETS_MAX];
    static char got[sizeof block];
    size_t sent = 0;
    size_t taken = 0;
    enum sp_err err = SP_OK;
    const int fd = visit(fixture);
    await(fixture, &fixture->accepted);
    while (err == SP_OK) {
        memset(block, (int)('a' + sent % 26), sizeof block);
        err = write_text(fixture, fixture->last, sp_span(block, sizeof block));
        sp_tcp_flush(fixture->tcp);
        sent += err == SP_OK;
    }
    assert_int_equal(err, SP_ERR_FULL);
    struct sp_tcp_connection *connection = fixture->last;
    sp_tcp_close(&connection, SP_TCP_FINISH); /* what waits is still sent */
    assert_null(connection);
    while (taken < sent * sizeof block) {
        sp_alarm_set(fixture->alarm, sp_clock_now() + SP_MILLISECOND);
        sp_loop_run(fixture->loop);
        const ssize_t len = recv(fd, got, sizeof got, MSG_DONTWAIT);
        for (ssize_t i = 0; i < len; i++)
            assert_int_equal(got[i], 'a' + (int)((taken + (size_t)i) / sizeof block % 26));
        if (len < 0)
            assert_int_equal(errno, EAGAIN);
        taken += len > 0 ? (size_t)len : 0;
        assert_int_not_equal(len, 0);
    }
    assert_int_equal(close(fd), 0);
}

static void a_reset_is_told(void **state)
{
    struct fixture *fixture = *state;
    const struct linger at_once = {.l_onoff = 1};
    const int fd = visit(fixture);
    await(fixture, &fixture->accepted);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    assert_int_equal(close(fd), 0);
    await(fixture, &fixture->closed);
    assert_int_equal(fixture->why, SP_ERR_IO);
    assert_int_equal(sp_tcp_count(fixture->tcp), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_arrives_and_what_arrives_is_told,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(a_connection_of_ours_is_told_when_it_stands, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(nobody_there_is_told_at_once_or_later, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(above_the_maximum_and_unwanted_are_reset, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(what_a_peer_does_not_read_is_bounded_and_loses_nothing,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(a_reset_is_told, open_fixture, close_fixture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
