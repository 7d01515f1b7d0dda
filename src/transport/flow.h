/* SPDX-License-Identifier: Apache-2.0
 *
 * The connections of one worker as far as they can be known without a socket: who is at the other
 * end, how long ago anything came, what is unfinished. The table is bounded in all and by address.
 * When it is full, who has said nothing yet goes first and a peer never does, so a flood of silent
 * connections takes nobody's place. Time is handed in.
 *
 * Whoever moves the octets adds a flow for each connection, tells what came of it, and removes it
 * when it ends; nothing here calls back.
 */
#ifndef SP_TRANSPORT_FLOW_H
#define SP_TRANSPORT_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/table.h"
#include "base/wheel.h"
#include "signpost/base/address.h"
#include "signpost/base/err.h"
#include "signpost/base/time.h"
#include "signpost/sip/transport.h"
#include "transport/stream.h"

/* Who keeps its place when the table is full. */
enum sp_flow_standing {
    SP_FLOW_STRANGER, /* nothing whole has come */
    SP_FLOW_KNOWN,    /* a message or a ping has */
    SP_FLOW_TRUSTED,  /* a peer, somebody registered, or a connection that we opened */
    SP_FLOW_STANDINGS
};

struct sp_flow_limits {
    size_t max;         /* flows in all */
    size_t host_max;    /* of one address; those that are trusted don't count */
    size_t large_max;   /* unfinished messages above SP_STREAM_SMALL_OCTETS */
    uint32_t header_s;  /* from its first octet a header section has to be whole; 0: 10 */
    uint32_t message_s; /* and the message; 0: 20 */
    uint32_t idle_s;    /* without anything whole, and without being asked; 0: 120 */
    uint32_t connect_s; /* until a connection of ours has to stand; 0: 5 */
    uint32_t ping_s;    /* a connection of ours is asked for a pong after as long without anything;
                           0: never (RFC 5626 §3.5.1) */
    uint32_t pong_s;    /* which has to come in time; 0: 10 */
};

struct sp_flow_link {
    struct sp_flow_link *next, *prev; /* NULL: in no list */
};

struct sp_flow {
    uint64_t number; /* of a hop; never used again by this worker */
    struct sp_address remote, local;
    enum sp_transport transport;
    enum sp_flow_standing standing;
    bool is_ours; /* we opened it */
    bool is_open; /* the connection stands */
    bool waits_for_pong;
    bool is_hidden; /* it is about to end */
    struct sp_stream stream;
    void *user; /* whoever moves the octets */

    /* The table's own. */
    sp_time used, begun, pinged; /* last whole thing; unfinished since; last ping */
    sp_time asked;               /* a transaction sent on it last */
    struct sp_flow_link by_age, by_size;
    struct sp_timer timer;
    struct sp_table_entry by_number, by_remote;
    bool is_found_by_remote;
    struct sp_flow_host *host; /* NULL: it doesn't count */
    uint8_t remote_key[32];
};

struct sp_flows {
    struct sp_flow_limits limits;
    struct sp_stream_pool pool;
    struct sp_slab *slab, *host_slab;
    struct sp_table *numbers, *remotes, *hosts;
    struct sp_wheel *wheel;
    struct sp_flow_link ages[SP_FLOW_STANDINGS]; /* the longest unused first */
    struct sp_flow_link sizes;                   /* what keeps large memory, the longest first */
    uint64_t next_number;
};

struct sp_flow_start {
    struct sp_address remote, local;
    enum sp_transport transport;
    bool is_ours;    /* it is not open yet */
    bool is_trusted; /* of somebody whom the configuration names */
    void *user;
};

/* `first_number` is that of the first flow; the others follow. Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_flows_init(struct sp_flows *flows, const struct sp_flow_limits *limits,
                                      const struct sp_hash_key *key, uint64_t first_number,
                                      sp_time now);
void sp_flows_fini(struct sp_flows *flows); /* with all flows */

/* Adds a flow. Errors: SP_ERR_REFUSED (too many of that address), SP_ERR_FULL (see
 * sp_flows_victim). */
SP_MUST_USE enum sp_err sp_flows_add(struct sp_flows *flows, const struct sp_flow_start *start,
                                     sp_time now, struct sp_flow **flow);
void sp_flows_remove(struct sp_flows *flows, struct sp_flow **flow);

/* Whose connection is to be ended for a new one, trusted or not; NULL when all others come first.
 */
struct sp_flow *sp_flows_victim(const struct sp_flows *flows, bool is_trusted, sp_time now);

/* Who has kept large memory for the longest without finishing a message; NULL: nobody. */
struct sp_flow *sp_flows_slowest(const struct sp_flows *flows);

/* NULL when there is none. By remote: one that requests may be sent on (RFC 3261 §18), which need
 * not be open yet. */
struct sp_flow *sp_flows_find(const struct sp_flows *flows, uint64_t number);
struct sp_flow *sp_flows_find_remote(const struct sp_flows *flows, const struct sp_address *remote,
                                     enum sp_transport transport);

size_t sp_flows_count(const struct sp_flows *flows);

/* What happens to a flow. */
void sp_flow_opened(struct sp_flows *flows, struct sp_flow *flow, sp_time now);
void sp_flow_heard(struct sp_flows *flows, struct sp_flow *flow, sp_time now); /* a whole thing */
void sp_flow_fed(struct sp_flows *flows, struct sp_flow *flow, sp_time now);   /* a segment is
                                                                                   used up */

/* A transaction sends on it: what answers may take its time. */
void sp_flow_asked(struct sp_flow *flow, sp_time now);

/* It is about to end: from now on it is found by its number only. */
void sp_flow_hide(struct sp_flows *flows, struct sp_flow *flow);

/* What time does to a flow. */
enum sp_flow_due {
    SP_FLOW_NOTHING,
    SP_FLOW_PING,   /* it is to be asked for a pong */
    SP_FLOW_IDLE,   /* from here on the connection is to be ended: nothing came for long */
    SP_FLOW_SLOW,   /* a message takes too long */
    SP_FLOW_SILENT, /* no pong */
    SP_FLOW_UNMADE, /* the connection can't be made */
};

/* Takes one flow that is due. Call until SP_FLOW_NOTHING; a flow that is to be ended is to be
 * removed before the next call. */
enum sp_flow_due sp_flows_turn(struct sp_flows *flows, sp_time now, struct sp_flow **flow);

/* When the table wants to be turned next; SP_TIME_NEVER when it is empty. */
sp_time sp_flows_due(const struct sp_flows *flows);

#endif
