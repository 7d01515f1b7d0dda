/* SPDX-License-Identifier: Apache-2.0
 *
 * UDP over real sockets on loopback: batches, the address that answers leave from, refusals.
 */
#include "net/udp.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "net/clock.h"
#include "net/sockaddr.h"

struct fixture {
    struct sp_loop *loop;
    struct sp_udp *udp;
    struct sp_alarm *alarm; /* ends a test in which nothing comes */
    size_t wanted;
    size_t received;
    size_t failed;
    struct sp_address asked;
    struct sp_address answer_from; /* family none: none */
};

static void give_up(void *context)
{
    struct fixture *fixture = context;
    sp_loop_stop(fixture->loop);
}

static void echo(void *context, const struct sp_datagram *datagrams, size_t count)
{
    struct fixture *fixture = context;
    for (size_t i = 0; i < count; i++) {
        struct sp_writer writer;
        sp_udp_begin(fixture->udp, &writer);
        sp_write_span(&writer, datagrams[i].octets);
        assert_int_equal(
            sp_udp_commit(fixture->udp, &writer, &datagrams[i].source, &datagrams[i].local), SP_OK);
        fixture->asked = datagrams[i].local;
    }
    fixture->received += count;
    if (fixture->received >= fixture->wanted)
        sp_loop_stop(fixture->loop);
}

static void failed(void *context, const struct sp_address *destination)
{
    struct fixture *fixture = context;
    (void)destination;
    fixture->failed++;
    sp_loop_stop(fixture->loop);
}

static struct sp_address address_of(const char *text)
{
    struct sp_address address;
    assert_int_equal(sp_address_parse(sp_span_of(text), 0, &address), SP_OK);
    return address;
}

static void open_at(struct fixture *fixture, const char *text)
{
    const struct sp_udp_options options = {
        .address = address_of(text),
        .shares = 1,
        .receive = echo,
        .failed = failed,
        .context = fixture,
    };
    *fixture = (struct fixture){.wanted = 1};
    assert_int_equal(sp_loop_new(&fixture->loop), SP_OK);
    assert_int_equal(sp_alarm_new(fixture->loop, give_up, fixture, &fixture->alarm), SP_OK);
    sp_alarm_set(fixture->alarm, sp_clock_now() + 5 * SP_SECOND);
    assert_int_equal(sp_udp_open(fixture->loop, &options, &fixture->udp), SP_OK);
}

static void close_all(struct fixture *fixture)
{
    sp_udp_close(&fixture->udp);
    sp_alarm_free(&fixture->alarm);
    sp_loop_free(&fixture->loop);
    assert_null(fixture->udp);
}

/* A plain socket that asks `to`. */
static int ask(const struct sp_address *to, size_t times)
{
    struct sockaddr_storage storage;
    const socklen_t len = sp_sockaddr_from(to, &storage);
    const int fd = socket(storage.ss_family, SOCK_DGRAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&storage, len), 0);
    for (size_t i = 0; i < times; i++)
        assert_int_equal(send(fd, "hello", 5, 0), 5);
    return fd;
}

static size_t answers(int fd)
{
    char octets[16];
    size_t count = 0;
    while (recv(fd, octets, sizeof octets, MSG_DONTWAIT) == 5)
        count++;
    return count;
}

static void more_than_one_batch_is_answered(void **state)
{
    (void)state;
    static const char *const at[] = {"127.0.0.1:0", "[::1]:0", "0.0.0.0:0"};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        struct fixture fixture;
        open_at(&fixture, at[i]);
        fixture.wanted = 100;
        struct sp_address to = sp_udp_address(fixture.udp);
        assert_int_not_equal(to.port, 0);
        if (sp_address_is_any(&to))
            to.ip[0] = 127, to.ip[3] = 1;
        const int fd = ask(&to, 100);
        sp_loop_run(fixture.loop);
        assert_int_equal(fixture.received, 100);
        assert_int_equal(answers(fd), 100);
        assert_int_equal(sp_udp_counts(fixture.udp).sent, 100);
        (void)close(fd);
        close_all(&fixture);
    }
}

static void what_waits_can_be_taken_before_the_end(void **state)
{
    (void)state;
    struct fixture fixture;
    open_at(&fixture, "127.0.0.1:0");
    fixture.wanted = SIZE_MAX;
    const struct sp_address to = sp_udp_address(fixture.udp);
    const int fd = ask(&to, 100);
    sp_udp_take(fixture.udp);
    assert_int_equal(fixture.received, 100);
    assert_int_equal(answers(fd), 100);
    (void)close(fd);
    close_all(&fixture);
}

/* A connected socket hears only the address that it asked: an answer from 127.0.0.1 is lost. */
static void an_answer_leaves_from_the_address_that_was_asked(void **state)
{
    (void)state;
    struct fixture fixture;
    open_at(&fixture, "0.0.0.0:0");
    struct sp_address to = address_of("127.0.0.53");
    to.port = sp_udp_address(fixture.udp).port;
    const int fd = ask(&to, 1);
    sp_loop_run(fixture.loop);
    assert_true(sp_address_equal(&fixture.asked, &to));
    assert_int_equal(answers(fd), 1);
    (void)close(fd);
    close_all(&fixture);
}

static void nothing_is_sent_where_nothing_may_be_sent(void **state)
{
    (void)state;
    static const char *const nowhere[] = {"127.0.0.1:0", "224.0.0.1:5060", "255.255.255.255:5060",
                                          "0.0.0.0:5060", "[::1]:5060"};
    struct fixture fixture;
    open_at(&fixture, "127.0.0.1:0");
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
        struct sp_writer writer;
        const struct sp_address to = address_of(nowhere[i]);
        sp_udp_begin(fixture.udp, &writer);
        sp_write_text(&writer, "x");
        assert_int_equal(sp_udp_commit(fixture.udp, &writer, &to, NULL), SP_ERR_REFUSED);
    }
    sp_udp_flush(fixture.udp);
    assert_int_equal(sp_udp_counts(fixture.udp).refused, 5);
    assert_int_equal(sp_udp_counts(fixture.udp).sent, 0);
    close_all(&fixture);
}

static void a_port_where_nobody_listens_is_told(void **state)
{
    (void)state;
    struct fixture gone;
    open_at(&gone, "127.0.0.1:0");
    const struct sp_address nobody = sp_udp_address(gone.udp);
    close_all(&gone);

    struct fixture fixture;
    struct sp_writer writer;
    open_at(&fixture, "127.0.0.1:0");
    sp_udp_begin(fixture.udp, &writer);
    sp_write_text(&writer, "x");
    assert_int_equal(sp_udp_commit(fixture.udp, &writer, &nobody, NULL), SP_OK);
    sp_udp_flush(fixture.udp);
    sp_loop_run(fixture.loop);
    assert_int_equal(fixture.failed, 1);
    assert_int_equal(sp_udp_counts(fixture.udp).failed, 1);
    close_all(&fixture);
}

static void a_taken_port_and_a_foreign_address_are_told_apart(void **state)
{
    (void)state;
    struct fixture fixture;
    open_at(&fixture, "127.0.0.1:0");
    struct sp_udp_options options = {
        .address = sp_udp_address(fixture.udp),
        .shares = 1,
        .receive = echo,
    };
    struct sp_udp *second = NULL;
    assert_int_equal(sp_udp_open(fixture.loop, &options, &second), SP_ERR_BUSY);
    options.shares = 2; /* to be shared with others, but not with this one */
    assert_int_equal(sp_udp_open(fixture.loop, &options, &second), SP_ERR_BUSY);
    options.address = address_of("192.0.2.1:0");
    assert_int_equal(sp_udp_open(fixture.loop, &options, &second), SP_ERR_ABSENT);
    assert_null(second);
    close_all(&fixture);
}

static void sockets_that_share_a_port_share_what_one_source_sends(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture = (struct fixture){.wanted = 256};
    struct sp_udp *second;
    struct sp_udp_options options = {
        .address = address_of("127.0.0.1:0"),
        .shares = 2,
        .receive = echo,
        .context = &fixture,
    };
    assert_int_equal(sp_loop_new(&fixture.loop), SP_OK);
    assert_int_equal(sp_alarm_new(fixture.loop, give_up, &fixture, &fixture.alarm), SP_OK);
    sp_alarm_set(fixture.alarm, sp_clock_now() + 5 * SP_SECOND);
    assert_int_equal(sp_udp_open(fixture.loop, &options, &fixture.udp), SP_OK);
    options.address = sp_udp_address(fixture.udp);
    options.joins = true;
    assert_int_equal(sp_udp_open(fixture.loop, &options, &second), SP_OK);
    const int fd = ask(&options.address, 256);
    sp_loop_run(fixture.loop);
    const uint64_t first_part = sp_udp_counts(fixture.udp).received;
    const uint64_t second_part = sp_udp_counts(second).received;
    assert_int_equal(first_part + second_part, 256);
    assert_in_range(first_part, 64, 192); /* 128 expected; missed once in 10^15 */
    (void)close(fd);
    sp_udp_close(&second);
    close_all(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_than_one_batch_is_answered),
        cmocka_unit_test(what_waits_can_be_taken_before_the_end),
        cmocka_unit_test(an_answer_leaves_from_the_address_that_was_asked),
        cmocka_unit_test(nothing_is_sent_where_nothing_may_be_sent),
        cmocka_unit_test(a_port_where_nobody_listens_is_told),
        cmocka_unit_test(a_taken_port_and_a_foreign_address_are_told_apart),
        cmocka_unit_test(sockets_that_share_a_port_share_what_one_source_sends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
