/* SPDX-License-Identifier: Apache-2.0
 *
 * The host of an agent over real sockets on loopback.
 */
#include "server/agent_host.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

/* Asks somebody who cannot be reached from loopback, and then, told so, the one who listens. */
struct asker {
    struct sp_address listening;
    unsigned unreachable;
};

static void ask(struct sp_agent_actions *actions, struct sp_arena *arena,
                const struct sp_address *whom)
{
    char *text = sp_arena_alloc(arena, 512);
    assert_non_null(text);
    struct sp_agent_action *action = &actions->list[actions->count++];
    *action = (struct sp_agent_action){.kind = SP_AGENT_SEND_REQUEST};
    action->send.exchange = whom->port; /* another one for each of the two */
    action->send.destination.address = *whom;
    action->send.destination.port = whom->port;
    const int len = snprintf(text, 512,
                             "OPTIONS sip:a@example.com SIP/2.0\r\n"
                             "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK%u\r\n"
                             "From: <sip:b@example.net>;tag=1\r\n"
                             "To: <sip:a@example.com>\r\n"
                             "Call-ID: 1@example.net\r\n"
                             "CSeq: 1 OPTIONS\r\n\r\n",
                             whom->port);
    action->send.octets = sp_span(text, (size_t)len);
}

static void step(void *self, const struct sp_agent_event *event, sp_time now,
                 struct sp_arena *arena, struct sp_agent_actions *actions)
{
    (void)now;
    struct asker *asker = self;
    const struct sp_address nowhere = {SP_FAMILY_IPV4, 5060, 0, {192, 0, 2, 1}};
    if (event->kind == SP_AGENT_BEGIN)
        ask(actions, arena, &nowhere);
    if (event->kind != SP_AGENT_UNREACHABLE)
        return;
    asker->unreachable++;
    ask(actions, arena, &asker->listening);
    actions->list[actions->count++].kind = SP_AGENT_FINISHED;
}

static int listen_on_loopback(struct sp_address *address)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *address = (struct sp_address){SP_FAMILY_IPV4, ntohs(at.sin_port), 0, {127, 0, 0, 1}};
    return fd;
}

static void what_follows_a_failure_to_send_is_sent_in_the_same_turn(void **state)
{
    (void)state;
    struct asker asker = {.unreachable = 0};
    const int fd = listen_on_loopback(&asker.listening);
    const struct sp_agent_host_options options = {
        .listen = {SP_FAMILY_IPV4, 0, 0, {127, 0, 0, 1}},
    };
    const struct sp_agent_part part = {.self = &asker, .step = step};
    struct sp_agent_host *host;
    char text[512];
    assert_int_equal(sp_agent_host_new(&options, &host), SP_OK);
    assert_int_equal(sp_agent_host_run(host, &part, true), SP_OK);
    assert_int_equal(asker.unreachable, 1);
    assert_true(recv(fd, text, sizeof text, 0) > 0);
    sp_agent_host_free(&host);
    assert_int_equal(close(fd), 0);
}

/* Ends at the next alarm: what waits in the socket is read before. */
static void wait_for_alarm(void *self, const struct sp_agent_event *event, sp_time now,
                           struct sp_arena *arena, struct sp_agent_actions *actions)
{
    (void)self;
    (void)arena;
    struct sp_agent_action *action = &actions->list[actions->count++];
    if (event->kind == SP_AGENT_BEGIN)
        *action = (struct sp_agent_action){.kind = SP_AGENT_SET_TIMER, .due = now + SP_SECOND / 5};
    else
        *action = (struct sp_agent_action){.kind = SP_AGENT_FINISHED};
}

static void cancel_nothing(int fd, const struct sp_address *whom, char number)
{
    char text[512];
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                   .sin_port = htons(whom->port)};
    const int len = snprintf(text, sizeof text,
                             "CANCEL sip:a@example.com SIP/2.0\r\n"
                             "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK%c;rport\r\n"
                             "Max-Forwards: 70\r\n"
                             "From: <sip:b@example.net>;tag=1\r\n"
                             "To: <sip:a@example.com>\r\n"
                             "Call-ID: %c@example.net\r\n"
                             "CSeq: 1 CANCEL\r\n\r\n",
                             number, number);
    assert_int_equal(sendto(fd, text, (size_t)len, 0, (const struct sockaddr *)&to, sizeof to),
                     len);
}

/* The To tag of the 481 that has come. */
static void take_tag(int fd, char tag[17])
{
    char text[1024] = "";
    assert_true(recv(fd, text, sizeof text - 1, 0) > 0);
    assert_int_equal(strncmp(text, "SIP/2.0 481 ", 12), 0);
    const char *at = strstr(strstr(text, "\r\nTo: "), ";tag=");
    assert_non_null(at);
    memcpy(tag, at + 5, 16);
    tag[16] = '\0';
}

static void refusals_of_two_requests_have_two_tags_and_of_one_the_same(void **state)
{
    (void)state;
    char tags[3][17];
    struct sp_address own;
    const int fd = listen_on_loopback(&own);
    const struct sp_agent_host_options options = {
        .listen = {SP_FAMILY_IPV4, 0, 0, {127, 0, 0, 1}},
    };
    const struct sp_agent_part part = {.step = wait_for_alarm};
    struct sp_agent_host *host;
    struct sp_address local;
    assert_int_equal(sp_agent_host_new(&options, &host), SP_OK);
    assert_int_equal(sp_agent_host_local(host, &own, &local), SP_OK);
    cancel_nothing(fd, &local, '1');
    cancel_nothing(fd, &local, '1');
    cancel_nothing(fd, &local, '2');
    assert_int_equal(sp_agent_host_run(host, &part, true), SP_OK);
    for (size_t i = 0; i < 3; i++)
        take_tag(fd, tags[i]);
    assert_string_equal(tags[0], tags[1]);
    assert_string_not_equal(tags[0], tags[2]);
    sp_agent_host_free(&host);
    assert_int_equal(close(fd), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_follows_a_failure_to_send_is_sent_in_the_same_turn),
        cmocka_unit_test(refusals_of_two_requests_have_two_tags_and_of_one_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
