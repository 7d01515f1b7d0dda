/* SPDX-License-Identifier: Apache-2.0
 *
 * The proxy by hand, event by event: what no driver of a test would do by itself. Other transports
 * on both sides, turns with hardly any memory, words to contexts that are over.
 */
#include "signpost/proxy/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/parsed.h"

enum {
    MEMORY = 1 << 17,
};

struct hand {
    struct sp_proxy *proxy;
    struct sp_turn turn;
    struct sp_proxy_actions actions;
    struct sp_hop from, to;
    struct sp_proxy_policy policy;
    struct sp_proxy_way way;
    struct sp_proxy_refusal refusal;
    uint64_t context;
    uint16_t final_status; /* of what was answered; 1: abandoned */
    bool has_ended;
    uint32_t branch; /* of the last LOCATE or SEND */
    char sent[8192], answered[8192];
    struct sp_arena arena;
    _Alignas(16) char memory[MEMORY];
};

static void hand_open(struct hand *hand, size_t memory)
{
    const struct sp_proxy_limits limits = {.contexts_max = 4};
    const struct sp_address us = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 1}};
    memset(hand, 0, offsetof(struct hand, arena));
    sp_arena_init(&hand->arena, hand->memory, memory);
    hand->turn = (struct sp_turn){.now = SP_SECOND, .arena = &hand->arena};
    hand->from = (struct sp_hop){
        .remote = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 2}},
        .local = us,
        .transport = SP_TRANSPORT_UDP,
    };
    hand->to = hand->from;
    hand->to.remote.ip[3] = 3;
    hand->policy.is_responsible = true;
    hand->policy.records_route = true;
    assert_int_equal(sp_proxy_new(&limits, hand->turn.now, &hand->proxy), SP_OK);
}

static void hand_close(struct hand *hand)
{
    sp_proxy_free(&hand->proxy);
    sp_arena_fini(&hand->arena);
}

static void keep(char text[8192], struct sp_span octets)
{
    snprintf(text, 8192, "%.*s", (int)octets.len, octets.ptr);
}

/* Notes what was asked for, and gives the turn's memory back. */
static void take(struct hand *hand)
{
    for (size_t i = 0; i < hand->actions.count; i++) {
        const struct sp_proxy_action *action = &hand->actions.list[i];
        if (action->kind == SP_PROXY_LOCATE || action->kind == SP_PROXY_SEND)
            hand->branch = action->branch;
        if (action->kind == SP_PROXY_SEND)
            keep(hand->sent, action->send.octets);
        if (action->kind == SP_PROXY_RESPOND)
            keep(hand->answered, action->respond.octets);
        if (action->kind == SP_PROXY_RESPOND && action->respond.status >= 200)
            hand->final_status = action->respond.status;
        if (action->kind == SP_PROXY_ABANDON)
            hand->final_status = 1;
        if (action->kind == SP_PROXY_ENDED)
            hand->has_ended = true;
    }
    sp_arena_reset(&hand->arena);
}

static void step(struct hand *hand, struct sp_proxy_event *event)
{
    event->context = hand->context;
    if (event->branch == 0)
        event->branch = hand->branch;
    sp_proxy_step(hand->proxy, event, &hand->turn, &hand->actions);
    take(hand);
}

static void request(struct hand *hand, const char *method, const char *fields)
{
    static struct parsed parsed;
    static char text[4096];
    const struct sp_proxy_home home = {.addresses = &hand->from.local, .address_count = 1};
    const struct sp_proxy_arrival arrival = {&parsed.message, &hand->from, &home};
    struct sp_proxy_event event = {.kind = SP_PROXY_REQUEST, .message = &parsed.message};
    snprintf(text, sizeof text,
             "%s sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1\r\n"
             "From: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\nCall-ID: c\r\n"
             "CSeq: 1 %s\r\nContact: <sip:a@192.0.2.2>\r\n%s\r\n",
             method, method, fields);
    assert_int_equal(parse(&parsed, text), SP_OK);
    hand->context++;
    if (sp_proxy_examine(hand->proxy, &arrival, &hand->arena, &hand->way, &hand->refusal) !=
        SP_OK) {
        hand->final_status = hand->refusal.status;
        hand->has_ended = true;
        sp_arena_reset(&hand->arena);
        return;
    }
    event.request.transaction = hand->context;
    event.request.hop = &hand->from;
    event.request.way = &hand->way;
    event.request.policy = &hand->policy;
    step(hand, &event);
}

static void located(struct hand *hand)
{
    struct sp_proxy_event event = {.kind = SP_PROXY_LOCATED, .located = {&hand->to, 1}};
    step(hand, &event);
}

static void response(struct hand *hand, uint16_t status, const char *method, const char *fields)
{
    static struct parsed parsed;
    static char text[4096];
    struct sp_proxy_event event = {
        .kind = SP_PROXY_RESPONSE,
        .message = &parsed.message,
        .response = {.follow = {.is_followed = true}},
    };
    snprintf(text, sizeof text,
             "SIP/2.0 %u X\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKours\r\n"
             "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1\r\nFrom: <sip:a@example.com>;tag=1\r\n"
             "To: <sip:b@example.com>;tag=2\r\nCall-ID: c\r\nCSeq: 1 %s\r\n%s\r\n",
             status, method, fields);
    assert_int_equal(parse(&parsed, text), SP_OK);
    step(hand, &event);
}

static void tell(struct hand *hand, enum sp_proxy_event_kind kind)
{
    struct sp_proxy_event event = {.kind = kind};
    step(hand, &event);
}

/* RFC 5658: our upstream side below, our downstream side on top, where it is nearer. */
static void two_sides_get_a_record_route_each(void **state)
{
    (void)state;
    static const struct {
        enum sp_transport from, to;
        uint8_t from_ip;
        const char *routes;
    } rows[] = {
        {SP_TRANSPORT_UDP, SP_TRANSPORT_UDP, 1, "<sip:192.0.2.1:5060;lr;"},
        {SP_TRANSPORT_TCP, SP_TRANSPORT_TCP, 1, "<sip:192.0.2.1:5060;transport=tcp;lr;"},
        {SP_TRANSPORT_TCP, SP_TRANSPORT_UDP, 1,
         "<sip:192.0.2.1:5060;lr; <sip:192.0.2.1:5060;transport=tcp;lr;"},
        {SP_TRANSPORT_UDP, SP_TRANSPORT_UDP, 9, "<sip:192.0.2.1:5060;lr; <sip:192.0.2.9:5060;lr;"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct hand hand;
        char routes[512] = "";
        hand_open(&hand, MEMORY);
        hand.from.transport = rows[i].from;
        hand.from.local.ip[3] = rows[i].from_ip;
        hand.to.transport = rows[i].to;
        request(&hand, "INVITE", "Record-Route: <sip:far.example.com;lr>\r\n");
        located(&hand);
        const char *at = hand.sent;
        while ((at = strstr(at, "Record-Route: <sip:192")) != NULL) {
            const size_t len = strlen(routes);
            at += strlen("Record-Route: ");
            snprintf(routes + len, sizeof routes - len, "%s%.*s", len > 0 ? " " : "",
                     (int)(strstr(at, "sp=") - at), at);
        }
        assert_string_equal(routes, rows[i].routes);
        assert_true(strstr(hand.sent, "far.example.com") > strstr(hand.sent, "sp="));
        assert_non_null(strstr(hand.sent, rows[i].to == SP_TRANSPORT_UDP
                                              ? "Via: SIP/2.0/UDP 192.0.2.1:5060;branch="
                                              : "Via: SIP/2.0/TCP 192.0.2.1:5060;branch="));
        hand_close(&hand);
    }
}

static void expect_nothing_left(const struct hand *hand)
{
    const struct sp_proxy_use use = sp_proxy_use(hand->proxy);
    assert_int_equal(use.contexts, 0);
    assert_int_equal(use.branches, 0);
    assert_int_equal(use.forks, 0);
    assert_int_equal(use.messages, 0);
}

/* Time passes, and nobody says anything. */
static void fall_silent(struct hand *hand)
{
    for (int second = 0; second < 400 && !hand->has_ended; second++) {
        hand->turn.now += SP_SECOND;
        tell(hand, second < 64 ? SP_PROXY_TIMED_OUT : SP_PROXY_CLIENT_ENDED);
        while (sp_proxy_turn(hand->proxy, &hand->turn, &hand->actions))
            take(hand);
    }
}

/* A whole call with a redirect and a CANCEL, however little memory its turns have: it may fail, but
 * it ends, and its caller's transaction hears of it. */
static void hardly_any_memory_ends_a_call_and_leaves_nothing(void **state)
{
    (void)state;
    static const char *const methods[] = {"INVITE", "MESSAGE"};
    static const char moved[] =
        "Contact: <sip:x@192.0.2.8>, <sip:y@192.0.2.9>, <tel:+15550000001>\r\n";
    for (size_t memory = 0; memory < 16384; memory += 128) {
        for (size_t i = 0; i < 2; i++) {
            static struct hand hand;
            hand_open(&hand, memory);
            hand.policy.history = SP_PROXY_HISTORY_INFO;
            request(&hand, methods[i], "");
            located(&hand);
            response(&hand, 180, methods[i], "");
            response(&hand, 302, methods[i], moved);
            located(&hand);
            response(&hand, 180, methods[i], "");
            tell(&hand, SP_PROXY_CANCELLED);
            response(&hand, 407, methods[i], "Proxy-Authenticate: Digest realm=\"x\"\r\n");
            fall_silent(&hand);
            if (!hand.has_ended || hand.final_status == 0)
                fail_msg("%s with %zu octets: %u", methods[i], memory, hand.final_status);
            expect_nothing_left(&hand);
            hand_close(&hand);
        }
    }
}

/* A 200 that there is no room to pass on is passed on when it comes again. */
static void a_200_without_room_waits_for_itself_to_come_again(void **state)
{
    (void)state;
    static char filler[4096];
    static struct hand hand;
    memset(filler, 'x', sizeof filler - 1);
    memcpy(filler, "Subject: ", 9);
    memcpy(filler + 3000, "\r\n", 3);
    hand_open(&hand, 5000);
    request(&hand, "INVITE", "");
    located(&hand);
    response(&hand, 200, "INVITE", filler); /* 3 KiB, and as much again to pass it on */
    assert_int_equal(hand.final_status, 0);
    response(&hand, 200, "INVITE", "");
    assert_int_equal(hand.final_status, 200);
    tell(&hand, SP_PROXY_CLIENT_ENDED);
    assert_true(hand.has_ended);
    expect_nothing_left(&hand);
    hand_close(&hand);
}

static void words_to_what_is_over_mean_nothing(void **state)
{
    (void)state;
    static struct hand hand;
    hand_open(&hand, MEMORY);
    request(&hand, "MESSAGE", "");
    located(&hand);
    response(&hand, 200, "MESSAGE", "");
    assert_true(hand.has_ended);
    response(&hand, 200, "MESSAGE", "");
    assert_int_equal(hand.actions.count, 0);
    located(&hand);
    tell(&hand, SP_PROXY_TIMED_OUT);
    tell(&hand, SP_PROXY_CANCELLED);
    tell(&hand, SP_PROXY_SERVER_ENDED);
    assert_int_equal(hand.actions.count, 0);
    assert_int_equal(sp_proxy_counters(hand.proxy)->stray, 1);
    hand_close(&hand);
}

/* RFC 3261 §16.11: an ACK of a 2xx has no transaction here, so the same one has the same branch. */
static void an_ack_that_comes_again_is_sent_again_the_same(void **state)
{
    (void)state;
    char branches[2][64];
    static struct hand hand;
    hand_open(&hand, MEMORY);
    hand.policy.is_responsible = false;
    for (int i = 0; i < 2; i++) {
        static struct parsed parsed;
        const struct sp_proxy_home home = {0};
        const struct sp_proxy_arrival arrival = {&parsed.message, &hand.from, &home};
        assert_int_equal(parse(&parsed, "ACK sip:b@192.0.2.3 SIP/2.0\r\n"
                                        "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKack\r\n"
                                        "From: <sip:a@example.com>;tag=1\r\n"
                                        "To: <sip:b@example.com>;tag=2\r\nCall-ID: c\r\n"
                                        "CSeq: 1 ACK\r\n\r\n"),
                         SP_OK);
        assert_int_equal(
            sp_proxy_examine(hand.proxy, &arrival, &hand.arena, &hand.way, &hand.refusal), SP_OK);
        struct sp_proxy_event event = {.kind = SP_PROXY_REQUEST,
                                       .context = ++hand.context,
                                       .message = &parsed.message,
                                       .request = {0, &hand.from, &hand.way, &hand.policy}};
        sp_proxy_step(hand.proxy, &event, &hand.turn, &hand.actions);
        take(&hand);
        const struct sp_proxy_event found = {.kind = SP_PROXY_LOCATED,
                                             .context = hand.context,
                                             .branch = hand.branch,
                                             .located = {&hand.to, 1}};
        sp_proxy_step(hand.proxy, &found, &hand.turn, &hand.actions);
        assert_int_equal(hand.actions.list[0].kind, SP_PROXY_SEND_ACK);
        const struct sp_span branch = hand.actions.list[0].send.via_branch;
        snprintf(branches[i], sizeof branches[i], "%.*s", (int)branch.len, branch.ptr);
        take(&hand);
    }
    assert_string_equal(branches[0], branches[1]);
    expect_nothing_left(&hand);
    hand_close(&hand);
}

static void every_state_has_a_name(void **state)
{
    (void)state;
    for (int i = 0; i < SP_PROXY_STATE_COUNT; i++)
        assert_true(strlen(sp_proxy_state_text((enum sp_proxy_state)i)) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_sides_get_a_record_route_each),
        cmocka_unit_test(hardly_any_memory_ends_a_call_and_leaves_nothing),
        cmocka_unit_test(a_200_without_room_waits_for_itself_to_come_again),
        cmocka_unit_test(words_to_what_is_over_mean_nothing),
        cmocka_unit_test(an_ack_that_comes_again_is_sent_again_the_same),
        cmocka_unit_test(every_state_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
