/* SPDX-License-Identifier: Apache-2.0
 *
 * Dialogs whose BYE has gone by, for as long as a 2xx of theirs may still come: one that was
 * overtaken by the BYE, or one that comes again. It must not begin a row that nobody would end.
 * Each has a place by its key; two at the same place in 32 seconds, and the first is
 * forgotten.
 */
#ifndef SP_SERVER_SESSION_OVER_H
#define SP_SERVER_SESSION_OVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/time.h"

struct sp_session_over {
    uint64_t dialog; /* half of its key (struct sp_session_key) */
    sp_time until;
    bool is_told;       /* its row is gone; else it never had one: its first 2xx is yet to come */
    bool is_from_first; /* the BYE came from the side of the lesser tag */
};

struct sp_session_overs {
    struct sp_session_over *places;
    size_t count;
};

/* Places for `max` dialogs, 65,536 at most. Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_session_overs_init(struct sp_session_overs *overs, size_t max);
void sp_session_overs_fini(struct sp_session_overs *overs);

/* Notes a BYE; `until` is set here. */
void sp_session_overs_note(struct sp_session_overs *overs, const struct sp_session_over *over,
                           sp_time now);

/* What was noted of a dialog, good until the next note; NULL: nothing, or too long ago. */
struct sp_session_over *sp_session_overs_find(const struct sp_session_overs *overs, uint64_t dialog,
                                              sp_time now);

#endif
