/* SPDX-License-Identifier: Apache-2.0
 *
 * What may go through a proxy, and which way (RFC 3261 §16.3, §16.4, §16.6): its Routes and those
 * of others, loops, limits, and everything that would make it an open relay.
 */
#include <stdio.h>
#include <string.h>

#include "road.h"

static const struct road_reply answers[] = {{200, ""}};

/* alice - proxy - bob, and eve: 192.0.2.1 to 192.0.2.4. */
struct line {
    struct road road;
    struct road_node *alice, *proxy, *bob, *eve;
};

static void build(struct line *on)
{
    static const struct sp_proxy_policy policy = {.next_hop = {"sip:192.0.2.3", 13},
                                                  .records_route = true};
    road_open(&on->road);
    on->alice = road_add(&on->road, "alice", NULL, 0);
    on->proxy = road_add_proxy(&on->road, "proxy", "b.example.com", &policy);
    on->bob = road_add(&on->road, "bob", answers, 1);
    on->eve = road_add(&on->road, "eve", NULL, 0);
}

static void expect_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no %s in %s", part, text);
}

static void expect_status(const struct line *on, size_t row, const char *status)
{
    if (strncmp(on->alice->last_response + 8, status, 3) != 0)
        fail_msg("row %zu: not %s but %s", row, status, on->alice->last_response);
}

/* A request by hand: what stands between the Via and the From, and behind. */
static void ask(struct line *on, const char *start, const char *fields, const char *to_tag)
{
    static int branch;
    char text[4096];
    on->alice->last_response[0] = '\0';
    on->bob->last_request[0] = '\0';
    on->road.log[0] = '\0';
    branch++;
    const int method = (int)strcspn(start, " ");
    snprintf(text, sizeof text,
             "%s SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKby-hand-%d\r\n%s"
             "From: <sip:alice@example.com>;tag=alice\r\nTo: <sip:bob@b.example.com>%s\r\n"
             "Call-ID: by-hand-%d\r\nCSeq: 1 %.*s\r\n\r\n",
             start, branch, fields, to_tag, branch, method, start);
    road_inject(&on->road, on->alice, on->proxy, text);
}

static void what_is_refused_is_refused_with_its_own_code(void **state)
{
    (void)state;
    static const struct {
        const char *start, *fields, *status;
    } rows[] = {
        {"OPTIONS sip:bob@b.example.com", "Max-Forwards: 1\r\n", "200"},
        {"OPTIONS sip:bob@b.example.com", "", "200"},
        {"OPTIONS sip:bob@b.example.com", "Max-Forwards: 0\r\n", "200"}, /* the proxy's own */
        {"MESSAGE sip:bob@b.example.com", "Max-Forwards: 0\r\n", "483"},
        {"MESSAGE sip:bob@b.example.com", "Max-Breadth: 0\r\n", "440"},
        {"MESSAGE sip:bob@b.example.com", "Max-Breadth: many\r\n", "400"},
        {"MESSAGE sip:bob@b.example.com", "Proxy-Require: foo, bar\r\n", "420"},
        {"MESSAGE sip:bob@b.example.com", "Proxy-Require: \r\n", "200"},
        {"MESSAGE http://b.example.com/", "", "416"},
        {"MESSAGE sip:bob@b.example.com", "Route: <sip:192.0.2.2;lr\r\n", "400"},
        {"MESSAGE sip:bob@b.example.com", "Route: \"x <sip:192.0.2.2;lr>\r\n", "400"},
        {"FROBNICATE sip:bob@b.example.com", "Unknown: %%%\r\n", "200"}, /* RFC 3261 §16.3 */
        {"MESSAGE sip:bob@b.example.com", "Date: never\r\n", "200"},
        {"MESSAGE sip:eve@192.0.2.4", "", "403"},
        {"MESSAGE sip:eve@192.0.2.4", "Route: <sip:192.0.2.2;lr>\r\n", "403"},
        {"MESSAGE sip:bob@b.example.com", "Route: <sip:192.0.2.2;lr>\r\n", "200"},
        {"MESSAGE sip:bob@b.example.com", "Route: <sip:192.0.2.2;lr>, <sip:192.0.2.4;lr>\r\n",
         "403"},
        {"MESSAGE sip:bob@b.example.com", "Route: <sip:192.0.2.4;lr>\r\n", "403"},
        {"MESSAGE sip:bob@b.example.com", "Route: <sip:192.0.2.2;lr;sp=0123456789abcdef>\r\n",
         "200"},
        {"MESSAGE sip:eve@192.0.2.4", "Route: <sip:192.0.2.2;lr;sp=0123456789abcdef>\r\n", "403"},
    };
    static struct line on;
    build(&on);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ask(&on, rows[i].start, rows[i].fields, "");
        expect_status(&on, i, rows[i].status);
        assert_int_equal(on.eve->requests, 0);
    }
    ask(&on, "MESSAGE sip:bob@b.example.com", "Proxy-Require: foo, bar\r\n", "");
    expect_has(on.alice->last_response, "\r\nUnsupported: foo, bar\r\n");
    road_close(&on.road);
}

static void a_request_without_max_forwards_gets_70(void **state)
{
    (void)state;
    static struct line on;
    build(&on);
    ask(&on, "MESSAGE sip:bob@b.example.com", "", "");
    expect_has(on.bob->last_request, "\r\nMax-Forwards: 70\r\n");
    ask(&on, "MESSAGE sip:bob@b.example.com", "Max-Forwards: 255\r\n", "");
    expect_has(on.bob->last_request, "\r\nMax-Forwards: 254\r\n");
    road_close(&on.road);
}

/* Our Route, stolen out of a dialog, opens nothing else. */
static void a_record_route_is_good_for_its_own_dialog_only(void **state)
{
    (void)state;
    static struct line on;
    build(&on);
    road_send(&on.road, on.alice, on.proxy, "INVITE sip:bob@b.example.com", "");
    road_send_in_dialog(&on.road, on.alice, "ACK", "");
    char route[256];
    const char *line = strstr(on.bob->last_request, "Record-Route: <sip:192.0.2.2:5060;lr;sp=");
    assert_non_null(line);
    snprintf(route, sizeof route, "%.*s\r\n", (int)strcspn(line + 7, "\r"), line + 7);
    on.road.log[0] = '\0';
    road_send_in_dialog(&on.road, on.alice, "BYE", ""); /* for that it is */
    road_expect(&on.road, "alice BYE, proxy BYE, bob 200, proxy 200");
    ask(&on, "MESSAGE sip:eve@192.0.2.4", route, ";tag=x");
    expect_status(&on, 0, "403");
    ask(&on, "MESSAGE sip:eve@192.0.2.4", route, "");
    expect_status(&on, 1, "403");
    assert_int_equal(on.eve->requests, 0);
    road_close(&on.road);
}

/* RFC 3261 §16.12.1.2, §16.4: a strict router puts our Route into the Request-URI. */
static void a_strict_router_before_us_is_understood(void **state)
{
    (void)state;
    static struct line on;
    char text[4096];
    build(&on);
    road_send(&on.road, on.alice, on.proxy, "INVITE sip:bob@b.example.com", "");
    road_send_in_dialog(&on.road, on.alice, "ACK", "");
    const char *uri = strstr(on.bob->last_request, "sip:192.0.2.2:5060;lr;sp=");
    assert_non_null(uri);
    snprintf(text, sizeof text,
             "BYE %.*s SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKstrict\r\n"
             "Route: <sip:bob@192.0.2.3>\r\nFrom: <sip:alice@example.com>;tag=alice\r\n"
             "To: <sip:bob@b.example.com>;tag=bob\r\nCall-ID: alice-1\r\nCSeq: 2 BYE\r\n\r\n",
             (int)strcspn(uri, ">"), uri);
    road_inject(&on.road, on.alice, on.proxy, text);
    expect_has(on.bob->last_request, "BYE sip:bob@192.0.2.3 SIP/2.0\r\n");
    assert_null(strstr(on.bob->last_request, "\r\nRoute:"));
    road_close(&on.road);
}

/* RFC 3261 §16.6 step 6. */
static void a_strict_router_behind_us_gets_what_it_expects(void **state)
{
    (void)state;
    static struct line on;
    build(&on);
    on.proxy->policy.relays_routes = true;
    ask(&on, "MESSAGE sip:carol@b.example.com",
        "Route: <sip:192.0.2.2;lr>, <sip:192.0.2.3>\r\nRoute: <sip:far.example.com;lr>\r\n", "");
    expect_has(on.bob->last_request, "MESSAGE sip:192.0.2.3 SIP/2.0\r\n");
    expect_has(on.bob->last_request,
               "\r\nRoute: <sip:far.example.com;lr>, <sip:carol@b.example.com>\r\n");
    ask(&on, "MESSAGE sip:carol@b.example.com", "Route: <sip:192.0.2.2;lr>, <sip:192.0.2.3;lr>\r\n",
        "");
    expect_has(on.bob->last_request, "MESSAGE sip:carol@b.example.com SIP/2.0\r\n");
    expect_has(on.bob->last_request, "\r\nRoute: <sip:192.0.2.3;lr>\r\n");
    road_close(&on.road);
}

/* RFC 3261 §16.4. */
static void a_maddr_that_means_us_goes(void **state)
{
    (void)state;
    static struct line on;
    build(&on);
    ask(&on, "MESSAGE sip:bob@b.example.com:5060;maddr=192.0.2.2;transport=udp;x=1", "", "");
    expect_has(on.bob->last_request, "MESSAGE sip:bob@b.example.com;x=1 SIP/2.0\r\n");
    ask(&on, "MESSAGE sip:bob@b.example.com;maddr=192.0.2.9", "", "");
    expect_has(on.bob->last_request, "MESSAGE sip:bob@b.example.com;maddr=192.0.2.9 SIP/2.0\r\n");
    road_close(&on.road);
}

/* RFC 5393 §4.2: a domain whose next hop is the proxy itself. */
static void a_loop_is_a_482_at_its_first_turn(void **state)
{
    (void)state;
    static struct line on;
    build(&on);
    on.proxy->policy.next_hop = SP_SPAN("sip:192.0.2.2");
    ask(&on, "MESSAGE sip:bob@b.example.com", "", "");
    road_expect(&on.road, "alice MESSAGE, proxy MESSAGE, proxy 482, proxy 482");
    assert_int_equal(sp_proxy_counters(on.proxy->proxy)->looped, 1);
    road_close(&on.road);
}

/* RFC 5393 §4.2.2: it came through both proxies before, but on another errand: the far one follows
 * a 302 to somebody else of the same domain. */
static void a_spiral_is_no_loop(void **state)
{
    (void)state;
    static struct line on;
    static const struct road_name names[] = {{"b.example.com", {2, 0}}};
    static const struct road_reply moved[] = {{302, "Contact: <sip:carol@b.example.com>\r\n"},
                                              {200, ""}};
    const struct sp_proxy_policy policy = {.next_hop = SP_SPAN("sip:192.0.2.3")};
    build(&on);
    struct road_node *far = road_add_proxy(&on.road, "far", "b.example.com", &policy);
    far->follow.is_followed = true;
    on.proxy->policy.next_hop = SP_SPAN("sip:192.0.2.5");
    on.bob->replies = moved;
    on.bob->reply_count = 2;
    on.road.names = names;
    on.road.name_count = 1;
    ask(&on, "MESSAGE sip:bob@b.example.com", "", "");
    road_expect(&on.road, "alice MESSAGE, proxy MESSAGE, far MESSAGE, bob 302, far MESSAGE, "
                          "proxy MESSAGE, far MESSAGE, bob 200, far 200, proxy 200, far 200, "
                          "proxy 200");
    expect_has(on.bob->last_request, "MESSAGE sip:carol@b.example.com SIP/2.0\r\n");
    expect_has(on.bob->last_request, "\r\nMax-Forwards: 67\r\n"); /* four hops, none forgotten */
    assert_int_equal(sp_proxy_counters(on.proxy->proxy)->looped, 0);
    assert_int_equal(sp_proxy_counters(far->proxy)->looped, 0);
    road_close(&on.road);
}

/* A request that we would send to ourselves sixty times goes on at once, and only once. */
static void routes_that_all_point_at_us_are_taken_together(void **state)
{
    (void)state;
    static struct line on;
    char fields[2048] = "Route: <sip:192.0.2.2;lr>";
    build(&on);
    for (int i = 1; i < 60; i++)
        road_append(fields, sizeof fields, i % 2 == 0 ? ", %s" : "\r\nRoute: %s",
                    "<sip:192.0.2.2;lr>");
    road_append(fields, sizeof fields, "%s", "\r\n");
    ask(&on, "MESSAGE sip:bob@b.example.com", fields, "");
    road_expect(&on.road, "alice MESSAGE, proxy MESSAGE, bob 200, proxy 200");
    assert_null(strstr(on.bob->last_request, "\r\nRoute:"));
    road_close(&on.road);
}

static void a_register_gets_a_path_that_leads_to_its_contact_alone(void **state)
{
    (void)state;
    static struct line on;
    char path[256];
    build(&on);
    ask(&on, "REGISTER sip:b.example.com", "Supported: path\r\nContact: <sip:alice@192.0.2.4>\r\n",
        "");
    const char *line = strstr(on.bob->last_request, "\r\nPath: <sip:192.0.2.2:5060;lr;sp=");
    assert_non_null(line);
    assert_null(strstr(on.bob->last_request, "Record-Route"));
    snprintf(path, sizeof path, "Route: %.*s\r\n", (int)strcspn(line + 8, "\r"), line + 8);
    ask(&on, "MESSAGE sip:alice@192.0.2.4", path, "");
    assert_int_equal(on.eve->requests, 1); /* at 192.0.2.4 */
    ask(&on, "MESSAGE sip:somebody@192.0.2.4", path, "");
    expect_status(&on, 0, "403");
    assert_int_equal(on.eve->requests, 1);
    ask(&on, "REGISTER sip:b.example.com", "Contact: <sip:alice@192.0.2.4>\r\n", "");
    assert_null(strstr(on.bob->last_request, "\r\nPath:")); /* RFC 3327 §5.1: not supported */
    road_close(&on.road);
}

static void a_path_is_no_way_to_anybody_else(void **state)
{
    (void)state;
    static struct line on;
    char path[128], fields[512], start[256];
    build(&on);
    ask(&on, "REGISTER sip:b.example.com",
        "Supported: path\r\nPath: <sip:192.0.2.4;lr;ob>\r\nContact: <sip:alice@192.0.2.1>\r\n", "");
    const char *line = strstr(on.bob->last_request, "\r\nPath: <sip:192.0.2.2:5060;lr;sp=");
    assert_non_null(line);
    snprintf(path, sizeof path, "%.*s", (int)strcspn(line + 8, "\r"), line + 8);
    static const struct {
        const char *behind; /* our Path as the first Route */
        int reached;        /* eve, by then */
        const char *status; /* "": none */
    } rows[] = {
        {", <sip:192.0.2.4;lr;ob>", 1, ""},
        {"\r\nRoute: <sip:192.0.2.4;lr;ob>", 2, ""},
        {"", 2, "403"},
        {", <sip:192.0.2.4;lr>", 2, "403"},
        {", <sip:192.0.2.4>", 2, "403"},
        {", <sip:192.0.2.4;lr;ob>, <sip:192.0.2.4>", 2, "403"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(fields, sizeof fields, "Route: %s%s\r\n", path, rows[i].behind);
        ask(&on, "MESSAGE sip:alice@192.0.2.1", fields, "");
        assert_int_equal(on.eve->requests, rows[i].reached);
        if (rows[i].status[0] != '\0')
            expect_status(&on, i, rows[i].status);
    }
    /* Nor when the others bear what ours does. */
    const char *own = strstr(path, "sp=");
    snprintf(fields, sizeof fields,
             "Route: %s, <sip:192.0.2.4;lr;%.19s>, <sip:192.0.2.4;lr;%.19s>\r\n", path, own, own);
    ask(&on, "MESSAGE sip:alice@192.0.2.1", fields, "");
    assert_int_equal(on.eve->requests, 2);
    /* Nor as the Request-URI that a strict router would leave, with any target as the last Route.
     */
    snprintf(start, sizeof start, "MESSAGE sip:alice@192.0.2.1;sp=%.16s", own + 3);
    ask(&on, start, "Route: <sip:eve@192.0.2.4>\r\n", "");
    expect_status(&on, 99, "403");
    ask(&on, start, "Route: <sip:192.0.2.4;lr;ob>, <sip:eve@192.0.2.4>\r\n", "");
    expect_status(&on, 99, "403");
    assert_int_equal(on.eve->requests, 2);
    road_close(&on.road);
}

static void the_top_via_tells_where_the_request_came_from(void **state)
{
    (void)state;
    static struct line on;
    build(&on);
    road_inject(&on.road, on.alice, on.proxy,
                "MESSAGE sip:bob@b.example.com SIP/2.0\r\n"
                "v: SIP/2.0/UDP phone.example.com:9;rport;branch=z9hG4bKnat;received=9.9.9.9 ,"
                " SIP/2.0/UDP far.example.com;branch=z9hG4bKfar\r\n"
                "From: <sip:a@example.com>;tag=1\r\nTo: <sip:bob@b.example.com>\r\n"
                "Call-ID: nat\r\nCSeq: 1 MESSAGE\r\n\r\n");
    expect_has(on.bob->last_request,
               "Via: SIP/2.0/UDP phone.example.com:9;rport=5060;branch=z9hG4bKnat"
               ";received=192.0.2.1 , SIP/2.0/UDP far.example.com;branch=z9hG4bKfar\r\n");
    road_close(&on.road);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_refused_is_refused_with_its_own_code),
        cmocka_unit_test(a_request_without_max_forwards_gets_70),
        cmocka_unit_test(a_record_route_is_good_for_its_own_dialog_only),
        cmocka_unit_test(a_strict_router_before_us_is_understood),
        cmocka_unit_test(a_strict_router_behind_us_gets_what_it_expects),
        cmocka_unit_test(a_maddr_that_means_us_goes),
        cmocka_unit_test(a_loop_is_a_482_at_its_first_turn),
        cmocka_unit_test(a_spiral_is_no_loop),
        cmocka_unit_test(routes_that_all_point_at_us_are_taken_together),
        cmocka_unit_test(a_register_gets_a_path_that_leads_to_its_contact_alone),
        cmocka_unit_test(a_path_is_no_way_to_anybody_else),
        cmocka_unit_test(the_top_via_tells_where_the_request_came_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
