/* SPDX-License-Identifier: Apache-2.0
 *
 * Learning: what a 3xx may teach (RFC 3261 §21.3.2, §21.3.3), and what a call does with what was
 * learned. Pure: the proof, the policy of the peer that gave it, the moves that stand and the time
 * come in; what is to be written goes out, with a reason in words. The one writer of the store runs
 * this inside its transaction.
 *
 *     sp_moves_begin(&lesson, &proof, &policy, now);
 *     while (sp_moves_wants(&lesson, &key, &is_suggestion))
 *         sp_moves_give(&lesson, what stands there, or NULL);
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
    SP_MOVES_ROWS_MAX = 32,     /* moves that one judgement looks at */
    SP_MOVES_URI_MAX = 1024,    /* octets of a Contact's URI; a longer one teaches nothing */
    SP_MOVES_AGE_S = 7 * 86400, /* what holds when the policy says 0: max-age ... */
    SP_MOVES_FAILURES = 3,      /* ... and demote-after */
    SP_MOVES_EXPIRES_S = 3600,  /* a malformed expires (RFC 3261 §20.10) */
    SP_MOVES_RETRY_S = 3600,    /* an old address that did not answer is asked again after that */
    SP_MOVES_RETOLD_S = 3600,   /* the same suggestion is written again after that */
    SP_MOVES_REASON_MAX = 400,
};

enum sp_learn {
    SP_LEARN_OFF,
    SP_LEARN_SUGGEST,
    SP_LEARN_APPLY,
};

/* What may be learned from one peer. */
struct sp_moves_policy {
    struct sp_span peer; /* its name */
    enum sp_learn learn;
    const struct sp_span *authority; /* patterns of service/authority.h */
    size_t authority_count;
    bool allow_private; /* its Contacts may name loopback, private, link-local and our addresses */
    uint32_t max_age_s; /* 0: the default */
    uint32_t learn_limit;                 /* moves an hour; 0: none is applied */
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
    int64_t minute;      /* that the last count is of */
    uint16_t counts[61]; /* a minute more than an hour, so that no hour holds more */
};
uint32_t sp_moves_rate_hour(struct sp_moves_rate *rate, struct sp_wall now);
void sp_moves_rate_add(struct sp_moves_rate *rate, struct sp_wall now);

/* A judgement under way; opaque in use, a value for its memory. */
struct sp_moves_lesson {
    const struct sp_moves_proof *proof;   /* NULL: an operator's decision */
    const struct sp_moves_policy *policy; /* NULL with it */
    const struct sp_key_rules *key_rules;
    struct sp_wall now;
    bool is_aside;            /* all moves are set aside: nothing is applied */
    uint32_t learned_in_hour; /* sp_moves_rate_hour of the peer */

    bool is_over;    /* nothing has to be asked for: `refusal` says why, or it teaches nothing */
    bool is_refused; /* ... and it is to be told */
    size_t refusal_len;
    char refusal[SP_MOVES_REASON_MAX];

    bool is_authorised;    /* the peer may move the key */
    struct sp_uri_key key; /* of the URI asked for */
    struct sp_move move;   /* what would stand */
    bool has_standing, has_suggestion;
    struct sp_move standing, suggestion;

    uint8_t row_count, row_next; /* 0 and 1: the move and the suggestion of the key itself */
    uint8_t circle;              /* the row whose move leads back to the key; 0: none */
    bool has_more;               /* more rows than there is room for */
    struct sp_moves_row {
        uint16_t at, len; /* its key, in `keys` */
        uint8_t parent;
    } row[SP_MOVES_ROWS_MAX];
    size_t keys_used, texts_used;
    char keys[SP_MOVES_ROWS_MAX * SP_KEY_MAX];
    char texts[SP_ROUTE_TARGETS_MAX * SP_MOVES_URI_MAX];
};

enum sp_moves_decision {
    SP_MOVES_NOTHING, /* it teaches nothing new: nothing is written or told */
    SP_MOVES_REFUSE,  /* told to the log of the server, with the reason; nothing is written */
    SP_MOVES_PUT,     /* `move` is written: applied or suggested, as its state says */
    SP_MOVES_REMOVE,  /* the move of `move.key` is taken away */
};

struct sp_moves_verdict {
    enum sp_moves_decision decision;
    enum sp_audit_act act; /* of a PUT or REMOVE */
    bool is_told;          /* it is worth a line of the audit log */
    bool is_counted;       /* against the learn-limit */
    bool is_over_limit;    /* a suggestion only because of the learn-limit: an alarm */
    struct sp_move move;   /* views into the lesson, the proof, the policy and what stood */
    size_t reason_len;
    char reason[SP_MOVES_REASON_MAX];
};

/* Begins with a proof. `proof` and `policy` must stay until the verdict has been carried out. */
void sp_moves_begin(struct sp_moves_lesson *lesson, const struct sp_moves_proof *proof,
                    const struct sp_moves_policy *policy, struct sp_wall now);

/* Begins with what an operator wants to stand: a suggestion approved, a move resumed. Only a circle
 * is refused. */
void sp_moves_begin_approved(struct sp_moves_lesson *lesson, const struct sp_move *move,
                             const struct sp_key_rules *key_rules, struct sp_wall now);

/* The next key whose move, or suggestion, has to be given. */
SP_MUST_USE bool sp_moves_wants(struct sp_moves_lesson *lesson, struct sp_span *key,
                                bool *is_suggestion);
/* What stands there, or NULL. Its views must stay until the verdict has been carried out. */
void sp_moves_give(struct sp_moves_lesson *lesson, const struct sp_move *move);

void sp_moves_judge(const struct sp_moves_lesson *lesson, struct sp_moves_verdict *verdict);

/* What a call does with the moves that a look-up found. */
enum sp_moves_way {
    SP_MOVES_ELSE,    /* none can be used for this request: as if there were none */
    SP_MOVES_TARGETS, /* try the targets in order, then the old address once */
    SP_MOVES_OLD,     /* its age is up: ask the old address, as if there were no move */
};

struct sp_moves_goal {
    struct sp_route_target target;
    struct sp_span said_by; /* the key whose move names it: what comes of it is counted there */
    struct sp_span asks;    /* not absent: the target has moved itself, and its age is up; this is
                               its key, and it is asked again */
};

struct sp_moves_plan {
    enum sp_moves_way way;
    uint16_t code;      /* 301, or 302 when a cached target is among the links */
    struct sp_span key; /* of the first link */
    struct sp_wall end; /* when a 302 is over; 0: it lasts */
    uint8_t goal_count;
    struct sp_moves_goal goal[SP_ROUTE_TARGETS_MAX]; /* the highest q first */
};

/* How the request may use moves. */
struct sp_moves_use {
    bool is_secure; /* a sips URI was asked for: only sips targets */
    bool can_ask;   /* a proxy, which can ask the old address; a redirect server cannot, and goes on
                       answering with a move whose age is up */
    const struct sp_key_rules *key_rules;
};

/* The links as sp_store_find_rule gives them, one at least. A target that has moved itself is
 * replaced by what it moved to, which inherits its q. Spans of the plan point into the links. */
void sp_moves_plan(const struct sp_move *links, size_t count, const struct sp_moves_use *use,
                   struct sp_wall now, struct sp_moves_plan *plan);

/* The plan as a rule, for a redirect server. */
void sp_moves_plan_to_route(const struct sp_moves_plan *plan, struct sp_wall now,
                            struct sp_route *route);

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

/* A number of equal outcomes, and what the peer that taught the move has for a limit. */
struct sp_moves_result {
    enum sp_moves_outcome outcome;
    uint32_t times;
    uint32_t demote_after; /* 0: the default */
};

/* What outcomes change: `move` is the one that stands, `verdict` says what is to be written. */
void sp_moves_count(const struct sp_move *move, const struct sp_moves_result *result,
                    struct sp_wall now, struct sp_moves_verdict *verdict);

#endif
