/* SPDX-License-Identifier: Apache-2.0
 *
 * Moments as people write and read them, in UTC.
 */
#ifndef SP_COMMAND_MOMENT_H
#define SP_COMMAND_MOMENT_H

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"

enum {
    SP_MOMENT_MAX = 32
};

/* Reads "2026-11-22", "2026-11-22T10:30", "2026-11-22T10:30:05", with or without a Z, a blank for
 * the T; or how long ago: "90s", "30m", "2h", "7d". Errors: SP_ERR_SYNTAX, SP_ERR_RANGE. */
SP_MUST_USE enum sp_err sp_moment_read(struct sp_span text, struct sp_wall now,
                                       struct sp_wall *moment);

/* "2026-11-22T10:30:05Z", in memory of the caller's; "-" for 0, which is never. */
const char *sp_moment_text(struct sp_wall moment, char text[SP_MOMENT_MAX]);

#endif
