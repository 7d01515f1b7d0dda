/* SPDX-License-Identifier: Apache-2.0
 *
 * The BYE that ends a call that is carried, in the name of the other side: RFC 4028 §8.3 forbids it
 * to a proxy, so it is sent only where the configuration says so, or an operator.
 */
#ifndef SP_SERVER_SESSION_BYE_H
#define SP_SERVER_SESSION_BYE_H

#include <stdbool.h>

#include "server/session_table.h"
#include "signpost/base/address.h"
#include "signpost/base/random.h"
#include "signpost/base/writer.h"

enum {
    /* What may have been sent besides what went by here with its number: PRACK of other paths, and
     * requests that were refused on the way. */
    SP_SESSION_BYE_GAP = 1000,
};

/* To the caller or the callee, as it would come from the other one, with a Via of `local` that
 * nobody answers to. */
void sp_session_bye_write(struct sp_writer *writer, const struct sp_session_record *record,
                          bool is_to_caller, const struct sp_address *local,
                          struct sp_random *random);

#endif
