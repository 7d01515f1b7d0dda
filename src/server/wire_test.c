/* SPDX-License-Identifier: Apache-2.0
 *
 * Which way a message leaves, and who is told when it can't: two wires on loopback, on one loop.
 */
#include "server/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/clock.h"

#define MESSAGE "OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nContent-Length: 0\r\n\r\n"

enum {
    PATIENCE_S = 5,
};

struct end {
    struct sp_loop *loop;
    struct sp_wire *wire;
    struct sp_metrics metrics;
    struct sp_address udp, tcp;
    struct sp_hop last; /* of what came */
    size_t received, failed, lost, posted;
    uint64_t transaction; /* that failed, or was the last of a connection that is gone */
};

struct fixture {
    struct sp_loop *loop;
    struct sp_alarm *alarm;
    struct end ends[2];
};

static void begin(void *context)
{
    (void)context;
}

static void receive(void *context, const struct sp_arrival *arrival)
{
    struct end *end = context;
    assert_true(sp_span_equal(arrival->octets, SP_SPAN(MESSAGE)));
    end->last = arrival->hop;
    end->received++;
    sp_loop_stop(end->loop);
}

static void settle(void *context)
{
    struct end *end = context;
    sp_wire_settle(end->wire, &end->metrics);
}

static void failed(void *context, uint64_t transaction, const struct sp_address *remote)
{
    struct end *end = context;
    (void)remote;
    end->failed++;
    end->transaction = transaction;
    sp_loop_stop(end->loop);
}

static void lost(void *context, const struct sp_address *remote, uint64_t last)
{
    struct end *end = context;
    (void)remote;
    end->lost++;
    end->transaction = last;
    sp_loop_stop(end->loop);
}

static enum sp_err posts(void *context, size_t worker, const struct sp_hop *hop,
                         struct sp_span octets)
{
    struct end *end = context;
    assert_int_equal(worker, 1);
    assert_int_equal(hop->transport, SP_TRANSPORT_TCP);
    assert_true(sp_span_equal(octets, SP_SPAN(MESSAGE)));
    end->posted++;
    return SP_OK;
}

static bool trusts(void *context, const struct sp_address *remote)
{
    (void)context;
    (void)remote;
    return false;
}

static void too_long(void *context)
{
    struct fixture *fixture = context;
    sp_loop_stop(fixture->loop);
}

static void turn_loop(struct fixture *fixture)
{
    sp_alarm_set(fixture->alarm, sp_clock_now() + PATIENCE_S * SP_SECOND);
    sp_loop_run(fixture->loop);
    sp_alarm_set(fixture->alarm, SP_TIME_NEVER);
}

static struct sp_address listen_over(struct end *end, enum sp_transport transport)
{
    struct sp_listen listen = {
        .transport = transport,
        .address = {.family = SP_FAMILY_IPV4, .ip = {127, 0, 0, 1}},
    };
    assert_int_equal(sp_wire_listen(end->wire, &listen), SP_OK);
    return listen.address;
}

static void open_end(struct end *end, struct sp_loop *loop)
{
    const struct sp_wire_events events = {end, begin, receive, settle, failed, lost, posts, trusts};
    const struct sp_wire_options options = {
        .events = &events,
        .limits = {.connections_max = 8, .per_address_max = 8},
        .count = 2,
    };
    end->loop = loop;
    assert_int_equal(sp_wire_new(loop, &options, &end->wire), SP_OK);
    end->udp = listen_over(end, SP_TRANSPORT_UDP);
    end->tcp = listen_over(end, SP_TRANSPORT_TCP);
}

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_int_equal(sp_loop_new(&fixture->loop), SP_OK);
    assert_int_equal(sp_alarm_new(fixture->loop, too_long, fixture, &fixture->alarm), SP_OK);
    for (size_t i = 0; i < 2; i++)
        open_end(&fixture->ends[i], fixture->loop);
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < 2; i++)
        sp_wire_free(&fixture->ends[i].wire);
    sp_alarm_free(&fixture->alarm);
    sp_loop_free(&fixture->loop);
    free(fixture);
    return 0;
}

static enum sp_err send_message(struct end *end, const struct sp_hop *hop, uint64_t transaction)
{
    struct sp_writer writer;
    sp_wire_begin(end->wire, hop, &writer);
    sp_write_span(&writer, SP_SPAN(MESSAGE));
    const enum sp_err err = sp_wire_commit(end->wire, hop, &writer, transaction);
    settle(end);
    return err;
}

static void a_way_is_a_listener_of_that_transport_and_family(void **state)
{
    struct fixture *fixture = *state;
    const struct end *end = &fixture->ends[0];
    struct sp_hop hop = {.remote = fixture->ends[1].udp};
    assert_int_equal(sp_wire_route(end->wire, &hop), SP_OK);
    assert_int_equal(hop.transport, SP_TRANSPORT_UDP);
    assert_int_equal(hop.flow, 1);
    assert_true(sp_address_equal(&hop.local, &end->udp));
    hop = (struct sp_hop){.remote = fixture->ends[1].tcp, .transport = SP_TRANSPORT_TCP};
    assert_int_equal(sp_wire_route(end->wire, &hop), SP_OK);
    assert_int_equal(hop.flow, 0);
    assert_true(sp_address_equal(&hop.local, &end->tcp)); /* where we can be found */
    hop.transport = SP_TRANSPORT_TLS;
    assert_int_equal(sp_wire_route(end->wire, &hop), SP_ERR_REFUSED);
    hop = (struct sp_hop){.remote = {.family = SP_FAMILY_IPV6, .port = 5060, .ip = {[15] = 1}}};
    assert_int_equal(sp_wire_route(end->wire, &hop), SP_ERR_REFUSED);
}

static void an_answer_goes_back_on_the_connection_of_its_request(void **state)
{
    struct fixture *fixture = *state;
    struct end *first = &fixture->ends[0];
    struct end *second = &fixture->ends[1];
    const struct sp_hop hop = {.remote = second->tcp, .transport = SP_TRANSPORT_TCP};
    assert_int_equal(send_message(first, &hop, 7), SP_OK);
    turn_loop(fixture);
    assert_int_equal(second->received, 1);
    struct sp_hop back = second->last;
    assert_true(sp_address_equal(&back.local, &second->tcp));
    back.remote.port = 9; /* the address is only for when the connection is gone */
    assert_int_equal(send_message(second, &back, 0), SP_OK);
    turn_loop(fixture);
    assert_int_equal(first->received, 1);
    assert_int_equal(send_message(first, &hop, 8), SP_OK); /* on the connection that stands */
    turn_loop(fixture);
    assert_int_equal(second->received, 2);
    assert_int_equal(second->last.flow, back.flow);
    assert_int_equal(first->failed + second->failed, 0);
    assert_int_equal(sp_metric_get(&first->metrics, SP_METRIC_TCP_OPENED), 1);
}

static void who_waits_for_a_connection_is_told_that_nobody_listens(void **state)
{
    struct fixture *fixture = *state;
    struct end *end = &fixture->ends[0];
    const struct sp_hop hop = {.remote = fixture->ends[1].tcp, .transport = SP_TRANSPORT_TCP};
    sp_wire_drain(fixture->ends[1].wire);
    const enum sp_err err = send_message(end, &hop, 7);
    if (err == SP_OK) {
        turn_loop(fixture);
        assert_int_equal(end->failed, 1);
        assert_int_equal(end->transaction, 7);
    } else {
        assert_int_equal(err, SP_ERR_REFUSED);
    }
}

/* The other end takes a request and is gone before it has answered. */
static void who_waits_for_an_answer_is_told_that_its_connection_is_gone(void **state)
{
    struct fixture *fixture = *state;
    struct end *end = &fixture->ends[0];
    struct end *other = &fixture->ends[1];
    const struct sp_hop hop = {.remote = other->tcp, .transport = SP_TRANSPORT_TCP};
    assert_int_equal(send_message(end, &hop, 7), SP_OK);
    turn_loop(fixture);
    assert_int_equal(send_message(end, &hop, 9), SP_OK);
    turn_loop(fixture);
    assert_int_equal(other->received, 2);
    sp_wire_free(&other->wire);
    turn_loop(fixture);
    assert_int_equal(end->lost, 1);
    assert_int_equal(end->transaction, 9);
    assert_int_equal(end->failed, 0);
}

static int listen_plainly(struct sp_address *at)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof name;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&name, len), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &len), 0);
    *at = (struct sp_address){
        .family = SP_FAMILY_IPV4, .port = ntohs(name.sin_port), .ip = {127, 0, 0, 1}};
    return fd;
}

/* Takes the next connection, once what is sent on it has come. */
static int take_message(struct fixture *fixture, int listener)
{
    char octets[sizeof MESSAGE];
    const sp_time end = sp_clock_now() + PATIENCE_S * SP_SECOND;
    const int fd = accept(listener, NULL, NULL);
    ssize_t got = 0;
    assert_true(fd >= 0);
    while (got < (ssize_t)sizeof MESSAGE - 1 && sp_clock_now() < end) {
        sp_alarm_set(fixture->alarm, sp_clock_now() + SP_MILLISECOND);
        sp_loop_run(fixture->loop);
        got = recv(fd, octets, sizeof MESSAGE - 1, MSG_PEEK | MSG_DONTWAIT);
    }
    assert_int_equal(got, sizeof MESSAGE - 1);
    return fd;
}

static void reset(int fd)
{
    const struct linger at_once = {.l_onoff = 1};
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    close(fd);
}

/* Writing finds out that it is gone, in the same turn in which more is to be sent there. */
static void what_a_lost_connection_would_refuse_opens_a_new_one(void **state)
{
    struct fixture *fixture = *state;
    struct end *end = &fixture->ends[0];
    struct sp_hop hop = {.transport = SP_TRANSPORT_TCP};
    const int listener = listen_plainly(&hop.remote);
    assert_int_equal(send_message(end, &hop, 7), SP_OK);
    reset(take_message(fixture, listener));
    assert_int_equal(send_message(end, &hop, 8), SP_OK); /* the write finds it reset */
    assert_int_equal(end->lost, 0);
    assert_int_equal(send_message(end, &hop, 9), SP_OK); /* on a new one */
    assert_int_equal(end->lost, 1);
    assert_int_equal(end->transaction, 8);
    close(take_message(fixture, listener));
    close(listener);
    settle(end);
    assert_int_equal(end->lost, 1);
    assert_int_equal(sp_metric_get(&end->metrics, SP_METRIC_TCP_OPENED), 2);
}

/* Nothing else comes that would begin a turn: the network's word has to. */
static void a_datagram_that_nobody_takes_is_told_at_once(void **state)
{
    struct fixture *fixture = *state;
    struct end *end = &fixture->ends[0];
    const struct sp_hop hop = {.remote = fixture->ends[1].tcp, .transport = SP_TRANSPORT_UDP};
    assert_int_equal(send_message(end, &hop, 7), SP_OK);
    turn_loop(fixture);
    assert_int_equal(end->failed, 1);
    assert_int_equal(end->transaction, 0); /* an ICMP knows addresses only */
}

static void a_connection_of_another_worker_is_written_to_by_letter(void **state)
{
    struct fixture *fixture = *state;
    struct end *end = &fixture->ends[0];
    struct sp_hop hop = {.remote = fixture->ends[1].tcp,
                         .transport = SP_TRANSPORT_TCP,
                         .flow = (UINT64_C(2) << 48) + 5};
    assert_int_equal(send_message(end, &hop, 0), SP_OK);
    assert_int_equal(end->posted, 1);
    hop.flow = UINT64_C(9) << 48; /* there is no such worker */
    assert_int_equal(send_message(end, &hop, 0), SP_ERR_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_way_is_a_listener_of_that_transport_and_family,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(an_answer_goes_back_on_the_connection_of_its_request,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(who_waits_for_a_connection_is_told_that_nobody_listens,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(who_waits_for_an_answer_is_told_that_its_connection_is_gone,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(what_a_lost_connection_would_refuse_opens_a_new_one,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(a_datagram_that_nobody_takes_is_told_at_once, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(a_connection_of_another_worker_is_written_to_by_letter,
                                        open_fixture, close_fixture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
