/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept of a call beyond its memory: a line of JSON when it is over (a call detail record),
 * and, of one that has to be ended whatever becomes of us, all that its BYE needs, for the journal.
 */
#ifndef SP_SERVER_SESSION_KEPT_H
#define SP_SERVER_SESSION_KEPT_H

#include "server/session_table.h"
#include "signpost/base/writer.h"

enum {
    SP_SESSION_LINE_MAX = 8192, /* octets of a record */
    SP_SESSION_KEPT_MAX = 4096, /* of what the journal keeps */
};

/* One object on one line, with its line end. Octets of the wire that are no ASCII are written as
 * \u00XX, each for itself. */
void sp_session_line_write(struct sp_writer *writer, const struct sp_session_record *record);

/* Who refreshes a call that we carry: the proxy's record has "me" for its caller. */
const char *sp_session_refresher_text(enum sp_session_side side);

/* The key and the value of the journal. `deadline`: when the call is dead, in wall-clock time. */
void sp_session_key_write(struct sp_writer *writer, const struct sp_session_record *record);
void sp_session_kept_write(struct sp_writer *writer, const struct sp_session_record *record,
                           struct sp_wall deadline);

/* Spans point into `kept`. Errors: SP_ERR_SYNTAX (not ours, or torn). */
SP_MUST_USE enum sp_err sp_session_kept_read(struct sp_span kept, struct sp_session_record *record,
                                             struct sp_wall *deadline);

#endif
