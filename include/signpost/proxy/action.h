/* SPDX-License-Identifier: Apache-2.0
 *
 * What goes into the proxy and what comes out. The proxy is a transaction user (RFC 3261 §5, §16)
 * without I/O: one event in, a bounded list of actions out, to be carried out in order by its
 * driver when the call has returned. An action that is answered at once (a look-up of a numeric
 * host, a message that could not be sent) is answered by another event, after the list is done.
 *
 * A `context` is one request on its way (the RFC's response context); its number is the driver's
 * choice, is used once only, and fits 48 bits. A `branch` is one client transaction of a context or
 * the look-up before it; each address that is tried is a branch of its own. Both together fit the
 * `user` of a transaction: see sp_proxy_user.
 *
 * Spans and pointers in actions live until the turn's arena is reset or the proxy is called again,
 * whichever is first.
 */
#ifndef SIGNPOST_PROXY_ACTION_H
#define SIGNPOST_PROXY_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/span.h"
#include "signpost/proxy/policy.h"
#include "signpost/sip/message.h"
#include "signpost/sip/uri.h"
#include "signpost/target/target_set.h"
#include "signpost/transaction/action.h"

#ifdef __cplusplus
extern "C" {
#endif

enum sp_proxy_event_kind {
    SP_PROXY_REQUEST,      /* a new request that sp_proxy_examine passed; opens the context */
    SP_PROXY_LOCATED,      /* the answer to LOCATE */
    SP_PROXY_RESPONSE,     /* delivered by the client transaction of `branch` */
    SP_PROXY_TIMED_OUT,    /* the client transaction of `branch` had no answer */
    SP_PROXY_UNREACHABLE,  /* it could not be begun or sent, or its transport failed */
    SP_PROXY_CLIENT_ENDED, /* it has terminated (SP_TXN_ENDED), for whatever reason */
    SP_PROXY_SERVER_ENDED, /* the server transaction has: nothing can be answered any more */
    SP_PROXY_CANCELLED,    /* a CANCEL for it came, which the driver has answered with 200 */
};

struct sp_proxy_event {
    enum sp_proxy_event_kind kind;
    uint64_t context; /* events for one that has ended are taken and mean nothing */
    uint32_t branch;  /* so are those for a branch that is over; unused where none is named */

    /* REQUEST: the request, as it was examined. RESPONSE: the response. CANCELLED: the CANCEL, or
     * NULL. LOCATED: the request of the context when it is at hand in this turn, else NULL; it
     * saves reading the copy that the context keeps. */
    struct sp_message *message;
    union {
        struct {
            uint64_t transaction;     /* server transaction; 0 for an ACK, which has none */
            const struct sp_hop *hop; /* where it came from; local: our address there, as peers are
                                         to see it in Record-Route */
            const struct sp_proxy_way *way; /* what sp_proxy_examine found */
            const struct sp_proxy_policy *policy;
        } request;
        struct {
            const struct sp_hop *hops; /* in order of trial; the first SP_PROXY_HOPS_MAX are taken.
                                          transport and local are set: both stand in our Via */
            size_t count;              /* 0: nothing was found, it cannot be reached */
        } located;
        struct {
            struct sp_proxy_follow follow; /* of the peer that was asked; read for a 3xx only */
        } response;
    };
};

enum sp_proxy_action_kind {
    SP_PROXY_LOCATE,     /* find where `uri` is reached (RFC 3263); answer with LOCATED, at once or
                            later. The driver may know better than DNS: a host that it serves */
    SP_PROXY_SEND,       /* begin a client transaction with user sp_proxy_user(context, branch) */
    SP_PROXY_SEND_ACK,   /* the ACK of a 2xx: straight to the transport, no transaction */
    SP_PROXY_CANCEL,     /* a CANCEL for `branch`: a client transaction that nobody waits for */
    SP_PROXY_DROP,       /* `branch` is of no use now: end its look-up, or, when send.via_branch is
                            there, its client transaction (sp_transactions_find_sent) */
    SP_PROXY_RESPOND,    /* through the server transaction; final ones too, and each 2xx */
    SP_PROXY_ABANDON,    /* end the server transaction unanswered: no 408 is ever sent for a request
                            other than INVITE (RFC 4320 §4.2) */
    SP_PROXY_REDIRECTED, /* a 3xx came, followed or not: what a learner has to know */
    SP_PROXY_SESSION,    /* a 2xx to an INVITE or UPDATE has been passed on: what a keeper of
                            session timers has to know */
    SP_PROXY_TRIED,      /* what became of one target: what a keeper of moves has to know */
    SP_PROXY_TRACE,      /* a branch changed its state */
    SP_PROXY_ENDED,      /* the context is gone; its number is of no more use */
};

/* Where a target came from. */
enum sp_proxy_origin {
    SP_PROXY_ASKED,    /* the Request-URI, or in a dialog the next Route */
    SP_PROXY_KNOWN,    /* `known` of the policy */
    SP_PROXY_FOLLOWED, /* a Contact of a 3xx */
};

/* The states of a branch. */
enum sp_proxy_state {
    SP_PROXY_LOCATING,   /* its address is looked up */
    SP_PROXY_CALLING,    /* sent, nothing heard; RFC 3261 §9.1: it cannot be cancelled yet */
    SP_PROXY_PROCEEDING, /* a provisional response came */
    SP_PROXY_ACCEPTED,   /* a 2xx of an INVITE came; more of them may come (RFC 6026) */
    SP_PROXY_DONE,
    SP_PROXY_STATE_COUNT
};

/* What a keeper of session timers has to know of a request. */
struct sp_proxy_asked {
    enum sp_method method;
    bool is_in_dialog; /* its To has a tag */
    uint32_t cseq;
    uint16_t routes; /* Record-Routes that it came with; UINT16_MAX: nobody can read them */
    struct sp_span uri, from, contact; /* asked for; of From; of its first Contact, or absent */
};

struct sp_proxy_action {
    enum sp_proxy_action_kind kind;
    uint64_t context;
    uint32_t branch; /* 0 where none is meant */
    union {
        struct {
            const struct sp_uri *uri;
            const struct sp_address *leave; /* our address that it should leave from, because a
                                               Route of ours names it; NULL: any */
            size_t size; /* octets that the request will have, about: over 1300 it wants a
                            transport other than UDP (RFC 3261 §18.1.1) */
        } locate;
        struct {
            struct sp_span octets;     /* the whole message, with the hop's transport in its Via */
            struct sp_span via_branch; /* of its top Via */
            enum sp_method method;     /* of its CSeq */
            struct sp_span method_name;
            struct sp_hop hop;
        } send; /* SEND, SEND_ACK, CANCEL; of DROP via_branch, method and method_name */
        struct {
            uint64_t transaction; /* of ABANDON too, which has only this */
            uint16_t status;
            struct sp_span octets;
        } respond;
        struct {
            const struct sp_message *response;     /* all of it: Contacts, Expires, Call-ID ... */
            struct sp_span asked;                  /* the Request-URI that it answers */
            struct sp_hop hop;                     /* that it was sent to: who says so */
            bool is_in_dialog;                     /* nothing is to be learned from it */
            bool is_first;                         /* nothing had redirected or retargeted before */
            const struct sp_target_change *change; /* what was followed and what left out, and why;
                                                      NULL: it was not followed */
        } redirected;
        struct {
            struct sp_proxy_asked asked;
            struct sp_message *response; /* as it was received */
            uint32_t interval_s;         /* of the session from now on; 0: none */
            enum sp_refresher refresher; /* of this request's two sides */
            uint8_t changes;   /* enum sp_session_change, of the request and of the response; when
                                  the policy only observes, what would have been changed */
            uint32_t wanted_s; /* the interval of those changes; 0: none */
            enum sp_session_mode mode; /* of the policy */
            sp_time began;             /* when the request came */
            struct sp_address source;  /* and where it came from; the context may be over */
        } session;
        struct {
            struct sp_span uri; /* the Request-URI that was sent */
            enum sp_proxy_origin origin;
            uint16_t status;   /* its final answer; 408: no answer, 503: not reached; 487: given up
                                  by us, which says nothing about it */
            struct sp_hop hop; /* the last that was tried; remote NONE: it never got that far */
        } tried;
        struct {
            enum sp_proxy_state from, to;
        } trace;
    };
};

enum {
    SP_PROXY_HOPS_MAX = 4,      /* addresses that are tried for one target */
    SP_PROXY_BRANCHES_MAX = 32, /* at once in a context, looked up or sent */
    SP_PROXY_ACTIONS_MAX = 4 * SP_PROXY_BRANCHES_MAX + 9, /* one event never asks for more */
};

struct sp_proxy_actions {
    struct sp_proxy_action list[SP_PROXY_ACTIONS_MAX];
    size_t count;
};

/* Context and branch as the `user` of a transaction, and back. A server transaction of a context
 * has branch 0; no client transaction has. */
static inline uint64_t sp_proxy_user(uint64_t context, uint32_t branch)
{
    return context << 16 | branch;
}
static inline uint64_t sp_proxy_user_context(uint64_t user)
{
    return user >> 16;
}
static inline uint32_t sp_proxy_user_branch(uint64_t user)
{
    return (uint32_t)(user & UINT16_MAX);
}

/* "Locating", "Calling" ...; static. */
SP_API const char *sp_proxy_state_text(enum sp_proxy_state state);

#ifdef __cplusplus
}
#endif

#endif
