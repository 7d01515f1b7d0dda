/* SPDX-License-Identifier: Apache-2.0
 *
 * What goes into a user agent of ours and what comes out. An agent is a transaction user (RFC 3261
 * §5) without I/O: events in, a bounded list of actions out, carried out by its driver when the
 * step has returned. Spans in actions live in the turn's arena or in the agent, until the arena is
 * reset or the agent steps again.
 */
#ifndef SIGNPOST_AGENT_ACTION_H
#define SIGNPOST_AGENT_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/arena.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"
#include "signpost/sip/message.h"

#ifdef __cplusplus
extern "C" {
#endif

enum sp_agent_event_kind {
    SP_AGENT_BEGIN,       /* a call: place it */
    SP_AGENT_RESPONSE,    /* delivered by the client transaction `exchange` */
    SP_AGENT_TIMED_OUT,   /* the client transaction `exchange` had no answer */
    SP_AGENT_UNREACHABLE, /* `exchange` could not be sent, or no address be found */
    SP_AGENT_REQUEST,     /* a new request in the server transaction `transaction`; an ACK that no
                             transaction took, with transaction 0 */
    SP_AGENT_CANCEL,      /* `transaction` was cancelled; the CANCEL itself has been answered */
    SP_AGENT_TIMER,       /* the time that was asked for has come */
    SP_AGENT_END,         /* whoever ordered the agent wants it to end */
};

struct sp_agent_event {
    enum sp_agent_event_kind kind;
    uint32_t exchange;          /* of a client transaction: the number in SP_AGENT_SEND_REQUEST */
    uint64_t transaction;       /* of a server transaction: its id */
    struct sp_message *message; /* of RESPONSE and REQUEST */
    struct sp_address source;   /* where the message came from */
};

/* Where to send: an address, or, when its family is NONE, what the URI leads to (RFC 3263). */
struct sp_destination {
    struct sp_address address;
    struct sp_span uri;  /* may be absent when the address is known */
    struct sp_span host; /* host and port are for people */
    uint16_t port;       /* never 0 */
};

enum sp_agent_action_kind {
    SP_AGENT_SEND_REQUEST, /* begin a client transaction */
    SP_AGENT_SEND_ACK,     /* straight to the transport, without a transaction */
    SP_AGENT_DROP_REQUEST, /* end the client transaction `exchange`: its answer is of no use now */
    SP_AGENT_RESPOND,      /* through a server transaction */
    SP_AGENT_SET_TIMER,    /* its one timer, in place of what it was set to */
    SP_AGENT_TRACE,        /* one line of the ladder */
    SP_AGENT_REMEMBER,     /* an address book entry */
    SP_AGENT_FORGET,       /* the entry did not work */
    SP_AGENT_FINISHED,     /* all is over; see the agent's result */
};

enum {
    SP_AGENT_MOVED_MAX = 8, /* new addresses of one entry */
};

struct sp_agent_action {
    enum sp_agent_action_kind kind;
    union {
        struct {
            uint32_t exchange; /* also of SP_AGENT_DROP_REQUEST */
            struct sp_span octets;
            struct sp_destination destination;
        } send;
        struct {
            uint64_t transaction;
            uint16_t status;
            struct sp_span octets;
        } respond;
        sp_time due; /* SP_TIME_NEVER: none */
        struct {
            bool is_sent;           /* from us, else to us */
            struct sp_address peer; /* family NONE when only a host is known */
            struct sp_span host;    /* as the message is addressed, with port */
            struct sp_span
                first_line;        /* "INVITE sip:a@example.com SIP/2.0"; empty: a remark only */
            struct sp_span remark; /* what it means; may be empty */
        } trace;
        struct {
            struct sp_span old_uri;
            struct sp_span new_uris[SP_AGENT_MOVED_MAX]; /* in order of q */
            uint8_t count;
            uint16_t status;    /* 301: for good; 302: until expires_s from now */
            uint32_t expires_s; /* 0: no end */
        } moved;                /* REMEMBER; FORGET has old_uri only */
    };
};

enum {
    SP_AGENT_ACTIONS_MAX = 32
};

struct sp_agent_actions {
    struct sp_agent_action list[SP_AGENT_ACTIONS_MAX];
    size_t count;
};

#ifdef __cplusplus
}
#endif

#endif
