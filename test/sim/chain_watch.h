/* SPDX-License-Identifier: Apache-2.0
 *
 * Sees every datagram of a chain and holds what each proxy sends against what it was sent: the
 * sentences of RFC 4028 §8 about one hop, told here once more and in another way than in the code.
 * Keeps what each node knows of the session, and who refreshes it.
 */
#ifndef SP_TEST_SIM_CHAIN_WATCH_H
#define SP_TEST_SIM_CHAIN_WATCH_H

#include "chain.h"
#include "network.h"
#include "signpost/base/arena.h"
#include "signpost/dialog/session_interval.h"

enum {
    SIM_CHAIN_PROXIES_MAX = 3,
    SIM_CHAIN_NODES_MAX = SIM_CHAIN_PROXIES_MAX + 2,
    SIM_CHAIN_SEEN_MAX = 2048, /* messages that are remembered */
};

/* What a proxy is told to do. */
struct sim_chain_policy {
    bool is_on;       /* it has one, and enforces it */
    bool is_observed; /* it has one that changes nothing */
    bool ends_by_bye;
    uint32_t min_se_s, interval_s, max_s;
};

/* An INVITE or UPDATE, or a final answer to one, as a node sent it. */
struct sim_chain_seen {
    size_t by;    /* the node; the first is the caller */
    bool is_down; /* the request goes from the caller to the callee */
    bool is_request;
    bool is_in_dialog; /* of a request */
    enum sp_method method;
    uint32_t cseq;
    uint16_t status;
    bool requires_timer;
    struct sp_session_facts facts;
};

struct sim_chain_watch {
    size_t last; /* node: the callee */
    struct sim_chain_policy policy[SIM_CHAIN_NODES_MAX];
    size_t seen_count;
    struct {
        sp_time end; /* when it must have ended by the last 2xx that it sent or was sent;
                        SP_TIME_NEVER: that had no timer */
        uint32_t interval_s;
        bool has_heard; /* of any 2xx */
    } session[SIM_CHAIN_NODES_MAX];
    struct {
        bool is_ours;           /* it keeps the rules that leave a choice, too */
        uint32_t demanded_s[2]; /* the largest Min-SE of a 422 that it was sent, before the dialog
                                   and in it */
        uint32_t asked_cseq;    /* of its last request */
        uint32_t crossed_cseq;  /* of the last that got a 491 */
        sp_time crossed; /* when it was sent a 491 while nothing was lost, and has heard no 2xx
                            since; SP_TIME_NEVER: it was not */
    } end[SIM_CHAIN_NODES_MAX];
    bool is_calm;      /* nothing is lost */
    unsigned asked[2]; /* requests that name an interval, by the caller and the callee, since it
                          was set to 0 */
    uint64_t *count;   /* of a report */
    bool prints;
    char *complaint; /* of a report */
    struct sp_arena arena;
    struct sim_chain_seen seen[SIM_CHAIN_SEEN_MAX]; /* a ring; not cleared, like what follows */
    char memory[128 << 10];
};

/* The nodes of the chain have the addresses 192.0.2.1, the caller, 192.0.2.2 ... */
void sim_chain_watch_open(struct sim_chain_watch *watch, struct sim_network *network,
                          struct sim_chain_report *report);
void sim_chain_watch_close(struct sim_chain_watch *watch);

/* Notes a broken rule, the first one only. */
void sim_chain_complain(struct sim_chain_watch *watch, const char *format, ...) SP_PRINTF(2, 3);

#endif
