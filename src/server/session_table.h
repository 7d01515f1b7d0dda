/* SPDX-License-Identifier: Apache-2.0
 *
 * The calls that the proxies of one worker carry: a dialog each, known by Call-ID and both tags,
 * with its session timer (RFC 4028 §8.2), its last proof of life, and what a record or a BYE needs
 * of it. Told of each 2xx that goes by; says which are dead. No I/O: time is handed in.
 */
#ifndef SP_SERVER_SESSION_TABLE_H
#define SP_SERVER_SESSION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/siphash.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"
#include "signpost/dialog/session.h"
#include "signpost/proxy/action.h"
#include "signpost/sip/message.h"

struct sp_session_table; /* opaque */

struct sp_session_table_options {
    size_t max; /* dialogs at once; more are not followed, counted */
    struct sp_hash_key key;
};

/* Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_session_table_new(const struct sp_session_table_options *options,
                                             sp_time now, struct sp_session_table **table);
void sp_session_table_free(struct sp_session_table **table);

/* A time of day and a time, of the same moment. */
struct sp_moment {
    sp_time now;
    struct sp_wall wall;
};

/* A 2xx to an INVITE or UPDATE that has been passed on. */
struct sp_session_heard {
    struct sp_proxy_asked asked; /* of the request */
    struct sp_message *response; /* as it was received */
    uint32_t interval_s;         /* of the 2xx as it was passed on; 0: none */
    enum sp_refresher refresher;
    struct sp_wall began; /* when the INVITE came; of the first 2xx of a dialog */
    /* Of the first 2xx of a dialog, for all that follow: a refresh names no domain of ours. */
    const struct sp_session_policy *policy;
    bool ends_by_bye; /* once it has expired, both sides are told */
};

/* A row as it stands, see below. */
struct sp_session_record;

/* Notes it: the first 2xx of a dialog makes a row, every other one moves its end. One of another
 * dialog than any that is known, and that is no INVITE, is passed over, and so is one that comes
 * again behind its BYE. Returns whether the dialog is followed; `record` is its row then, and says
 * who has ended it when the BYE has overtaken it: then it is the last that is told of it. */
bool sp_session_table_heard(struct sp_session_table *table, const struct sp_session_heard *heard,
                            struct sp_moment at, struct sp_session_record *record);

/* Dialogs without a session timer are kept so long without a sign of life; 0: not at all. */
void sp_session_table_keep_unguarded(struct sp_session_table *table, sp_time most);

/* A request of a dialog, which has a policy since its first one: it is told, and the request's
 * CSeq noted, because ours have to be higher. Errors: SP_ERR_ABSENT. */
SP_MUST_USE enum sp_err sp_session_table_request(struct sp_session_table *table,
                                                 struct sp_message *request,
                                                 struct sp_session_policy *policy);

enum sp_session_ended_by {
    SP_SESSION_LIVES,
    SP_SESSION_ENDED_BY_CALLER,
    SP_SESSION_ENDED_BY_CALLEE,
    SP_SESSION_ENDED_BY_EXPIRY,   /* its session timer */
    SP_SESSION_ENDED_BY_SILENCE,  /* it has none, and nothing was heard of it for too long */
    SP_SESSION_ENDED_BY_OPERATOR, /* signpost session end */
};

/* A row as it stands; spans point into it and are good until the table is called again. */
struct sp_session_record {
    struct sp_span call_id;
    struct sp_span caller, callee; /* URIs of From and To of the first INVITE */
    struct sp_span caller_tag, callee_tag;
    struct sp_span caller_contact, callee_contact; /* URIs */
    struct sp_span routes; /* of a request of the caller from here on: Route values, comma between;
                              ours is the first */
    struct sp_span routes_back;        /* of a request of the callee */
    uint32_t caller_cseq, callee_cseq; /* of their last requests; 0: none */
    struct sp_wall began, answered, proof, ended;
    sp_time expires;                /* SP_TIME_NEVER: no session timer */
    uint32_t interval_s;            /* 0: none */
    enum sp_session_side refresher; /* ME: the caller */
    enum sp_session_ended_by ended_by;
    bool ends_by_bye;
    struct sp_session_policy policy; /* that its refreshes are judged by */
};

/* Puts in what was kept of a dialog, in the place of what stands of it; its end is record->expires.
 * Errors: SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_session_table_restore(struct sp_session_table *table,
                                                 const struct sp_session_record *record,
                                                 sp_time now);

/* A BYE is passed on: when the dialog is known, it is over, and `record` is the last that is told
 * of it. Errors: SP_ERR_ABSENT. */
SP_MUST_USE enum sp_err sp_session_table_ended(struct sp_session_table *table,
                                               struct sp_message *bye, struct sp_moment at,
                                               struct sp_session_record *record);

/* Takes out one dialog that is dead; false when none is. Call until false. */
bool sp_session_table_turn(struct sp_session_table *table, struct sp_moment at,
                           struct sp_session_record *record);

/* When it wants to be turned next. */
sp_time sp_session_table_due(const struct sp_session_table *table);

/* Takes out the dialogs of a Call-ID, one each call, for an operator. Errors: SP_ERR_ABSENT. */
SP_MUST_USE enum sp_err sp_session_table_end(struct sp_session_table *table, struct sp_span call_id,
                                             struct sp_moment at, struct sp_session_record *record);

/* Takes out what stands of a dialog, which is told to nobody. */
void sp_session_table_forget(struct sp_session_table *table, struct sp_span call_id,
                             struct sp_span caller_tag, struct sp_span callee_tag);

/* Walks all rows, in no order: `cursor` begins at 0. Nothing is to be changed meanwhile. */
struct sp_session_cursor {
    size_t place;
    void *last;
};
bool sp_session_table_next(const struct sp_session_table *table, struct sp_session_cursor *cursor,
                           struct sp_session_record *record);

struct sp_session_table_counters {
    uint64_t begun, ended, expired, silent;
    uint64_t full; /* not followed for want of room, or too long to be */
};
const struct sp_session_table_counters *
sp_session_table_counters(const struct sp_session_table *table);
size_t sp_session_table_used(const struct sp_session_table *table);

#endif
