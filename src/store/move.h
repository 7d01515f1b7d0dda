/* SPDX-License-Identifier: Apache-2.0
 *
 * What a 301 or a 302 has taught about one address, and the log of what became of it: two records.
 * A move says only what its own peer said about its own key: "A is now B", never "A is now C
 * because B has moved on". A chain is put together when it is read (service/moves.h), so undoing
 * one move undoes whatever stood on it.
 *
 * An encoded record starts with the octet of its version. Decoding gives views into the octets and
 * answers an error for whatever is not exactly a record.
 */
#ifndef SP_STORE_MOVE_H
#define SP_STORE_MOVE_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"
#include "signpost/base/writer.h"
#include "signpost/sip/uri.h"
#include "store/record.h"

enum {
    SP_MOVE_PEER_MAX = 128,    /* octets of a peer's name */
    SP_MOVE_CALL_ID_MAX = 255, /* a longer Call-ID is cut */
    SP_MOVE_LINKS_MAX = 8,     /* moves that one look-up puts in a chain */
    SP_AUDIT_TEXT_MAX = 255,   /* octets of who, and of why */
};

enum sp_move_state {
    SP_MOVE_APPLIED,   /* answers and routes */
    SP_MOVE_SUGGESTED, /* waits for somebody to approve it; lies on a shelf of its own, so that it
                          never stands in the way of one that is applied */
    SP_MOVE_SUSPECT,   /* its target has failed too often; not used */
    SP_MOVE_SUSPENDED, /* an operator has set it aside; not used, and not learned again */
    SP_MOVE_STATE_COUNT,
};

struct sp_move {
    struct sp_span key; /* canonical, as sp_uri_key gives it; not part of the encoded record */
    enum sp_move_state state;
    uint16_t code; /* 301: durable; 302: a cached target, which has an end */

    /* The last proof: who said so, when, in which call. */
    struct sp_span peer;       /* its name in the configuration */
    struct sp_address address; /* where the answer came from */
    struct sp_span call_id;
    struct sp_wall proved;

    struct sp_wall learned;  /* the first proof of these targets */
    struct sp_wall approved; /* by an operator; 0: never */
    struct sp_wall fresh;    /* a 301 is asked for again at its old address from then on */
    struct sp_wall end;      /* a 302 is over from then on; 0 for a 301 */
    struct sp_wall used;     /* the last use; 0: never */
    uint64_t uses;
    uint32_t failures; /* of the targets, in a row */

    uint8_t target_count;                                /* 1 at least */
    struct sp_route_target target[SP_ROUTE_TARGETS_MAX]; /* the highest q first */
};

enum {
    SP_MOVE_RECORD_MAX = 128 + SP_MOVE_PEER_MAX + SP_MOVE_CALL_ID_MAX +
                         SP_ROUTE_TARGETS_MAX * (SP_ROUTE_URI_MAX + 16),
};

/* The state in a word, "applied"; static. */
const char *sp_move_state_text(enum sp_move_state state);
/* Errors: SP_ERR_SYNTAX (no such word). */
SP_MUST_USE enum sp_err sp_move_state_read(struct sp_span text, enum sp_move_state *state);

/* Whether it answers and routes at `now`: applied, and not over. A 301 whose age is up still does;
 * the next call asks for it again. */
bool sp_move_is_used(const struct sp_move *move, struct sp_wall now);
bool sp_move_is_over(const struct sp_move *move, struct sp_wall now);  /* a 302 past its end */
bool sp_move_is_stale(const struct sp_move *move, struct sp_wall now); /* a 301 past its age */

/* Whether both send to the same places, by octets and in the same order, with the same q. */
bool sp_move_same_targets(const struct sp_move *a, const struct sp_move *b);

/* The move as an exact rule, for answers and exports: expires of a 302 is what is left at `now`. */
void sp_move_to_route(const struct sp_move *move, struct sp_wall now, struct sp_route *route);

/* Errors: SP_ERR_RANGE (what a record cannot hold); the writer's. */
SP_MUST_USE enum sp_err sp_move_encode(struct sp_writer *writer, const struct sp_move *move);
/* The key is left alone. Errors: SP_ERR_SYNTAX (damaged, or of a version not known). */
SP_MUST_USE enum sp_err sp_move_decode(struct sp_span record, struct sp_move *move);

/* What happened to a move. */
enum sp_audit_act {
    SP_AUDIT_LEARNED,
    SP_AUDIT_CHANGED, /* other targets than before */
    SP_AUDIT_RENEWED, /* asked for again, and the same */
    SP_AUDIT_SUGGESTED,
    SP_AUDIT_APPROVED,
    SP_AUDIT_UNDONE,
    SP_AUDIT_SUSPECTED,
    SP_AUDIT_SUSPENDED,
    SP_AUDIT_RESUMED,
    SP_AUDIT_ENDED, /* a 302 whose time was over, taken away */
    SP_AUDIT_ALL_SUSPENDED,
    SP_AUDIT_ALL_RESUMED,
    SP_AUDIT_ACT_COUNT,
};

/* A line of the log, which is only ever added to. */
struct sp_audit {
    uint64_t sequence; /* from 1, without a gap; not part of the encoded record */
    struct sp_wall when;
    enum sp_audit_act act;
    struct sp_span who;    /* "peer carrier", "operator ann", "signpost" */
    struct sp_span why;    /* a sentence's end: "301 of call 7@a.example from 192.0.2.7:5060" */
    struct sp_span key;    /* empty: all moves */
    struct sp_span before; /* encoded moves; empty: there was none, there is none */
    struct sp_span after;
};

enum {
    SP_AUDIT_RECORD_MAX = 64 + 2 * SP_AUDIT_TEXT_MAX + SP_KEY_MAX + 2 * SP_MOVE_RECORD_MAX,
};

/* The act in a word, "learned"; static. */
const char *sp_audit_act_text(enum sp_audit_act act);

SP_MUST_USE enum sp_err sp_audit_encode(struct sp_writer *writer, const struct sp_audit *audit);
SP_MUST_USE enum sp_err sp_audit_decode(struct sp_span record, struct sp_audit *audit);

#endif
