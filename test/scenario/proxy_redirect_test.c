/* SPDX-License-Identifier: Apache-2.0
 *
 * A proxy that follows 3xx (RFC 3261 §16.5, §16.7 step 4): what it tries, what it keeps of the
 * request, and what it passes upstream instead.
 */
#include <stdio.h>
#include <string.h>

#include "road.h"

static const struct road_reply silent[] = {{0, ""}};
static const struct road_reply busy[] = {{486, ""}};

/* alice - proxy - old, and new beside it: 192.0.2.1 to 192.0.2.4. */
struct detour {
    struct road road;
    struct road_node *alice, *proxy, *old, *new;
};

static void build(struct detour *on, uint16_t status, const char *fields)
{
    static struct road_reply reply[1];
    const struct sp_proxy_policy policy = {.next_hop = SP_SPAN("sip:192.0.2.3"),
                                           .records_route = true};
    reply[0] = (struct road_reply){status, fields};
    road_open(&on->road);
    on->alice = road_add(&on->road, "alice", NULL, 0);
    on->proxy = road_add_proxy(&on->road, "proxy", "b.example.com", &policy);
    on->proxy->follow = (struct sp_proxy_follow){.is_followed = true};
    on->old = road_add(&on->road, "old", reply, 1);
    on->new = road_add(&on->road, "new", silent, 1);
}

static void invite(struct detour *on, const char *fields)
{
    road_send(&on->road, on->alice, on->proxy, "INVITE sip:bob@b.example.com", fields);
}

static void expect_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no %s in %s", part, text);
}

/* The text of a message's first line of a kind, in static memory of two. */
static const char *line_of(const char *text, const char *name)
{
    static char lines[2][256];
    static int turn;
    const char *at = strstr(text, name);
    turn = !turn;
    snprintf(lines[turn], sizeof lines[turn], "%.*s", at != NULL ? (int)strcspn(at, "\r") : 0,
             at != NULL ? at : "");
    return lines[turn];
}

static void a_new_target_gets_the_request_as_it_came_on_a_branch_of_its_own(void **state)
{
    (void)state;
    static struct detour on;
    build(&on, 302, "Contact: <sip:robert@192.0.2.4;user=phone>\r\n");
    invite(&on, "Subject: x\r\n");
    expect_has(on.new->last_request, "INVITE sip:robert@192.0.2.4;user=phone SIP/2.0\r\n");
    static const char *const kept[] = {
        "To: ", "From: ", "Call-ID: ", "CSeq: ", "Subject: ", "Max-Forwards: "};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        assert_string_equal(line_of(on.old->last_request, kept[i]),
                            line_of(on.new->last_request, kept[i]));
    expect_has(on.new->last_request, "Max-Forwards: 69\r\n"); /* not begun anew */
    assert_string_not_equal(line_of(on.old->last_request, "Via: SIP/2.0/UDP 192.0.2.2"),
                            line_of(on.new->last_request, "Via: SIP/2.0/UDP 192.0.2.2"));
    /* RFC 3261 §17.1.1.3: the ACK of the 302 goes where its INVITE went, and to whom. */
    expect_has(on.old->last_ack, "ACK sip:bob@b.example.com SIP/2.0\r\n");
    assert_string_equal(line_of(on.old->last_request, "Via: "), line_of(on.old->last_ack, "Via: "));
    road_reply(&on.road, on.new, 486, "");
    road_close(&on.road);
}

/* RFC 3261 §19.1.5: headers and method of a Contact are its sender's wishes, and stay wishes. */
static void nothing_of_a_contact_but_its_uri_is_taken(void **state)
{
    (void)state;
    static struct detour on;
    build(&on, 302,
          "Contact: <sip:bob@192.0.2.4;lr;method=BYE?Route=%3Csip:192.0.2.9%3E&Replaces=x"
          "&To=%3Csip:eve%40example.com%3E>\r\n");
    invite(&on, "");
    expect_has(on.new->last_request, "INVITE sip:bob@192.0.2.4;lr SIP/2.0\r\n");
    assert_null(strstr(on.new->last_request, "Route: <sip:192.0.2.9"));
    assert_null(strstr(on.new->last_request, "Replaces"));
    expect_has(on.new->last_request, "To: <sip:bob@b.example.com>\r\n");
    road_reply(&on.road, on.new, 486, "");
    road_close(&on.road);
}

/* What a 3xx names, and what its caller gets of it when nobody there answers. */
static void what_cannot_be_tried_goes_upstream_and_what_was_tried_does_not(void **state)
{
    (void)state;
    static const struct {
        const char *fields;
        const char *best, *contact; /* NULL: no Contact */
    } rows[] = {
        {"Contact: <sip:new@192.0.2.4>\r\n", "SIP/2.0 486 ", NULL},
        {"Contact: <sip:new@192.0.2.4>, <tel:+15550000001>\r\n", "SIP/2.0 302 ",
         "Contact: <tel:+15550000001>\r\n"},
        {"Contact: <http://example.com/>;q=1, <sip:new@192.0.2.4>;q=0.1\r\n", "SIP/2.0 302 ",
         "Contact: <http://example.com/>;q=1\r\n"},
        {"Contact: <tel:+15550000001>\r\nContact: <mailto:b@example.com>\r\n", "SIP/2.0 302 ",
         "Contact: <tel:+15550000001>\r\nContact: <mailto:b@example.com>\r\n"},
        {"Contact: <sip:new@192.0.2.4;maddr=192.0.2.9>\r\n", "SIP/2.0 302 ",
         "Contact: <sip:new@192.0.2.4;maddr=192.0.2.9>\r\n"},
        {"Contact: <sip:new@192.0.2.4;transport=sctp>\r\n", "SIP/2.0 302 ",
         "Contact: <sip:new@192.0.2.4;transport=sctp>\r\n"},
        {"Contact: <sip:new@224.0.0.1>\r\n", "SIP/2.0 302 ", "Contact: <sip:new@224.0.0.1>\r\n"},
        {"Contact: *\r\n", "SIP/2.0 302 ", "Contact: *\r\n"},
        {"Contact: <sip:new@\r\n", "SIP/2.0 302 ", "Contact: <sip:new@\r\n"},
        {"Contact: <sip:bob@127.0.0.1>\r\n", "SIP/2.0 302 ", "Contact: <sip:bob@127.0.0.1>\r\n"},
        {"Contact: <sip:bob@10.0.0.1>, <sip:new@192.0.2.4>\r\n", "SIP/2.0 302 ",
         "Contact: <sip:bob@10.0.0.1>\r\n"},
        {"Contact: <sip:bob@[::1]>\r\n", "SIP/2.0 302 ", "Contact: <sip:bob@[::1]>\r\n"},
        {"", "SIP/2.0 302 ", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct detour on;
        build(&on, 302, rows[i].fields);
        on.new->replies = busy;
        invite(&on, "");
        const char *text = on.alice->last_response;
        if (strncmp(text, rows[i].best, 12) != 0)
            fail_msg("row %zu: %s", i, text);
        if (rows[i].contact != NULL)
            expect_has(text, rows[i].contact);
        else
            assert_null(strstr(text, "Contact: "));
        road_close(&on.road);
    }
}

/* Which 3xx is followed: the peer's leave, the domain's, the status. */
static void not_every_3xx_is_followed(void **state)
{
    (void)state;
    static const struct {
        uint16_t status;
        bool is_refused;
        bool is_followed;
    } rows[] = {
        {300, false, true},  {301, false, true},  {302, false, true}, {399, false, true},
        {305, false, false}, {380, false, false}, {302, true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct detour on;
        build(&on, rows[i].status, "m: <sip:new@192.0.2.4;line=sr-1?x=y>;q=0.5;expires=soon\r\n");
        on.proxy->follow.is_followed = !rows[i].is_refused;
        on.new->replies = busy;
        invite(&on, "");
        if ((on.new->requests > 0) != rows[i].is_followed)
            fail_msg("row %zu", i);
        if (!rows[i].is_followed) /* whoever hides or routes by it downstream finds it as it was */
            expect_has(on.alice->last_response,
                       "\r\nm: <sip:new@192.0.2.4;line=sr-1?x=y>;q=0.5;expires=soon\r\n");
        assert_int_equal(sp_proxy_counters(on.proxy->proxy)->followed, rows[i].is_followed);
        expect_has(on.proxy->told, "sip:bob@b.example.com from 192.0.2.3:5060"); /* told anyway */
        road_close(&on.road);
    }
}

static void a_3xx_in_a_dialog_goes_back_to_who_asked(void **state)
{
    (void)state;
    static struct detour on;
    build(&on, 200, "");
    invite(&on, "");
    road_send_in_dialog(&on.road, on.alice, "ACK", "");
    static const struct road_reply moved[] = {{302, "Contact: <sip:new@192.0.2.4>\r\n"}};
    on.old->replies = moved;
    on.road.log[0] = '\0';
    road_send_in_dialog(&on.road, on.alice, "INVITE", "Contact: <sip:alice@192.0.2.1>\r\n");
    road_expect(&on.road, "alice INVITE, proxy 100, proxy INVITE, old 302, proxy ACK, proxy 302, "
                          "alice ACK");
    road_close(&on.road);
}

static void sips_is_never_redirected_to_sip(void **state)
{
    (void)state;
    static struct detour on;
    build(&on, 302, "Contact: <sip:new@192.0.2.4>\r\n");
    road_send(&on.road, on.alice, on.proxy, "INVITE sips:bob@b.example.com",
              "Contact: <sips:alice@192.0.2.1>\r\n");
    assert_int_equal(on.new->requests, 0);
    expect_has(on.alice->last_response, "Contact: <sip:new@192.0.2.4>\r\n");
    road_close(&on.road);
}

/* Credentials are for a realm, and a new domain is another. */
static void credentials_stay_behind_when_the_domain_changes(void **state)
{
    (void)state;
    static const struct {
        const char *contact;
        bool has_them;
    } rows[] = {
        {"Contact: <sip:new@192.0.2.4>\r\n", false},
        {"Contact: <sip:other@B.example.com>\r\n", true},
    };
    static const struct road_name names[] = {{"b.example.com", {4, 0}}, {"B.example.com", {4, 0}}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct detour on;
        build(&on, 302, rows[i].contact);
        on.road.names = names;
        on.road.name_count = 2;
        invite(&on, "Proxy-Authorization: Digest realm=\"x\"\r\nAuthorization: Digest realm=\"y\""
                    "\r\n");
        expect_has(on.old->last_request, "Proxy-Authorization: Digest realm=\"x\"\r\n");
        expect_has(on.old->last_request, "\r\nAuthorization: Digest realm=\"y\"\r\n");
        assert_int_equal(on.new->requests, 1);
        if ((strstr(on.new->last_request, "Authorization") != NULL) != rows[i].has_them)
            fail_msg("row %zu: %s", i, on.new->last_request);
        road_reply(&on.road, on.new, 486, "");
        road_close(&on.road);
    }
}

/* What led to the old target has nothing to do with the new one. */
static void routes_of_the_old_target_stay_behind(void **state)
{
    (void)state;
    static struct detour on;
    build(&on, 302, "Contact: <sip:new@192.0.2.4>\r\n");
    on.proxy->policy.relays_routes = true;
    invite(&on, "Route: <sip:192.0.2.2;lr>, <sip:192.0.2.3;lr>\r\n");
    expect_has(on.old->last_request, "\r\nRoute: <sip:192.0.2.3;lr>\r\n");
    assert_null(strstr(on.new->last_request, "\r\nRoute:"));
    assert_int_equal(on.new->requests, 1);
    road_reply(&on.road, on.new, 486, "");
    road_close(&on.road);
}

/* RFC 3261 §16.7 step 5: what comes after a final answer starts nothing. */
static void a_302_after_a_200_is_not_followed(void **state)
{
    (void)state;
    static struct detour on;
    build(&on, 300, "Contact: <sip:new@192.0.2.4>, <sip:other@192.0.2.5>\r\n");
    struct road_node *other = road_add(&on.road, "other", silent, 1);
    on.proxy->policy.is_parallel = true;
    invite(&on, "");
    road_reply(&on.road, on.new, 200, "");
    on.road.log[0] = '\0';
    road_reply(&on.road, other, 302, "Contact: <sip:third@192.0.2.3>\r\n");
    road_expect(&on.road, "other 302, proxy ACK");
    road_close(&on.road);
}

static void a_loop_of_redirects_ends(void **state)
{
    (void)state;
    static const char *const back[] = {"Contact: <sip:bob@b.example.com>\r\n",
                                       "Contact: <sip:bob@B.EXAMPLE.COM>;q=0.5\r\n",
                                       "Contact: <sip:new@192.0.2.4>, <sip:new@192.0.2.4>\r\n"};
    for (size_t i = 0; i < sizeof back / sizeof *back; i++) {
        static struct detour on;
        static struct road_reply again[1];
        build(&on, 302, "Contact: <sip:new@192.0.2.4>\r\n");
        again[0] = (struct road_reply){302, back[i]};
        on.new->replies = again;
        invite(&on, "");
        assert_int_equal(on.new->requests, 2); /* INVITE, ACK */
        assert_int_equal(on.old->requests, 2);
        expect_has(on.alice->last_response, "SIP/2.0 480 ");
        road_close(&on.road);
    }
}

static void hops_and_targets_are_capped(void **state)
{
    (void)state;
    static struct detour on;
    build(&on, 302, "Contact: <sip:new@192.0.2.4>\r\n");
    on.proxy->follow.hops_max = 2;
    static const struct road_reply chain[] = {{302, "Contact: <sip:n1@192.0.2.4>\r\n"},
                                              {302, "Contact: <sip:n2@192.0.2.4>\r\n"},
                                              {302, "Contact: <sip:n3@192.0.2.4>\r\n"}};
    on.new->replies = chain;
    on.new->reply_count = 3;
    invite(&on, "");
    assert_int_equal(on.new->requests, 4); /* new, n1, and their ACKs */
    expect_has(on.alice->last_response, "Contact: <sip:n2@192.0.2.4>\r\n");
    road_close(&on.road);
}

/* A peer that answers each request with 20 Contacts that nobody has seen before. */
static void a_peer_that_never_stops_naming_others_is_stopped(void **state)
{
    (void)state;
    for (int is_parallel = 0; is_parallel < 2; is_parallel++) {
        static struct detour on;
        static char fields[64][2048];
        static struct road_reply replies[64];
        for (int i = 0; i < 64; i++) {
            fields[i][0] = '\0';
            for (int j = 0; j < 20; j++)
                road_append(fields[i], sizeof fields[i], "Contact: <sip:n%d-%d@192.0.2.4>\r\n", i,
                            j);
            replies[i] = (struct road_reply){302, fields[i]};
        }
        build(&on, 302, fields[0]);
        on.proxy->policy.is_parallel = is_parallel == 1;
        on.proxy->follow.targets_max = 255;
        on.proxy->follow.hops_max = 255;
        on.new->replies = replies + 1;
        on.new->reply_count = 63;
        invite(&on, "");
        assert_int_equal(sp_proxy_counters(on.proxy->proxy)->forwarded, SP_TARGETS_MAX);
        assert_non_null(strstr(on.alice->last_response, "SIP/2.0 302 "));
        road_close(&on.road);
    }
}

static void nearly_a_thousand_contacts_are_cut_to_the_cap(void **state)
{
    (void)state;
    static struct detour on;
    static char fields[ROAD_OCTETS_MAX];
    size_t len = (size_t)snprintf(fields, sizeof fields, "Contact: <sip:n@192.0.2.4>");
    for (int i = 0; i < 800; i++) /* a quarter of them broken */
        len += (size_t)snprintf(fields + len, sizeof fields - len,
                                i % 4 == 0 ? ",<sip:%d@" : ",<sip:%d@192.0.2.4>", i);
    snprintf(fields + len, sizeof fields - len, "\r\n");
    build(&on, 300, fields);
    on.new->replies = busy;
    invite(&on, "");
    assert_true(sp_proxy_counters(on.proxy->proxy)->forwarded <= 20);
    expect_has(on.road.log, "alice ACK"); /* it came to an end */
    road_close(&on.road);
}

/* Two proxies that redirect a call to each other's domains through two redirectors. */
static void two_proxies_that_point_at_each_other_end_the_loop(void **state)
{
    (void)state;
    static struct detour on;
    static const struct road_name names[] = {{"b.example.com", {2, 0}}, {"c.example.com", {5, 0}}};
    static const struct road_reply back[] = {{302, "Contact: <sip:bob@b.example.com>\r\n"}};
    const struct sp_proxy_policy policy = {.next_hop = SP_SPAN("sip:192.0.2.6")};
    build(&on, 302, "Contact: <sip:bob@c.example.com>\r\n");
    struct road_node *other = road_add_proxy(&on.road, "other", "c.example.com", &policy);
    other->follow.is_followed = true;
    road_add(&on.road, "back", back, 1);
    on.road.names = names;
    on.road.name_count = 2;
    invite(&on, "");
    road_wait(&on.road, 40000);
    expect_has(on.alice->last_response, "SIP/2.0 4");
    assert_true(on.road.sent < 400);
    assert_true(sp_proxy_counters(on.proxy->proxy)->looped > 0);
    road_close(&on.road);
}

/* RFC 4694: a routing number belongs to the user part, and stays there. */
static void a_ported_number_keeps_its_routing_number(void **state)
{
    (void)state;
    static struct detour on;
    build(&on, 302, "Contact: <sip:+15550000001;npdi;rn=+15559990000@192.0.2.4;user=phone>\r\n");
    invite(&on, "");
    expect_has(on.new->last_request, "INVITE sip:+15550000001;npdi;rn=+15559990000@192.0.2.4;"
                                     "user=phone SIP/2.0\r\n");
    road_reply(&on.road, on.new, 486, "");
    road_close(&on.road);
}

static void a_target_that_cannot_be_found_gives_way_to_the_next(void **state)
{
    (void)state;
    static struct detour on;
    build(&on, 302, "Contact: <sip:bob@nowhere.example.com>, <sip:new@192.0.2.4>;q=0.5\r\n");
    invite(&on, "");
    assert_int_equal(on.new->requests, 1);
    road_reply(&on.road, on.new, 200, "");
    expect_has(on.alice->last_response, "SIP/2.0 200 ");
    expect_has(on.proxy->told, "tried sip:bob@nowhere.example.com 503; ");
    road_close(&on.road);
}

/* A name may resolve to an address that a Contact must not have. */
static void a_name_that_means_a_private_address_is_not_tried(void **state)
{
    (void)state;
    for (int is_allowed = 0; is_allowed < 2; is_allowed++) {
        static struct detour on;
        build(&on, 302, "Contact: <sip:bob@inside.example.com>\r\n");
        on.road.private_name = "inside.example.com";
        on.proxy->follow.allows_private = is_allowed == 1;
        invite(&on, "");
        expect_has(on.alice->last_response, "SIP/2.0 500 "); /* nobody is there either */
        assert_int_equal(sp_proxy_counters(on.proxy->proxy)->forwarded, 1 + is_allowed);
        road_close(&on.road);
    }
}

/* Nor when it has been learned, where its peer may not have that. */
static void a_known_name_that_means_a_private_address_is_not_tried(void **state)
{
    (void)state;
    for (int is_allowed = 0; is_allowed < 2; is_allowed++) {
        static struct detour on;
        const struct sp_proxy_known known[] = {
            {SP_SPAN("sip:bob@inside.example.com"), 301, is_allowed == 1},
            {SP_SPAN("sip:bob@10.0.0.1"), 301, false}, /* looked at when it was learned */
        };
        build(&on, 486, "");
        on.road.private_name = "inside.example.com";
        on.proxy->policy.known = known;
        on.proxy->policy.known_count = 2;
        on.proxy->policy.is_responsible = true;
        invite(&on, "");
        expect_has(on.alice->last_response, "SIP/2.0 486 "); /* of the old address, in the end */
        assert_int_equal(sp_proxy_counters(on.proxy->proxy)->forwarded, 2 + is_allowed);
        road_close(&on.road);
    }
}

static void only_a_request_other_than_invite_is_followed_without_181(void **state)
{
    (void)state;
    static struct detour on;
    build(&on, 302, "Contact: <sip:new@192.0.2.4>\r\n");
    on.proxy->policy.says_181 = true;
    road_send(&on.road, on.alice, on.proxy, "MESSAGE sip:bob@b.example.com", "");
    road_expect(&on.road, "alice MESSAGE, proxy MESSAGE, old 302, proxy MESSAGE");
    road_reply(&on.road, on.new, 200, "");
    road_expect(&on.road, "");
    road_close(&on.road);
}

static void a_181_is_said_once_when_the_new_target_is_known(void **state)
{
    (void)state;
    static struct detour on;
    build(&on, 302, "Contact: <sip:new@192.0.2.4>\r\n");
    static const struct road_reply again[] = {{302, "Contact: <sip:newer@192.0.2.4>\r\n"},
                                              {486, ""}};
    on.new->replies = again;
    on.new->reply_count = 2;
    on.proxy->policy.says_181 = true;
    invite(&on, "");
    road_expect(&on.road, "alice INVITE, proxy 100, proxy INVITE, old 302, proxy ACK, proxy 181, "
                          "proxy INVITE, new 302, proxy ACK, proxy INVITE, new 486, proxy ACK, "
                          "proxy 486, alice ACK");
    road_close(&on.road);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_target_gets_the_request_as_it_came_on_a_branch_of_its_own),
        cmocka_unit_test(nothing_of_a_contact_but_its_uri_is_taken),
        cmocka_unit_test(what_cannot_be_tried_goes_upstream_and_what_was_tried_does_not),
        cmocka_unit_test(not_every_3xx_is_followed),
        cmocka_unit_test(a_3xx_in_a_dialog_goes_back_to_who_asked),
        cmocka_unit_test(sips_is_never_redirected_to_sip),
        cmocka_unit_test(credentials_stay_behind_when_the_domain_changes),
        cmocka_unit_test(routes_of_the_old_target_stay_behind),
        cmocka_unit_test(a_302_after_a_200_is_not_followed),
        cmocka_unit_test(a_loop_of_redirects_ends),
        cmocka_unit_test(hops_and_targets_are_capped),
        cmocka_unit_test(a_peer_that_never_stops_naming_others_is_stopped),
        cmocka_unit_test(nearly_a_thousand_contacts_are_cut_to_the_cap),
        cmocka_unit_test(two_proxies_that_point_at_each_other_end_the_loop),
        cmocka_unit_test(a_ported_number_keeps_its_routing_number),
        cmocka_unit_test(a_target_that_cannot_be_found_gives_way_to_the_next),
        cmocka_unit_test(a_name_that_means_a_private_address_is_not_tried),
        cmocka_unit_test(a_known_name_that_means_a_private_address_is_not_tried),
        cmocka_unit_test(only_a_request_other_than_invite_is_followed_without_181),
        cmocka_unit_test(a_181_is_said_once_when_the_new_target_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
