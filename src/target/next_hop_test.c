/* SPDX-License-Identifier: Apache-2.0
 *
 * Where to send: the rules and the examples of RFC 3263, and zones that mean no good. A row is a
 * zone, a URI, what is asked in which order, and where it goes.
 */
#include "signpost/target/next_hop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/zone.h"

/* What RFC 3263 §4.1 has for an example, with addresses. */
#define RFC_ZONE                                                                                   \
    "example.com NAPTR 50 50 s SIPS+D2T _sips._tcp.example.com\n"                                  \
    "example.com NAPTR 90 50 s SIP+D2T _sip._tcp.example.com\n"                                    \
    "example.com NAPTR 100 50 s SIP+D2U _sip._udp.example.com\n"                                   \
    "_sips._tcp.example.com SRV 0 1 5061 server1.example.com\n"                                    \
    "_sip._tcp.example.com SRV 0 1 5060 server1.example.com\n"                                     \
    "_sip._tcp.example.com SRV 1 2 5060 server2.example.com\n"                                     \
    "_sip._udp.example.com SRV 0 1 5060 server2.example.com\n"                                     \
    "server1.example.com A 192.0.2.1\n"                                                            \
    "server2.example.com A 192.0.2.2\n"                                                            \
    "example.com A 192.0.2.99\n"

#define HOST_ZONE "host.example.com A 192.0.2.7\nhost.example.com A 192.0.2.8\n"

enum {
    UDP = SP_TRANSPORT_UDP,
    TCP = SP_TRANSPORT_TCP,
    TLS = SP_TRANSPORT_TLS,
    ALL = UDP | TCP | TLS,
    IPV6 = 1 << 7, /* we have it */
};

struct asking {
    struct sp_next_hop_machine machine;
    char asked[2048]; /* "NAPTR example.com, SRV _sip._udp.example.com" */
    char hops[1024];  /* "UDP 192.0.2.1:5060, TCP ..." or the state in words */
    unsigned questions;
};

static void append(char *text, size_t size, const char *more)
{
    const size_t len = strlen(text);
    snprintf(text + len, size - len, "%s%s", len > 0 ? ", " : "", more);
}

/* Answers until nothing more is asked. */
static void answer_all(struct asking *asking, const char *zone)
{
    struct sp_next_hop_question question;
    static struct zone_answer answer;
    while (sp_next_hop_ask(&asking->machine, &question)) {
        char line[320];
        snprintf(line, sizeof line, "%s %.*s", sp_dns_type_text(question.type),
                 (int)question.name.len, question.name.ptr);
        append(asking->asked, sizeof asking->asked, line);
        asking->questions++;
        zone_answer(zone, question.type, question.name, &answer);
        sp_next_hop_answer(&asking->machine, question.number, &answer.answer);
    }
}

static void list_hops(struct asking *asking)
{
    size_t count = 0;
    const struct sp_next_hop *hops = sp_next_hop_list(&asking->machine, &count);
    for (size_t i = 0; i < count; i++) {
        char text[SP_ADDRESS_TEXT_MAX], line[96];
        const struct sp_span name = sp_transport_name(hops[i].transport);
        snprintf(line, sizeof line, "%.*s %s", (int)name.len, name.ptr,
                 sp_address_text(&hops[i].address, text));
        append(asking->hops, sizeof asking->hops, line);
    }
    if (count == 0)
        append(asking->hops, sizeof asking->hops, sp_next_hop_state_text(asking->machine.state));
    assert_true((count > 0) == (asking->machine.state == SP_NEXT_HOP_FOUND));
}

static enum sp_err look_up(struct asking *asking, const char *zone, const char *text,
                           const struct sp_next_hop_rules *rules)
{
    static const uint8_t seed[16] = "a seed";
    struct sp_uri uri;
    asking->asked[0] = '\0';
    asking->hops[0] = '\0';
    asking->questions = 0;
    assert_int_equal(sp_uri_parse(sp_span_of(text), &uri), SP_OK);
    const enum sp_err err = sp_next_hop_begin(&asking->machine, rules, &uri, seed);
    if (err != SP_OK)
        return err;
    answer_all(asking, zone);
    list_hops(asking);
    return SP_OK;
}

/* A table of these, which ends with no URI, is a test whose title is its name. */
struct row {
    const char *uri, *zone;
    unsigned transports; /* that we have, and IPV6 */
    const char *asked, *hops;
};

static void every_row_holds(void **state)
{
    static struct asking asking;
    for (const struct row *row = *state; row->uri != NULL; row++) {
        const struct sp_next_hop_rules rules = {row->transports & ALL, true,
                                                (row->transports & IPV6) != 0, false};
        print_message("%s\n", row->uri);
        assert_int_equal(look_up(&asking, row->zone, row->uri, &rules), SP_OK);
        assert_string_equal(asking.asked, row->asked);
        assert_string_equal(asking.hops, row->hops);
    }
}

#define TABLE(rows)                                                                                \
    {                                                                                              \
#rows, every_row_holds, NULL, NULL, (void *)(uintptr_t)(rows)                              \
    }

static const struct row a_number_is_no_question[] = {
    {"sip:192.0.2.1", "", ALL | IPV6, "", "UDP 192.0.2.1:5060"},
    {"sip:192.0.2.1:5070", "", ALL | IPV6, "", "UDP 192.0.2.1:5070"},
    {"sip:192.0.2.1;transport=tcp", "", ALL | IPV6, "", "TCP 192.0.2.1:5060"},
    {"sip:192.0.2.1;transport=TLS", "", ALL | IPV6, "", "TLS 192.0.2.1:5061"},
    {"sip:192.0.2.1", "", TCP | IPV6, "", "TCP 192.0.2.1:5060"},
    {"sips:a@192.0.2.1", "", ALL | IPV6, "", "TLS 192.0.2.1:5061"},
    {"sips:a@192.0.2.1;transport=tcp", "", ALL | IPV6, "", "TLS 192.0.2.1:5061"},
    {"sip:a@[2001:db8::1]:5080", "", UDP | IPV6, "", "UDP [2001:db8::1]:5080"},
    {.uri = NULL},
};

static const struct row naptr_chooses_among_the_transports_that_we_have[] = {
    {"sip:user@example.com", RFC_ZONE, UDP | TCP,
     "NAPTR example.com, SRV _sip._tcp.example.com, SRV _sip._udp.example.com, "
     "A server1.example.com, A server2.example.com",
     "TCP 192.0.2.1:5060, TCP 192.0.2.2:5060"},
    {"sip:user@EXAMPLE.com.", RFC_ZONE, UDP,
     "NAPTR example.com, SRV _sip._udp.example.com, A server2.example.com", "UDP 192.0.2.2:5060"},
    {"sip:user@example.com", RFC_ZONE, ALL,
     "NAPTR example.com, SRV _sips._tcp.example.com, SRV _sip._tcp.example.com, "
     "SRV _sip._udp.example.com, A server1.example.com",
     "TLS 192.0.2.1:5061"},
    {"sips:user@example.com", RFC_ZONE, ALL,
     "NAPTR example.com, SRV _sips._tcp.example.com, A server1.example.com", "TLS 192.0.2.1:5061"},
    {.uri = NULL},
};

static const struct row a_transport_skips_naptr_and_a_port_skips_srv[] = {
    {"sip:example.com;transport=tcp", RFC_ZONE, ALL,
     "SRV _sip._tcp.example.com, A server1.example.com, A server2.example.com",
     "TCP 192.0.2.1:5060, TCP 192.0.2.2:5060"},
    {"sip:example.com;transport=tls", RFC_ZONE, ALL,
     "SRV _sips._tcp.example.com, A server1.example.com", "TLS 192.0.2.1:5061"},
    {"sips:example.com;transport=tcp", RFC_ZONE, ALL,
     "SRV _sips._tcp.example.com, A server1.example.com", "TLS 192.0.2.1:5061"},
    {"sip:example.com:5060", RFC_ZONE, ALL, "A example.com", "UDP 192.0.2.99:5060"},
    {"sips:example.com:5099", RFC_ZONE, ALL, "A example.com", "TLS 192.0.2.99:5099"},
    {"sip:host.example.com:5070;transport=tcp", HOST_ZONE, ALL, "A host.example.com",
     "TCP 192.0.2.7:5070, TCP 192.0.2.8:5070"},
    {.uri = NULL},
};

static const struct row what_is_absent_leads_to_the_next_step[] = {
    {"sip:host.example.com", HOST_ZONE, UDP | TCP,
     "NAPTR host.example.com, SRV _sip._udp.host.example.com, SRV _sip._tcp.host.example.com, "
     "A host.example.com",
     "UDP 192.0.2.7:5060, UDP 192.0.2.8:5060"},
    {"sips:host.example.com", HOST_ZONE, ALL,
     "NAPTR host.example.com, SRV _sips._tcp.host.example.com, A host.example.com",
     "TLS 192.0.2.7:5061, TLS 192.0.2.8:5061"},
    {"sip:host.example.com;transport=tcp", HOST_ZONE, ALL,
     "SRV _sip._tcp.host.example.com, A host.example.com",
     "TCP 192.0.2.7:5060, TCP 192.0.2.8:5060"},
    /* SRV without NAPTR: the first transport that has servers. */
    {"sip:b.example",
     "_sip._tcp.b.example SRV 0 0 5062 s.b.example\n_sip._udp.b.example A 192.0.2.1\n"
     "s.b.example A 192.0.2.5\n",
     UDP | TCP, "NAPTR b.example, SRV _sip._udp.b.example, SRV _sip._tcp.b.example, A s.b.example",
     "TCP 192.0.2.5:5062"},
    /* NAPTR names SRV records that are not there: the host, by the transport that it chose. */
    {"sip:c.example", "c.example NAPTR 1 1 s SIP+D2T gone.example\nc.example A 192.0.2.6\n",
     UDP | TCP, "NAPTR c.example, SRV gone.example, A c.example", "TCP 192.0.2.6:5060"},
    {"sip:nowhere.example", "", UDP,
     "NAPTR nowhere.example, SRV _sip._udp.nowhere.example, A nowhere.example",
     "the DNS has no address for it"},
    {.uri = NULL},
};

static const struct row order_decides_before_preference_and_others_services_do_not_count[] = {
    {"sip:a.example",
     "a.example NAPTR 20 1 s SIP+D2U _u.a.example\n"
     "a.example NAPTR 10 9 s sip+d2u _v.a.example\n"
     "a.example NAPTR 10 5 S SIP+D2T _t.a.example\n"
     "_u.a.example SRV 0 0 1 h.a.example\n_v.a.example SRV 0 0 2 h.a.example\n"
     "_t.a.example SRV 0 0 3 h.a.example\nh.a.example A 192.0.2.1\n",
     UDP | TCP,
     "NAPTR a.example, SRV _t.a.example, SRV _v.a.example, SRV _u.a.example, A h.a.example, "
     "A h.a.example",
     "TCP 192.0.2.1:3, UDP 192.0.2.1:2"},
    /* The servers of the best order have no address: the next order is tried after all. */
    {"sip:a.example",
     "a.example NAPTR 1 1 s SIP+D2U _u.a.example\na.example NAPTR 2 1 s SIP+D2U _v.a.example\n"
     "_u.a.example SRV 0 0 1 gone.a.example\n_v.a.example SRV 0 0 2 h.a.example\n"
     "h.a.example A 192.0.2.1\n",
     UDP, "NAPTR a.example, SRV _u.a.example, SRV _v.a.example, A gone.a.example, A h.a.example",
     "UDP 192.0.2.1:2"},
    /* None is ours: another flag, a regular expression, SCTP, TLS over UDP, no name. */
    {"sip:a.example",
     "a.example NAPTR 1 1 a SIP+D2U _x.a.example\na.example NAPTR 1 2 s SIP+D2U !x!y!\n"
     "a.example NAPTR 1 3 s SIP+D2S _x.a.example\na.example NAPTR 1 4 s SIPS+D2U _x.a.example\n"
     "a.example NAPTR 1 5 s SIP+D2U .\na.example NAPTR 1 6 s E2U+sip _x.a.example\n"
     "a.example NAPTR 1 7 - SIP+D2U _x.a.example\na.example A 192.0.2.1\n",
     ALL, "NAPTR a.example, SRV _sip._udp.a.example, SRV _sip._tcp.a.example, A a.example",
     "UDP 192.0.2.1:5060"},
    {.uri = NULL},
};

static const struct row ipv6_comes_first_where_we_have_it[] = {
    {"sip:a.example:5070", "a.example A 192.0.2.1\na.example AAAA 2001:db8::1\n", UDP | IPV6,
     "AAAA a.example, A a.example", "UDP [2001:db8::1]:5070, UDP 192.0.2.1:5070"},
    {"sip:a.example;transport=udp",
     "_sip._udp.a.example SRV 0 0 5060 s.a.example\n_sip._udp.a.example SRV 1 0 5060 "
     "t.a.example\n"
     "s.a.example A 192.0.2.1\nt.a.example AAAA 2001:db8::2\nt.a.example A 192.0.2.1\n",
     UDP | IPV6,
     "SRV _sip._udp.a.example, AAAA s.a.example, A s.a.example, AAAA t.a.example, A "
     "t.a.example",
     "UDP 192.0.2.1:5060, UDP [2001:db8::2]:5060"},
    {.uri = NULL},
};

static const struct row a_service_that_is_said_not_to_be_there_is_not_looked_for_elsewhere[] = {
    {"sip:a.example", "_sip._udp.a.example SRV 0 0 0 .\na.example A 192.0.2.1\n", UDP | TCP,
     "NAPTR a.example, SRV _sip._udp.a.example, SRV _sip._tcp.a.example",
     "its domain says that it does not offer SIP"},
    {"sip:a.example",
     "_sip._udp.a.example SRV 0 0 0 .\n_sip._tcp.a.example SRV 0 0 5060 a.example\n"
     "a.example A 192.0.2.1\n",
     UDP | TCP, "NAPTR a.example, SRV _sip._udp.a.example, SRV _sip._tcp.a.example, A a.example",
     "TCP 192.0.2.1:5060"},
    {.uri = NULL},
};

static const struct row a_server_of_names_that_fails_does_not_end_the_search[] = {
    {"sip:a.example", "a.example NAPTR timeout\na.example A 192.0.2.1\n", UDP,
     "NAPTR a.example, SRV _sip._udp.a.example, A a.example", "UDP 192.0.2.1:5060"},
    {"sip:a.example",
     "_sip._udp.a.example SRV 0 0 5060 x.example\n_sip._udp.a.example SRV 1 0 5060 y.example\n"
     "x.example A failed\ny.example A 192.0.2.2\n",
     UDP, "NAPTR a.example, SRV _sip._udp.a.example, A x.example, A y.example",
     "UDP 192.0.2.2:5060"},
    {"sip:a.example:5060", "a.example A timeout\n", UDP, "A a.example", "the DNS did not answer"},
    {"sip:a.example:5060", "a.example A failed\n", UDP, "A a.example", "the DNS did not answer"},
    {.uri = NULL},
};

static const struct row addresses_and_ports_that_nothing_may_be_sent_to_are_left_out[] = {
    {"sip:a.example:5060",
     "a.example A 224.0.1.75\na.example A 0.0.0.0\na.example A 255.255.255.255\n"
     "a.example A 192.0.2.1\n",
     UDP, "A a.example", "UDP 192.0.2.1:5060"},
    {"sip:a.example;transport=udp",
     "_sip._udp.a.example SRV 0 0 0 s.example\n_sip._udp.a.example SRV 0 0 5060 t.example\n"
     "s.example A 192.0.2.1\nt.example A 192.0.2.2\n",
     UDP, "SRV _sip._udp.a.example, A t.example", "UDP 192.0.2.2:5060"},
    {.uri = NULL},
};

static void what_we_cannot_send_is_refused_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        unsigned transports;
        enum sp_err err;
    } rows[] = {
        {"tel:+15550000001", ALL, SP_ERR_REFUSED},
        {"sips:example.com", UDP | TCP, SP_ERR_REFUSED},
        {"sips:example.com;transport=udp", ALL, SP_ERR_REFUSED},
        {"sip:example.com;transport=tls", UDP, SP_ERR_REFUSED},
        {"sip:example.com;transport=sctp", ALL, SP_ERR_REFUSED},
        {"sip:224.0.1.75", ALL, SP_ERR_REFUSED},
        {"sip:[2001:db8::1]", ALL, SP_ERR_REFUSED}, /* no IPv6 here */
        {"sip:example.com;maddr=192.0.2.1", ALL, SP_ERR_REFUSED},
        {"sip:example.com", 0, SP_ERR_REFUSED},
    };
    static struct asking asking;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sp_next_hop_rules rules = {(uint8_t)rows[i].transports, true, false, false};
        print_message("%s\n", rows[i].uri);
        assert_int_equal(look_up(&asking, "", rows[i].uri, &rules), rows[i].err);
    }
}

static void maddr_is_the_target_where_it_is_honoured(void **state)
{
    (void)state;
    static struct asking asking;
    const struct sp_next_hop_rules rules = {UDP, true, false, true};
    assert_int_equal(look_up(&asking, "", "sip:a@example.com;maddr=192.0.2.9", &rules), SP_OK);
    assert_string_equal(asking.hops, "UDP 192.0.2.9:5060");
    const struct sp_span domain = sp_next_hop_domain(&asking.machine);
    assert_int_equal(domain.len, strlen("192.0.2.9"));
}

static void a_response_goes_by_its_via(void **state)
{
    (void)state;
    static const struct {
        const char *via, *asked, *hops;
    } rows[] = {
        {"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1", "", "UDP 192.0.2.1:5060"},
        {"SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK1", "", "TLS 192.0.2.1:5061"},
        {"SIP/2.0/TCP server1.example.com:5062;branch=z9hG4bK1", "A server1.example.com",
         "TCP 192.0.2.1:5062"},
        {"SIP/2.0/TCP example.com;branch=z9hG4bK1",
         "SRV _sip._tcp.example.com, A server1.example.com, A server2.example.com",
         "TCP 192.0.2.1:5060, TCP 192.0.2.2:5060"},
        {"SIP/2.0/TLS example.com;branch=z9hG4bK1",
         "SRV _sips._tcp.example.com, A server1.example.com", "TLS 192.0.2.1:5061"},
    };
    static const uint8_t seed[16] = {0};
    static struct asking asking;
    const struct sp_next_hop_rules rules = {ALL, true, false, false};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sp_via via;
        asking.asked[0] = asking.hops[0] = '\0';
        assert_int_equal(sp_via_parse(sp_span_of(rows[i].via), &via), SP_OK);
        assert_int_equal(sp_next_hop_begin_response(&asking.machine, &rules, &via, seed), SP_OK);
        answer_all(&asking, RFC_ZONE);
        list_hops(&asking);
        assert_string_equal(asking.asked, rows[i].asked);
        assert_string_equal(asking.hops, rows[i].hops);
    }
}

static void a_zone_without_end_is_asked_for_a_bounded_part_of_it(void **state)
{
    (void)state;
    static char zone[1 << 17];
    static struct asking asking;
    const struct sp_next_hop_rules rules = {ALL, true, true, false};
    size_t len = 0;
    for (int i = 0; i < 30; i++)
        len += (size_t)snprintf(zone + len, sizeof zone - len,
                                "a.example NAPTR 1 1 s SIP+D2U _s%d.a.example\n", i);
    for (int i = 0; i < 30; i++)
        for (int j = 0; j < 30; j++)
            len += (size_t)snprintf(zone + len, sizeof zone - len,
                                    "_s%d.a.example SRV 1 1 5060 h%d-%d.a.example\n", i, i, j);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 30; j++)
            for (int k = 0; k < 12; k++)
                len += (size_t)snprintf(zone + len, sizeof zone - len,
                                        "h%d-%d.a.example A 192.0.%d.%d\n", i, j, i * 30 + j, k);
    assert_true(len < sizeof zone);
    assert_int_equal(look_up(&asking, zone, "sip:a.example", &rules), SP_OK);
    assert_int_equal(asking.questions, SP_NEXT_HOP_QUESTIONS_MAX);
    assert_int_equal(asking.machine.hop_count, SP_NEXT_HOPS_MAX);
}

static void names_too_long_for_the_room_are_left_out(void **state)
{
    (void)state;
    static char zone[1 << 16];
    static struct asking asking;
    const struct sp_next_hop_rules rules = {UDP, true, false, false};
    char label[64], name[260], uri[300];
    memset(label, 'x', 63);
    label[63] = '\0';
    snprintf(name, sizeof name, "%s.%s.%s.%.61s", label, label, label, label);
    snprintf(uri, sizeof uri, "sip:%s", name);
    size_t len = (size_t)snprintf(zone, sizeof zone, "%s A 192.0.2.1\n", name);
    /* 253 octets leave no room for "_sip._udp." */
    assert_int_equal(look_up(&asking, zone, uri, &rules), SP_OK);
    assert_string_equal(asking.hops, "UDP 192.0.2.1:5060");
    assert_int_equal(asking.questions, 2);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 6; j++)
            len += (size_t)snprintf(zone + len, sizeof zone - len,
                                    "_%d.a.example SRV 0 0 5060 %d%d%s\n", i, i, j, name + 2);
    for (int i = 0; i < 4; i++)
        len += (size_t)snprintf(zone + len, sizeof zone - len,
                                "a.example NAPTR 1 1 s SIP+D2U _%d.a.example\n", i);
    assert_int_equal(look_up(&asking, zone, "sip:a.example", &rules), SP_OK);
    assert_in_range(asking.questions, 1 + 4 + 10, 1 + 4 + 16);
}

static void late_and_unasked_answers_mean_nothing(void **state)
{
    (void)state;
    static const uint8_t seed[16] = {0};
    static struct asking asking;
    static struct zone_answer answer;
    const struct sp_next_hop_rules rules = {UDP, true, false, false};
    struct sp_next_hop_question question;
    struct sp_uri uri;
    zone_answer("a.example A 192.0.2.1\n", SP_DNS_A, SP_SPAN("a.example"), &answer);
    assert_int_equal(sp_uri_parse(SP_SPAN("sip:a.example:5060"), &uri), SP_OK);
    assert_int_equal(sp_next_hop_begin(&asking.machine, &rules, &uri, seed), SP_OK);
    for (unsigned i = 0; i < 256; i++)
        sp_next_hop_answer(&asking.machine, (uint8_t)i, &answer.answer);
    assert_int_equal(asking.machine.state, SP_NEXT_HOP_ASKING);
    assert_true(sp_next_hop_ask(&asking.machine, &question));
    sp_next_hop_expire(&asking.machine);
    assert_int_equal(asking.machine.state, SP_NEXT_HOP_UNKNOWN);
    sp_next_hop_answer(&asking.machine, question.number, &answer.answer);
    assert_int_equal(asking.machine.state, SP_NEXT_HOP_UNKNOWN);
}

static void what_is_known_when_the_wait_ends_is_used(void **state)
{
    (void)state;
    static const char zone[] = "_sip._udp.a.example SRV 0 0 5060 x.example\n"
                               "_sip._udp.a.example SRV 1 0 5060 y.example\n"
                               "x.example A 192.0.2.1\ny.example A 192.0.2.2\n";
    static const uint8_t seed[16] = {0};
    static struct asking asking;
    static struct zone_answer answer;
    const struct sp_next_hop_rules rules = {UDP, true, false, false};
    struct sp_next_hop_question question;
    struct sp_uri uri;
    assert_int_equal(sp_uri_parse(SP_SPAN("sip:a.example;transport=udp"), &uri), SP_OK);
    assert_int_equal(sp_next_hop_begin(&asking.machine, &rules, &uri, seed), SP_OK);
    for (int i = 0; i < 3; i++) {
        assert_true(sp_next_hop_ask(&asking.machine, &question));
        zone_answer(zone, question.type, question.name, &answer);
        if (i != 1) /* the first server's address never comes */
            sp_next_hop_answer(&asking.machine, question.number, &answer.answer);
    }
    sp_next_hop_expire(&asking.machine);
    list_hops(&asking);
    assert_string_equal(asking.hops, "UDP 192.0.2.2:5060");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE(a_number_is_no_question),
        TABLE(naptr_chooses_among_the_transports_that_we_have),
        TABLE(a_transport_skips_naptr_and_a_port_skips_srv),
        TABLE(what_is_absent_leads_to_the_next_step),
        TABLE(order_decides_before_preference_and_others_services_do_not_count),
        TABLE(ipv6_comes_first_where_we_have_it),
        TABLE(a_service_that_is_said_not_to_be_there_is_not_looked_for_elsewhere),
        TABLE(a_server_of_names_that_fails_does_not_end_the_search),
        TABLE(addresses_and_ports_that_nothing_may_be_sent_to_are_left_out),
        cmocka_unit_test(what_we_cannot_send_is_refused_at_once),
        cmocka_unit_test(maddr_is_the_target_where_it_is_honoured),
        cmocka_unit_test(a_response_goes_by_its_via),
        cmocka_unit_test(a_zone_without_end_is_asked_for_a_bounded_part_of_it),
        cmocka_unit_test(names_too_long_for_the_room_are_left_out),
        cmocka_unit_test(late_and_unasked_answers_mean_nothing),
        cmocka_unit_test(what_is_known_when_the_wait_ends_is_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
