/* SPDX-License-Identifier: Apache-2.0
 *
 * Learning: what a 3xx may teach (RFC 3261 §21.3.2, §21.3.3), and what a call does with what was
 * learned. Pure: the proof, the policy of the peer that gave it, the moves that stand and the time
 * come in; what is to be written goes out, with a reason in words. The one writer of the store runs
 * this inside its transaction.
 *
 *     sp_moves_begin(&lesson, &proof, &policy, now);
 *     while (sp_moves_wants(&lesson, &key))
 *         sp_moves_give(&lesson, the move that stands for `key`, or NULL);
 *     sp_moves_judge(&lesson, &verdict);
 *
 * The rules. Only the peer that was asked teaches, out of a dialog, no REGISTER. A 301 is durable
 * until its age, a 302 with an expiry is cached until then, all else is used once and forgotten.
 * What is outside of the peer's authority is a suggestion at most. A target is kept in a canonical
 * form or not at all (sp_moves_target).
 */
#ifndef SP_SERVICE_MOVES_H
#define SP_SERVICE_MOVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"
#include "signpost/base/writer.h"
#include "signpost/sip/message.h"
#include "signpost/sip/uri.h"
#include "store/move.h"

enum {
    SP_MOVES_ROWS_MAX = 16,     /* moves that one judgement looks at */
    SP_MOVES_OWN_MAX = 32,      /* addresses of ours that are told */
    SP_MOVES_URI_MAX = 1024,    /* octets of a Contact's URI; a longer one teaches nothing */
    SP_MOVES_AGE_S = 7 * 86400, /* what holds when the policy says 0: max-age ... */
    SP_MOVES_FAILURES = 3,      /* ... demote-after ... */
    SP_MOVES_LEARN_LIMIT = 100, /* ... learn-limit, an hour */
    SP_MOVES_EXPIRES_S = 3600,  /* a malformed expires (RFC 3261 §20.10) */
    SP_MOVES_REASON_MAX = 400,
};

enum sp_learn {
    SP_LEARN_OFF,
    SP_LEARN_SUGGEST,
    SP_LEARN_APPLY,
};

/* What may be learned from one peer. Zeros take their defaults. */
struct sp_moves_policy {
    struct sp_span peer; /* its name */
    enum sp_learn learn;
    const struct sp_span *authority; /* patterns of service/authority.h */
    size_t authority_count;
    bool allow_private; /* its Contacts may name loopback, private, link-local and our addresses */
    uint32_t max_age_s;
    uint32_t demote_after;
    uint32_t learn_limit;
    const struct sp_key_rules *key_rules; /* NULL: numbers as they are */
    const struct sp_address *own;         /* where we listen */
    size_t own_count;
};

/* One Contact of the answer. */
struct sp_moves_contact {
    struct sp_span uri;
    bool has_q;
    uint16_t q; /* thousandths; 1000 when absent */
    bool has_expires;
    uint32_t expires_s;
};

/* What an answer said, and to what. Spans are the caller's. */
struct sp_moves_proof {
    struct sp_span asked;       /* the Request-URI that was sent */
    enum sp_method method;      /* of the request */
    bool is_in_dialog;          /* the request had a To tag */
    struct sp_address asked_at; /* the address that the request was sent to */
    struct sp_address answered_from;
    struct sp_address local; /* our own address towards the peer; family 0: not known */
    uint16_t status;
    struct sp_span call_id;
    struct sp_wall when;
    uint8_t contact_count; /* in the order of the message */
    struct sp_moves_contact contact[SP_ROUTE_TARGETS_MAX];
};

/* Fills status, call_id, contacts and expiries from a 3xx; the rest is the caller's. Contacts that
 * cannot be read, and those beyond SP_ROUTE_TARGETS_MAX, are left out. Views into the message. */
void sp_moves_read(struct sp_moves_proof *proof, const struct sp_message *response);

/* Writes a Contact's URI as a target that is kept: scheme, user with its own parameters
 * (;npdi;rn=...), host in lower case, port, and of the URI's parameters transport, user and gr.
 * Headers and the parameters lr, method, ob, comp, ttl, cause and reason are left out: they say
 * nothing about where. Any other parameter may be a token of one call (";line=sr-..."), so that the
 * whole target is refused, like one with maddr, a password, or a scheme that is not sip or sips.
 * `why` is then a static phrase. */
SP_MUST_USE enum sp_err sp_moves_target(struct sp_span uri, struct sp_writer *writer,
                                        const char **why);

/* How many moves a peer has taught in each of the last minutes. A value of the writer's, 0 at
 * first. */
struct sp_moves_rate {
    int64_t minute;
    uint16_t counts[61];
};
uint32_t sp_moves_rate_hour(struct sp_moves_rate *rate, struct sp_wall now);
void sp_moves_rate_add(struct sp_moves_rate *rate, struct sp_wall now);

/* A judgement under way; opaque in use, a value for its memory. */
struct sp_moves_lesson {
    const struct sp_moves_proof *proof;
    const struct sp_moves_policy *policy;
    struct sp_wall now;
    bool is_aside;            /* all moves are set aside: nothing is applied */
    uint32_t learned_in_hour; /* sp_moves_rate_hour of the peer */
    const char *refusal;      /* not NULL: nothing to be asked for */
    bool is_authorised;
    struct sp_uri_key key; /* of the URI asked for */
    struct sp_move move;   /* what would stand */
    size_t used;           /* of `texts` */
    char texts[SP_ROUTE_TARGETS_MAX * SP_MOVES_URI_MAX];
    uint8_t row_count, row_next; /* row 0 is the key itself; the others are targets */
    bool has_more;               /* more rows than there is room for */
    struct sp_moves_row {
        uint16_t key_at, key_len; /* in `keys` */
        uint8_t parent;
        bool is_there;
        struct sp_move move;
    } row[SP_MOVES_ROWS_MAX];
    char keys[SP_MOVES_ROWS_MAX * SP_KEY_MAX];
};

enum sp_moves_decision {
    SP_MOVES_NOTHING, /* it teaches nothing: not a fault, and nothing to tell */
    SP_MOVES_REFUSE,  /* to be told to the log, with the reason; nothing is written */
    SP_MOVES_PUT,     /* `move` is written: applied or suggested, as its state says */
    SP_MOVES_REMOVE,  /* the move of `move.key` is taken away */
};

struct sp_moves_verdict {
    enum sp_moves_decision decision;
    enum sp_audit_act act; /* of a PUT or REMOVE */
    bool is_counted;       /* against the learn-limit */
    bool is_over_limit;    /* a suggestion only because of the learn-limit: an alarm */
    struct sp_move move;   /* views into the lesson, the proof and the policy */
    size_t reason_len;
    char reason[SP_MOVES_REASON_MAX];
};

void sp_moves_begin(struct sp_moves_lesson *lesson, const struct sp_moves_proof *proof,
                    const struct sp_moves_policy *policy, struct sp_wall now);
SP_MUST_USE bool sp_moves_wants(struct sp_moves_lesson *lesson, struct sp_span *key);
void sp_moves_give(struct sp_moves_lesson *lesson, const struct sp_move *move); /* its views must
                                                                                   stay */
void sp_moves_judge(const struct sp_moves_lesson *lesson, struct sp_moves_verdict *verdict);

/* What a call does with the moves that a look-up found. */
enum sp_moves_way {
    SP_MOVES_ELSE,    /* none can be used for this request: as if there were none */
    SP_MOVES_TARGETS, /* try the targets, highest q first, then the old address once */
    SP_MOVES_OLD,     /* its age is up: ask the old address; the targets when it does not answer */
};

struct sp_moves_plan {
    enum sp_moves_way way;
    uint16_t code;      /* 301, or 302 when any link is a cached target */
    struct sp_span key; /* whose use is counted */
    struct sp_wall end; /* when the plan is over; 0: it lasts */
    uint8_t target_count;
    struct sp_route_target target[SP_ROUTE_TARGETS_MAX];
    struct sp_span said_by[SP_ROUTE_TARGETS_MAX]; /* the key whose move names the target: to it a
                                                     failure is counted */
    uint8_t link_count;                           /* moves that the targets rest on */
};

/* How the request may use moves. */
struct sp_moves_use {
    bool is_secure; /* a sips URI was asked for: only sips targets */
    bool can_ask;   /* a proxy, which can ask the old address; a redirect server cannot, and goes on
                       answering with a move whose age is up */
    const struct sp_key_rules *key_rules;
};

/* The links as sp_store_find_rule gives them. Targets that have moved themselves are replaced by
 * what they moved to. Spans of the plan point into the links. */
void sp_moves_plan(const struct sp_move *links, size_t count, const struct sp_moves_use *use,
                   struct sp_wall now, struct sp_moves_plan *plan);

/* What came of using a move. */
enum sp_moves_outcome {
    SP_MOVES_SERVED,     /* the target answered, whatever it said about the call */
    SP_MOVES_FAILED,     /* sp_moves_is_failure, no answer, or it cannot be reached */
    SP_MOVES_OLD_SERVED, /* asked at its age, the old address took the call: it has moved back */
    SP_MOVES_OLD_FAILED, /* asked at its age, the old address did not answer: nothing is known */
};

/* Whether a final response says that the target is not there, rather than that its user does not
 * want the call. */
bool sp_moves_is_failure(uint16_t status);

/* What a number of equal outcomes changes: `move` is the one that stands, `verdict` says what is to
 * be written. `demote_after` 0: the default. */
void sp_moves_count(const struct sp_move *move, enum sp_moves_outcome outcome, uint32_t times,
                    uint32_t demote_after, struct sp_wall now, struct sp_moves_verdict *verdict);

#endif
