/* SPDX-License-Identifier: Apache-2.0
 *
 * The requests that change routes, as lines of JSON: what a command asks of a running server over
 * the control socket, and of itself when there is none. One way for both, so that both refuse the
 * same things in the same words.
 *
 *     {"command":"route-add", "from":URI, "code":"301", "targets":[{"to":URI, "q":"0.5",
 *      "expires":"60"}]}                         puts a rule into `local`, in place of another
 *     {"command":"route-remove", "from":URI}     takes it out of `local`
 *     {"command":"route-flip", "table":NAME, "generation":N}
 *     {"command":"route-rollback", "table":NAME}
 *
 * The answer is {"ok":true} or {"ok":false, "error":WORD, "text":SENTENCE}, where WORD is one of
 * syntax, absent, refused, uncertain, failed.
 */
#ifndef SP_SERVER_ROUTE_CONTROL_H
#define SP_SERVER_ROUTE_CONTROL_H

#include "signpost/base/span.h"
#include "signpost/base/writer.h"
#include "signpost/sip/uri.h"
#include "store/store.h"

/* Does what the line asks, in a store that is open for writing, and writes the line that answers,
 * whatever the line was; without its end. */
void sp_route_control(struct sp_store *store, const struct sp_key_rules *rules,
                      struct sp_span question, struct sp_writer *answer);

#endif
