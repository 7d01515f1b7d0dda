/* SPDX-License-Identifier: Apache-2.0
 *
 * Dialogs whose BYE has gone by, for as long as a 2xx of theirs may still come: one that was
 * overtaken by the BYE, or one that comes again. It must not begin a row that nobody would end.
 * Each has a place by the hash of its key; two at the same place in 32 seconds, and the first is
 * forgotten.
 */
#ifndef SP_SERVER_SESSION_OVER_H
#define SP_SERVER_SESSION_OVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/siphash.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"

struct sp_session_over {
    uint64_t dialog; /* hash of its key */
    sp_time until;
    bool is_told;       /* its row is gone; else it never had one: its first 2xx is yet to come */
    bool is_from_first; /* the BYE came from the side of the lesser tag */
};

struct sp_session_overs {
    struct sp_session_over *places;
    size_t count;
    struct sp_hash_key key;
};

/* Places for `max` dialogs, 65,536 at most. Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_session_overs_init(struct sp_session_overs *overs, size_t max,
                                              const struct sp_hash_key *key);
void sp_session_overs_fini(struct sp_session_overs *overs);

/* Notes a BYE of the dialog with a key (struct sp_session_key). */
void sp_session_overs_note(struct sp_session_overs *overs, struct sp_span key,
                           const struct sp_session_over *over, sp_time now);

/* What was noted of a dialog, good until the next note; NULL: nothing, or too long ago. */
struct sp_session_over *sp_session_overs_find(struct sp_session_overs *overs, struct sp_span key,
                                              sp_time now);

#endif
