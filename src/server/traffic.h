/* SPDX-License-Identifier: Apache-2.0
 *
 * Which response codes an engine has sent and received lately: how often in the last hour and day,
 * by method and by peer, and the last transactions with each code, with their first lines. It
 * belongs to one engine, whose thread writes it and answers what others ask; the totals alone may
 * be read from any thread.
 *
 * Memory is taken once: 768 rows of a code, direction, method and peer, 256 peers by name and 256
 * transactions of up to 12 messages. When rows run out, messages are counted without method and
 * peer; when transactions run out, the oldest of the code that has most of them goes, so that a
 * flood of one code leaves the others eight each. No body and no header field is kept, and of a
 * URI no password.
 */
#ifndef SP_SERVER_TRAFFIC_H
#define SP_SERVER_TRAFFIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/config.h"
#include "signpost/base/address.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"
#include "signpost/sip/message.h"

enum {
    SP_TRAFFIC_FIRST = 100, /* codes: from here, */
    SP_TRAFFIC_CODES = 600, /* and so many */
    SP_TRAFFIC_STEPS_MAX = 12,
    SP_TRAFFIC_LINE_MAX = 88,
    SP_TRAFFIC_CALL_ID_MAX = 88,
    SP_TRAFFIC_PEER_MAX = 48, /* octets of a peer's name; the rest is cut */
    SP_TRAFFIC_ROWS_MAX = 256,
    SP_TRAFFIC_SHOWN_MAX = 8, /* transactions of a view */
};

struct sp_traffic; /* opaque */

/* A message that was sent or received. Spans are not kept. */
struct sp_traffic_message {
    bool is_sent;
    uint16_t status;       /* 0: a request */
    enum sp_method method; /* of a response that of its CSeq */
    const struct sp_address *remote;
    struct sp_span call_id;
    uint32_t cseq;
    struct sp_span octets;  /* its first line at least */
    struct sp_span request; /* of an answer that is given at once: the request, which is kept with
                               it; absent: the request was noted when it came */
};

/* Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_traffic_new(const struct sp_config *config, sp_time now,
                                       struct sp_traffic **traffic);
void sp_traffic_free(struct sp_traffic **traffic);

/* Another configuration has other peers; those that were counted keep their names. */
void sp_traffic_configure(struct sp_traffic *traffic, const struct sp_config *config);

/* Once for each message, not for its retransmissions. `traffic` may be NULL: nothing is kept. Of an
 * answer that is given at once, every one is counted, and one in 100 ms kept of each code. */
void sp_traffic_note(struct sp_traffic *traffic, const struct sp_traffic_message *message,
                     sp_time now);

/* The same for a message that is whole and good but not read: what is needed of it is looked for in
 * its octets. */
void sp_traffic_note_octets(struct sp_traffic *traffic, bool is_sent,
                            const struct sp_address *remote, struct sp_span octets, sp_time now);

/* How often a code was sent (or received) since the beginning; from any thread. */
uint64_t sp_traffic_total(const struct sp_traffic *traffic, bool is_sent, unsigned code);

/* What is told to others. */

struct sp_traffic_count {
    uint64_t hour, day; /* the last 55 to 60 minutes, the last 23 to 24 hours */
};

struct sp_traffic_row {
    char peer[SP_TRAFFIC_PEER_MAX + 1]; /* empty: none of the peers by name */
    enum sp_method method;
    bool is_sent;
    struct sp_traffic_count count;
};

struct sp_traffic_step {
    sp_time at;
    struct sp_address remote;
    bool is_sent;
    uint8_t len;
    char line[SP_TRAFFIC_LINE_MAX]; /* "INVITE sip:a@example.com", "301 Moved Permanently" */
};

struct sp_traffic_transaction {
    uint64_t number; /* a greater one is later; 0: none */
    uint64_t key;
    uint16_t code; /* the last response's; 0: none yet */
    enum sp_method method;
    uint8_t step_count; /* more than there is room for are left out */
    uint8_t call_id_len;
    char call_id[SP_TRAFFIC_CALL_ID_MAX];
    struct sp_traffic_step steps[SP_TRAFFIC_STEPS_MAX];
};

/* Zeroed by who asks, but for `code`; each engine adds its own. */
struct sp_traffic_view {
    unsigned code;                                     /* 0: the sums only */
    struct sp_traffic_count sums[2][SP_TRAFFIC_CODES]; /* received, sent; by code - 100 */
    size_t row_count;
    struct sp_traffic_row rows[SP_TRAFFIC_ROWS_MAX];
    size_t transaction_count; /* the latest first */
    struct sp_traffic_transaction transactions[SP_TRAFFIC_SHOWN_MAX];
};

/* Adds what is known; in the engine's thread. */
void sp_traffic_show(struct sp_traffic *traffic, sp_time now, struct sp_traffic_view *view);

#endif
