/* SPDX-License-Identifier: Apache-2.0
 *
 * A network in memory for tests of proxies: user agents that send and answer as they are told, and
 * proxies on real transactions, driven as a server drives them. Every datagram is written down as
 * "alice INVITE" or "bob 200", a lost one in brackets; nothing takes time but waiting.
 */
#ifndef SP_TEST_SCENARIO_ROAD_H
#define SP_TEST_SCENARIO_ROAD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signpost/proxy/proxy.h"
#include "signpost/transaction/table.h"

enum {
    ROAD_NODES_MAX = 40,
    ROAD_DATAGRAMS_MAX = 128,
    ROAD_OCTETS_MAX = 20000,
    ROAD_KNOWN_MAX = 4,
    ROAD_QUESTIONS_MAX = 8,
};

/* What a user agent answers to one request after the other; the last one stays. */
struct road_reply {
    uint16_t status;    /* 0: nothing */
    const char *fields; /* lines with CRLF, "" for none */
};

/* A host name and where it is, by the numbers of nodes; 0 ends the list, 99 is nowhere. */
struct road_name {
    const char *name;
    uint8_t places[6];
};

struct road_node {
    const char *name;
    uint8_t number; /* 192.0.2.number, port 5060 */
    struct sp_address address;
    struct sp_transactions *table;
    uint32_t branches;

    /* A user agent. */
    const struct road_reply *replies;
    int reply_count, replied;
    uint64_t invite_id; /* server transaction of the last INVITE */
    uint32_t cseq;
    char call_id[64];
    char sent[ROAD_OCTETS_MAX];          /* the last request of its own but ACK and CANCEL */
    char last_request[ROAD_OCTETS_MAX];  /* that came, but ACK and CANCEL */
    char last_ack[ROAD_OCTETS_MAX];      /* that came */
    char last_cancel[ROAD_OCTETS_MAX];   /* that came */
    char last_response[ROAD_OCTETS_MAX]; /* that came */
    int requests;                        /* that came, all of them */

    /* A proxy. */
    struct sp_proxy *proxy;
    const char *domain; /* that the policy is for */
    struct sp_proxy_policy policy;
    struct sp_proxy_follow follow;
    uint64_t last_context;
    uint64_t strays; /* responses that no transaction took */
    bool holds_questions;
    struct {
        uint64_t context;
        uint32_t branch;
        char host[64];
        uint16_t port;
    } questions[ROAD_QUESTIONS_MAX];
    int question_count;
    char told[1 << 14]; /* "301 sip:a@x from 192.0.2.3 +1 -0; ", "tried sip:b@x 404; " and
                            "session 1800 uac changes 0; " */
};

struct road {
    sp_time now;
    struct road_node nodes[ROAD_NODES_MAX];
    int node_count;
    const struct road_name *names;
    int name_count;
    const char *private_name; /* a host at 10.0.0.1, where nobody is; NULL: none */
    struct {
        struct sp_address from, to;
        size_t len;
        char octets[ROAD_OCTETS_MAX];
    } queue[ROAD_DATAGRAMS_MAX];
    int queue_count;
    const char *lose; /* "bob 200" loses such ones; NULL: none */
    int lose_count;   /* so many of them */
    uint64_t sent;    /* datagrams in all */
    char log[1 << 15];
    struct sp_arena arena;
    char memory[1 << 20];
};

void road_open(struct road *road);
/* Waits until all is over, and sees that nothing is left of it anywhere. */
void road_close(struct road *road);

struct road_node *road_add(struct road *road, const char *name, const struct road_reply *replies,
                           int count);
struct road_node *road_add_proxy(struct road *road, const char *name, const char *domain,
                                 const struct sp_proxy_policy *policy);

/* A request outside a dialog, in a client transaction: "INVITE sip:bob@b.example.com". */
void road_send(struct road *road, struct road_node *from, const struct road_node *to,
               const char *what, const char *fields);
/* A request in the dialog that the last 2xx of `from` made, or, when it never sent an INVITE, the
 * last INVITE that it got; an ACK goes without a transaction. */
void road_send_in_dialog(struct road *road, struct road_node *from, const char *method,
                         const char *fields);
void road_cancel(struct road *road, struct road_node *from, const struct road_node *to,
                 const char *fields);
/* Octets as they are. */
void road_inject(struct road *road, const struct road_node *from, const struct road_node *to,
                 const char *text);
/* Another answer to the last INVITE. */
void road_reply(struct road *road, struct road_node *node, uint16_t status, const char *fields);
/* Answers the look-ups that a proxy holds. */
void road_locate(struct road *road, struct road_node *proxy);

void road_wait(struct road *road, int ms);
/* The log since the last time. */
void road_expect(struct road *road, const char *log);

/* For the two halves of the road. */
void road_post(struct road *road, const struct road_node *from, struct sp_span octets,
               const struct sp_address *to);
bool road_is_there(const struct road *road, const struct sp_address *address);
void road_append(char *text, size_t max, const char *format, ...) SP_PRINTF(3, 4);
void road_proxy_receive(struct road *road, struct road_node *node, struct sp_message *message,
                        const struct sp_address *source);
void road_proxy_fire(struct road *road, struct road_node *node);

#endif
