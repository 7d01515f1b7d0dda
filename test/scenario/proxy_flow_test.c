/* SPDX-License-Identifier: Apache-2.0
 *
 * The flows of RFC 3665 §3 that go through a proxy, each on real transactions with time moved by
 * hand.
 */
#include <string.h>

#include "road.h"

static const struct road_reply rings[] = {{180, ""}};
static const struct road_reply silent[] = {{0, ""}};

static struct sp_proxy_policy to(const char *next_hop)
{
    return (struct sp_proxy_policy){.next_hop = sp_span_of(next_hop), .records_route = true};
}

/* alice - p1 - p2 - bob: 192.0.2.1 to 192.0.2.4. */
struct trapezoid {
    struct road road;
    struct road_node *alice, *p1, *p2, *bob;
};

static void build(struct trapezoid *on, const struct road_reply *replies, int count)
{
    const struct sp_proxy_policy first = to("sip:192.0.2.3");
    const struct sp_proxy_policy second = to("sip:192.0.2.4");
    road_open(&on->road);
    on->alice = road_add(&on->road, "alice", NULL, 0);
    on->p1 = road_add_proxy(&on->road, "p1", "b.example.com", &first);
    on->p2 = road_add_proxy(&on->road, "p2", "b.example.com", &second);
    on->bob = road_add(&on->road, "bob", replies, count);
}

static void invite(struct trapezoid *on)
{
    road_send(&on->road, on->alice, on->p1, "INVITE sip:bob@b.example.com", "");
}

static void expect_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no %s in %s", part, text);
}

/* RFC 3665 §3.2. */
static void a_call_goes_through_two_proxies_and_ends_through_them(void **state)
{
    (void)state;
    static struct trapezoid on;
    build(&on, rings, 1);
    invite(&on);
    road_expect(&on.road, "alice INVITE, p1 100, p1 INVITE, p2 100, p2 INVITE, bob 180, p2 180, "
                          "p1 180");
    road_reply(&on.road, on.bob, 200, "");
    road_expect(&on.road, "bob 200, p2 200, p1 200");
    road_send_in_dialog(&on.road, on.alice, "ACK", "");
    road_expect(&on.road, "alice ACK, p1 ACK, p2 ACK");
    expect_has(on.bob->last_ack, "ACK sip:bob@192.0.2.4 SIP/2.0\r\n");
    on.bob->replies = NULL;
    road_send_in_dialog(&on.road, on.bob, "BYE", "");
    road_expect(&on.road, "bob BYE, p2 BYE, p1 BYE, alice 200, p1 200, p2 200");
    expect_has(on.alice->last_request, "BYE sip:alice@192.0.2.1 SIP/2.0\r\n");
    assert_null(strstr(on.alice->last_request, "Route:"));
    road_close(&on.road);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_goes_through_two_proxies_and_ends_through_them),
    };
    (void)silent;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
