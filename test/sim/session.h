/* SPDX-License-Identifier: Apache-2.0
 *
 * The session timers that a listener on the wire sees: of each call when it must be over unless it
 * is refreshed (RFC 4028 §7.2), and who refreshes it. Kept by Call-ID, because no call here has two
 * dialogs that live.
 */
#ifndef SP_TEST_SIM_SESSION_H
#define SP_TEST_SIM_SESSION_H

#include "network.h"
#include "signpost/sip/message.h"

enum {
    SIM_SESSIONS_MAX = 64,
};

struct sim_session {
    uint64_t key; /* of a Call-ID; 0: free */
    sp_time end;  /* by the last 2xx to an INVITE or UPDATE, wherever it was seen; SP_TIME_NEVER:
                     it has no timer */
    uint32_t interval_s;                             /* of that 2xx; 0: none */
    bool has_caller_refreshed, has_callee_refreshed; /* two intervals after the quiet began */
};

struct sim_sessions {
    struct sim_session list[SIM_SESSIONS_MAX];
    sp_time quiet; /* nothing is cut or ends from then on; two intervals later, a call has one
                      refresher */
};

/* Notes a message. Returns what it breaks, in words, or NULL. `is_trusted`: its sender is to keep
 * the rules. */
const char *sim_sessions_see(struct sim_sessions *sessions, struct sp_message *message,
                             bool is_trusted, sp_time now);

/* NULL: no 2xx of that call was seen. */
const struct sim_session *sim_sessions_find(const struct sim_sessions *sessions,
                                            struct sp_span call_id);

#endif
