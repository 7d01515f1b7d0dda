/* SPDX-License-Identifier: Apache-2.0
 *
 * The proxy from within: contexts and branches, and what its files do for each other. One context
 * is one request on its way, with a copy of it; a branch is one target that is being tried, address
 * after address. Both come from slabs; what only forked and redirected requests need is in a fork,
 * so that a plain call costs little.
 */
#ifndef SP_PROXY_PARTS_H
#define SP_PROXY_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/siphash.h"
#include "base/slab.h"
#include "base/table.h"
#include "base/wheel.h"
#include "proxy/rewrite.h"
#include "proxy/session_timer.h"
#include "signpost/base/random.h"
#include "signpost/base/writer.h"
#include "signpost/proxy/proxy.h"
#include "transaction/kept.h"

enum {
    SP_PROXY_LOOP = 16,                       /* hexadecimal digits of a branch's loop part */
    SP_PROXY_BRANCH = 7 + SP_PROXY_LOOP + 16, /* "z9hG4bK", loop part, unique part */
    SP_PROXY_MORE = 2048,                     /* what is added to a message, at most */
    SP_PROXY_BREADTH_MAX = 60,                /* RFC 5393 §5.3.3 */
};

/* The targets of a request that has more than one. */
struct sp_proxy_fork {
    uint8_t known;                   /* the first so many behind index 0 came from the policy */
    uint32_t allows_private;         /* a bit for each target that may resolve to any address */
    uint16_t status[SP_TARGETS_MAX]; /* the final answer of each; 0: none yet */
    uint8_t place[SP_TARGETS_MAX];   /* 1 for the first that was tried ...: its hi-index */
    uint8_t placed;
    struct sp_target_set set;
};

struct sp_proxy_branch {
    struct sp_proxy_branch *next;
    uint16_t number; /* another for each address */
    enum sp_proxy_state state;
    enum sp_proxy_origin origin;
    uint8_t target; /* in the fork's set */
    uint8_t breadth;
    bool allows_private;
    bool wants_cancel; /* as soon as a provisional response came (RFC 3261 §9.1) */
    bool is_cancelled; /* a CANCEL went out */
    bool is_timer_c;   /* because of Timer C */
    uint8_t hop, hop_count;
    struct sp_span uri; /* its Request-URI; in the context's copy or in the fork */
    sp_time due;        /* of its look-up, of Timer C, of the wait after a CANCEL */
    char via_branch[SP_PROXY_BRANCH];
    struct sp_hop hops[SP_PROXY_HOPS_MAX]; /* the first `hop_count`; the rest is not even cleared */
};

struct sp_proxy_context {
    struct sp_timer timer; /* first, so that the wheel's timer is the context */
    struct sp_table_entry by_id;
    uint64_t id;
    uint64_t transaction; /* 0: an ACK */
    enum sp_method method;
    struct sp_hop from;

    /* The way and the policy. */
    bool is_in_dialog, has_routes, was_strict;
    bool is_responsible, records_route, is_parallel, says_181;
    uint8_t own_routes, max_forwards, max_breadth;
    uint8_t history; /* enum sp_proxy_history */
    uint16_t timer_c_s;
    uint16_t next_hop_len; /* 0: none */
    uint64_t loop;
    struct sp_address leave;
    struct sp_proxy_timer session;
    sp_time began;
    struct sp_span uri; /* asked for; in the copy or in `odd` */

    /* How it goes. */
    bool is_closed;    /* no new branch (RFC 3261 §16.7 step 5, §16.10) */
    bool is_final;     /* a final response went upstream, or none ever will */
    bool is_cancelled; /* by the caller */
    bool has_said_181;
    bool was_retargeted; /* a 3xx was followed, or the policy knew a target */
    uint8_t pending;     /* branches that are not Accepted */
    uint16_t last_number;
    uint16_t best_status;    /* 0: none yet */
    uint8_t challenge_count; /* 401 and 407 that came */
    sp_time trying_due;      /* 100 to a request other than INVITE (RFC 4320 §4.1) */
    struct sp_proxy_branch *branches;
    struct sp_proxy_fork *fork; /* NULL: one target */
    struct sp_kept request;     /* as it came; nothing when only 2xx can come any more */
    struct sp_kept odd;         /* the URI asked for, when the request does not have it so */
    struct sp_kept best;        /* the best final response, as it would go upstream; may be empty */
    struct sp_kept challenges;  /* header lines of all 401 and 407 */
    char next_hop[SP_PROXY_NEXT_HOP_MAX]; /* the first `next_hop_len`, and so on as above */
};

struct sp_proxy {
    struct sp_slab *contexts, *branches, *forks;
    struct sp_table *ids;
    struct sp_wheel *wheel;
    struct sp_kept_store store;
    struct sp_hash_key route_key, loop_key;
    struct sp_random random;
    uint32_t t1_ms, t2_ms;
    struct sp_proxy_counters counters;
    struct sp_error_info info; /* of its own refusals */
};

/* What stays the same during one call. */
struct sp_proxy_step {
    struct sp_proxy *proxy;
    const struct sp_turn *turn;
    struct sp_proxy_actions *actions;
    struct sp_proxy_context *context;
    struct sp_message *request; /* of the context; NULL until it is needed */
};

/* proxy.c */

/* A cleared action at the end of the list. */
struct sp_proxy_action *sp_proxy_act(struct sp_proxy_step *step, enum sp_proxy_action_kind kind,
                                     const struct sp_proxy_branch *branch);

/* A writer over `max` octets of the turn's arena; without room its first write fails. End gives
 * back what was not used. Errors: SP_ERR_FULL, SP_ERR_SYNTAX. */
void sp_proxy_write(struct sp_proxy_step *step, struct sp_writer *writer, size_t max);
SP_MUST_USE enum sp_err sp_proxy_written(struct sp_proxy_step *step, struct sp_writer *writer,
                                         struct sp_span *octets);

/* A copy in the turn's arena, for an action that may outlive its context; absent when it is full.
 */
struct sp_span sp_proxy_lasting(struct sp_proxy_step *step, struct sp_span text);

/* context.c */

void sp_proxy_begin(struct sp_proxy_step *step, const struct sp_proxy_event *event);

/* The request, read again from its copy when it is not at hand; NULL when the arena is full, or
 * when only 2xx can come any more. */
struct sp_message *sp_proxy_request(struct sp_proxy_step *step);

/* After anything that happened to a branch: starts what is to be tried next, answers when nothing
 * is left, ends the context when nobody can say anything any more. `is_redirected`: new targets
 * have come, which need not wait for others when targets are tried in parallel. */
void sp_proxy_advance(struct sp_proxy_step *step, bool is_redirected);

/* branch.c */

struct sp_proxy_branch *sp_proxy_find(struct sp_proxy_context *context, uint32_t number);

/* Begins to look up where a target is reached. Errors: SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_proxy_open(struct sp_proxy_step *step, uint8_t target, uint8_t breadth);

void sp_proxy_located(struct sp_proxy_step *step, struct sp_proxy_branch *branch,
                      const struct sp_proxy_event *event);
void sp_proxy_heard(struct sp_proxy_step *step, struct sp_proxy_branch *branch,
                    const struct sp_proxy_event *event);
/* As if the target had answered that: 408, 503 or 487. */
void sp_proxy_failed(struct sp_proxy_step *step, struct sp_proxy_branch *branch, uint16_t status);
/* Whether another address of the target is tried now. */
bool sp_proxy_fails_over(struct sp_proxy_step *step, struct sp_proxy_branch *branch);

/* The one place that writes ->state. */
void sp_proxy_enter(struct sp_proxy_step *step, struct sp_proxy_branch *branch,
                    enum sp_proxy_state state);
/* The branch is over and gone; what its target answered is told. */
void sp_proxy_close(struct sp_proxy_step *step, struct sp_proxy_branch *branch, uint16_t status);

/* timer.c */

/* The first of a context's times that is due. */
void sp_proxy_fire(struct sp_proxy_step *step);
/* Sets the wheel to the first of its times. */
void sp_proxy_set_timer(struct sp_proxy_step *step);

/* cancel.c */

/* Ends what runs for a branch below the proxy: its look-up or its client transaction. */
void sp_proxy_drop(struct sp_proxy_step *step, const struct sp_proxy_branch *branch);

/* Cancels all branches but `but` (NULL: none), at once or as soon as it may be; those that nothing
 * was sent for are gone. `reason`: value of Reason (RFC 3326), or absent. */
void sp_proxy_cancel_all(struct sp_proxy_step *step, const struct sp_proxy_branch *but,
                         struct sp_span reason);
/* Sends the CANCEL of a branch that is Proceeding. */
void sp_proxy_cancel(struct sp_proxy_step *step, struct sp_proxy_branch *branch,
                     struct sp_span reason);

/* forward.c */

/* The request as the branch sends it, in the turn's arena. Errors: SP_ERR_FULL, SP_ERR_SYNTAX. */
SP_MUST_USE enum sp_err sp_proxy_compose(struct sp_proxy_step *step,
                                         const struct sp_proxy_branch *branch,
                                         struct sp_span *octets);

/* answer.c */

/* Whether a response has another Via behind ours: only then it is for somebody else (RFC 3261 §16.7
 * step 3). */
bool sp_proxy_is_for_another(const struct sp_message *response);
/* Sends a response from downstream on. Errors: SP_ERR_FULL, SP_ERR_SYNTAX. */
SP_MUST_USE enum sp_err sp_proxy_pass(struct sp_proxy_step *step, struct sp_message *response);
/* As it would go upstream: without our Via, and with those edits. */
SP_MUST_USE enum sp_err sp_proxy_upstream(struct sp_proxy_step *step, struct sp_message *response,
                                          struct sp_edits *edits, struct sp_span *octets);
/* A response of our own; phrase NULL: the registered one. */
void sp_proxy_answer(struct sp_proxy_step *step, uint16_t status, const char *phrase);
void sp_proxy_respond(struct sp_proxy_step *step, uint16_t status, struct sp_span octets);

/* best.c */

/* Keeps a final response if it is better than what was kept. `edits` may be NULL. */
void sp_proxy_collect(struct sp_proxy_step *step, struct sp_message *response,
                      struct sp_edits *edits);
/* The same for a status without a message. */
void sp_proxy_collect_status(struct sp_proxy_step *step, uint16_t status);
/* Answers with the best of them. */
void sp_proxy_conclude(struct sp_proxy_step *step);

/* redirect.c */

/* A 3xx of a branch that is still there: its Contacts join the targets, or it is kept. */
bool sp_proxy_redirect(struct sp_proxy_step *step, struct sp_proxy_branch *branch,
                       const struct sp_proxy_event *event);
/* Takes the known targets of a policy. */
void sp_proxy_know(struct sp_proxy_step *step, const struct sp_proxy_policy *policy);

/* history.c */

/* History-Info and Diversion as the policy wants them, whole lines. */
void sp_proxy_write_diversion(struct sp_proxy_step *step, const struct sp_proxy_branch *branch,
                              struct sp_writer *writer);
void sp_proxy_write_history(struct sp_proxy_step *step, const struct sp_proxy_branch *branch,
                            struct sp_writer *writer);

/* route.c */

/* What Route preprocessing finds (RFC 3261 §16.4). Errors: SP_ERR_SYNTAX (a Route or maddr). */
SP_MUST_USE enum sp_err sp_proxy_preprocess(const struct sp_proxy *proxy,
                                            const struct sp_proxy_arrival *arrival,
                                            struct sp_arena *arena, struct sp_proxy_way *way);

/* The Routes that are left when ours are gone, and where the request goes by them. */
struct sp_proxy_routes {
    struct sp_span first;  /* URI of the first; absent: none is left */
    bool is_strict;        /* it has no lr: it becomes the Request-URI (RFC 3261 §16.6 step 6) */
    struct sp_span joined; /* value of Route as it is sent; absent: no Route is sent */
};
SP_MUST_USE enum sp_err sp_proxy_read_routes(struct sp_proxy_step *step, struct sp_message *request,
                                             struct sp_span uri, struct sp_proxy_routes *routes);

/* The Record-Route or Path lines for a hop, or nothing. */
void sp_proxy_write_record(struct sp_proxy_step *step, struct sp_message *request,
                           const struct sp_hop *to, struct sp_writer *writer);

#endif
