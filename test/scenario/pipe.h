/* SPDX-License-Identifier: Apache-2.0
 *
 * A network in memory for tests of whole calls. Each node has an address, its own transactions, and
 * an agent or a script that answers INVITEs as it is told. Every datagram is written down as
 * "caller INVITE" or "callee 200", a lost one in brackets; nothing takes time but waiting.
 */
#ifndef SP_TEST_SCENARIO_PIPE_H
#define SP_TEST_SCENARIO_PIPE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signpost/agent/answer.h"
#include "signpost/agent/call.h"
#include "signpost/base/random.h"
#include "signpost/transaction/table.h"

enum {
    PIPE_NODES_MAX = 6,
    PIPE_SENT_MAX = 32,
    PIPE_DATAGRAMS_MAX = 64,
    PIPE_OCTETS_MAX = 8192,
};

/* What a script answers to one INVITE after the other; the last one stays. Everything else gets
 * 200, a CANCEL also 487 for its INVITE. */
struct pipe_reply {
    uint16_t status;    /* 0: no answer */
    const char *fields; /* lines with CRLF, "" for none */
    const char *tag;    /* of To; NULL: the node's name */
};

struct pipe_node {
    const char *name;
    struct sp_address address;
    struct sp_transactions *table;
    struct sp_call *call;
    struct sp_answer *answer;
    bool is_mute; /* it hears and does nothing any more */
    int asked;    /* requests of a script */
    sp_time due;
    uint64_t sent[PIPE_SENT_MAX]; /* ids of its last client transactions, by exchange */
    const struct pipe_reply *replies;
    int reply_count, replied;
    uint16_t update_status;              /* what a script answers to UPDATE; 0: 200 */
    char last_request[PIPE_OCTETS_MAX];  /* that came, but ACK */
    char last_ack[PIPE_OCTETS_MAX];      /* that came */
    char last_response[PIPE_OCTETS_MAX]; /* that came */
    char invite[PIPE_OCTETS_MAX];        /* the last one that a script heard */
    uint64_t invite_id;
};

struct pipe {
    sp_time now;
    struct pipe_node nodes[PIPE_NODES_MAX];
    int node_count;
    struct {
        sp_time due;
        struct sp_address from, to;
        size_t len;
        char octets[PIPE_OCTETS_MAX];
    } queue[PIPE_DATAGRAMS_MAX];
    int queue_count;
    const char *lose; /* datagrams to be lost: "callee 200" loses the first such one; NULL: none */
    int lose_count;   /* how many of them */
    uint64_t loss_percent; /* and of all others by chance */
    sp_time delay_most; /* each datagram takes up to so long, so that they overtake; 0: no time */
    struct sp_random chance;
    char log[1 << 14];
    char book[2048];     /* "301 sip:old -> sip:new sip:newer", "forget sip:old" */
    char notes[1 << 14]; /* remarks of the ladder, one a line */
    struct sp_arena arena;
    char memory[1 << 18];
};

void pipe_open(struct pipe *pipe);
void pipe_close(struct pipe *pipe);

/* Nodes get 192.0.2.1, 192.0.2.2 ... in the order in which they are added, port 5060. */
struct pipe_node *pipe_add_call(struct pipe *pipe, const char *name,
                                const struct sp_call_plan *plan);
struct pipe_node *pipe_add_answer(struct pipe *pipe, const char *name,
                                  const struct sp_answer_plan *plan);
struct pipe_node *pipe_add_script(struct pipe *pipe, const char *name,
                                  const struct pipe_reply *replies, int count);

/* Hands an event of no message to a node, and lets all follow that takes no time. */
void pipe_tell(struct pipe *pipe, struct pipe_node *node, enum sp_agent_event_kind kind);

/* Sends octets from one node to another as they are, for what no agent would send. */
void pipe_inject(struct pipe *pipe, const struct pipe_node *from, const struct pipe_node *to,
                 const char *text);

/* Lets a script answer its last INVITE once more. */
void pipe_reply(struct pipe *pipe, struct pipe_node *node, const struct pipe_reply *how);

/* A request of a script in the dialog of the first node's call, with more header lines. */
void pipe_ask(struct pipe *pipe, struct pipe_node *node, const char *method, const char *fields);

/* Moves time on. */
void pipe_wait(struct pipe *pipe, int ms);

/* The same, from one thing that happens to the next; the log is not kept. */
void pipe_skip(struct pipe *pipe, int ms);

/* Begins the call of the first node and waits until it is over, at most that long. */
const struct sp_call_result *pipe_run(struct pipe *pipe, int most_s);

/* The log since the last time. */
void pipe_expect(struct pipe *pipe, const char *log);

#endif
