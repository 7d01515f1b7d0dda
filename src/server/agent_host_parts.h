/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of an agent host, shared by its files: agent_host.c (its life and its turns),
 * agent_host_in.c (datagrams to events), agent_host_out.c (actions to datagrams) and
 * agent_host_way.c (names to addresses, one after the other).
 */
#ifndef SP_SERVER_AGENT_HOST_PARTS_H
#define SP_SERVER_AGENT_HOST_PARTS_H

#include "net/dns.h"
#include "net/loop.h"
#include "server/agent_host.h"
#include "server/locate.h"
#include "server/wire.h"
#include "service/tag.h"
#include "signpost/base/random.h"
#include "signpost/transaction/table.h"

enum {
    SP_AGENT_HOST_ARENA_SIZE = 512 * 1024,
    SP_AGENT_HOST_QUEUE_MAX = 64,  /* events that one turn may cause */
    SP_AGENT_HOST_WAYS_MAX = 32,   /* messages to a name that are under way */
    SP_AGENT_HOST_OPEN_MAX = 64,   /* client transactions whose address is watched */
    SP_AGENT_HOST_BRANCH = 7 + 16, /* octets of our branches: "z9hG4bK" and a token */
};

/* A message of ours to a name: it waits for addresses, and then for what the current one of them
 * makes of it. */
struct sp_agent_way {
    char *octets; /* NULL: free; with the branch of the current try */
    size_t len;
    struct sp_agent_branch {
        char text[SP_AGENT_HOST_BRANCH];
    } first; /* the agent's own branch, by which its CANCEL is known */
    uint32_t exchange;
    bool is_ack;
    bool is_fixed;    /* its URI names the transport */
    bool is_waiting;  /* for the DNS */
    bool is_given_up; /* cancelled: no other address is tried */
    uint8_t next;     /* hop to be tried when the current one fails */
    struct sp_located located;
};

/* Where a client transaction sends, so that a refusal of the network finds it. */
struct sp_agent_open {
    uint64_t id; /* 0: free */
    uint32_t exchange;
    struct sp_address remote;
    enum sp_transport transport;
};

struct sp_agent_host {
    struct sp_loop *loop;
    struct sp_wire *wire;
    struct sp_address own; /* where it listens */
    uint8_t transports;    /* over which */
    struct sp_metrics metrics;
    struct sp_alarm *alarm;
    struct sp_signal *interrupt, *terminate;
    struct sp_transactions *transactions;
    struct sp_dns *dns;
    struct sp_locate *locate;
    struct sp_random random;           /* of the branches of further tries */
    struct sp_located asked;           /* what sp_agent_host_locate waits for */
    struct sp_address place;           /* where the last message to a name went; else family NONE */
    struct sp_located fallback;        /* places for what is sent to the first of them */
    struct sp_hash_key tag_key;        /* of the To tags of what is refused without memory */
    const struct sp_agent_part *agent; /* NULL while none runs */
    sp_agent_watch *watch;
    void *context;
    struct sp_turn turn;
    sp_time agent_due;
    bool is_in_turn, is_finished, is_ending, is_stopped, is_asking;
    struct sp_agent_event queue[SP_AGENT_HOST_QUEUE_MAX];
    size_t queue_count;
    struct sp_agent_way ways[SP_AGENT_HOST_WAYS_MAX];
    struct sp_agent_open open[SP_AGENT_HOST_OPEN_MAX];
    struct sp_arena arena;
    char memory[SP_AGENT_HOST_ARENA_SIZE];
};

void sp_agent_host_begin_turn(struct sp_agent_host *host);
void sp_agent_host_end_turn(struct sp_agent_host *host);

/* Keeps an event for when the actions of this one are done. */
void sp_agent_host_queue(struct sp_agent_host *host, const struct sp_agent_event *event);

void sp_agent_host_carry_out(struct sp_agent_host *host, const struct sp_agent_action *action);
void sp_agent_host_carry_out_all(struct sp_agent_host *host, const struct sp_txn_actions *actions);

/* The user of a client transaction: the agent's exchange, and which try of it this is. */
static inline uint64_t sp_agent_host_user(uint32_t exchange, uint8_t number)
{
    return (uint64_t)number << 32 | exchange;
}

/* Whether what a transaction says is no matter any more, because another one has taken its place.
 */
bool sp_agent_host_is_stale(const struct sp_agent_host *host, uint64_t user);

/* Sends a request in a client transaction, or ends its exchange with an event. */
void sp_agent_host_request(struct sp_agent_host *host, uint64_t user, struct sp_span octets,
                           const struct sp_next_hop *to);
void sp_agent_host_ack(struct sp_agent_host *host, struct sp_span octets,
                       const struct sp_next_hop *to);
void sp_agent_host_tell_unreachable(struct sp_agent_host *host, uint32_t exchange);

/* A request or an ACK that goes to a name, or to a place that has others to fall back to. */
void sp_agent_host_set_out(struct sp_agent_host *host, const struct sp_agent_action *action);

/* Whether what happened to an exchange is no matter for the agent, because the next place is tried
 * (RFC 3263 §4.3). */
bool sp_agent_host_goes_on(struct sp_agent_host *host, const struct sp_agent_event *event);

/* No way of this exchange is followed any more. */
void sp_agent_host_turn_back(struct sp_agent_host *host, uint32_t exchange);
void sp_agent_host_turn_all_back(struct sp_agent_host *host);

/* What still waits for the DNS does not set out any more: its exchange cannot be reached. */
void sp_agent_host_stop_asking(struct sp_agent_host *host);

/* Whether requests to this address have others to fall back to. */
bool sp_agent_host_has_fallback(const struct sp_agent_host *host, const struct sp_address *address);

/* Takes the look-ups that are over. */
void sp_agent_host_take_located(struct sp_agent_host *host);

/* Opens what asks the DNS. Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_agent_host_open_names(struct sp_agent_host *host,
                                                 const struct sp_address *dns,
                                                 const uint8_t seed[16]);

/* What the wire tells; the context is the host. */
void sp_agent_host_receive(void *context, const struct sp_arrival *arrival);
void sp_agent_host_failed(void *context, uint64_t transaction, const struct sp_address *remote);
void sp_agent_host_lost(void *context, const struct sp_address *remote, uint64_t last);

#endif
