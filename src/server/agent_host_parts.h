/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of an agent host, shared by its three files: agent_host.c (its life and its turns),
 * agent_host_in.c (datagrams to events) and agent_host_out.c (actions to datagrams).
 */
#ifndef SP_SERVER_AGENT_HOST_PARTS_H
#define SP_SERVER_AGENT_HOST_PARTS_H

#include "net/loop.h"
#include "net/resolver.h"
#include "net/udp.h"
#include "server/agent_host.h"
#include "service/tag.h"
#include "signpost/transaction/table.h"

enum {
    SP_AGENT_HOST_ARENA_SIZE = 512 * 1024,
    SP_AGENT_HOST_QUEUE_MAX = 64,   /* events that one turn may cause */
    SP_AGENT_HOST_WAITING_MAX = 16, /* messages that wait for a name */
    SP_AGENT_HOST_OPEN_MAX = 64,    /* client transactions whose address is watched */
};

/* A message of ours that waits for its host's address. */
struct sp_agent_waiting {
    struct sp_agent_host *host;
    struct sp_resolver *resolver;  /* NULL: free */
    struct sp_agent_action action; /* SEND_REQUEST or SEND_ACK; its octets are `octets` */
    char *octets;
};

/* Where a client transaction sends, so that a refusal of the network finds it. */
struct sp_agent_open {
    uint64_t id; /* 0: free */
    uint32_t exchange;
    struct sp_address remote;
};

struct sp_agent_host {
    struct sp_loop *loop;
    struct sp_udp *udp;
    struct sp_alarm *alarm;
    struct sp_signal *interrupt, *terminate;
    struct sp_transactions *transactions;
    struct sp_hash_key tag_key;        /* of the To tags of what is refused without memory */
    const struct sp_agent_part *agent; /* NULL while none runs */
    sp_agent_watch *watch;
    void *context;
    struct sp_turn turn;
    sp_time agent_due;
    bool is_in_turn, is_finished, is_ending, is_stopped;
    struct sp_agent_event queue[SP_AGENT_HOST_QUEUE_MAX];
    size_t queue_count;
    struct sp_agent_waiting waiting[SP_AGENT_HOST_WAITING_MAX];
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
void sp_agent_host_forget_waiting(struct sp_agent_waiting *waiting);

sp_udp_receive sp_agent_host_receive;
sp_udp_failed sp_agent_host_failed;

#endif
