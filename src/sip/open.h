/* SPDX-License-Identifier: Apache-2.0
 *
 * The readers behind sp_uri_parse, sp_via_parse and sp_name_addr_parse, which write straight into
 * the result and so save the copy that keeping it untouched on failure costs.
 */
#ifndef SP_SIP_OPEN_H
#define SP_SIP_OPEN_H

#include "signpost/sip/name_addr.h"
#include "signpost/sip/via.h"

/* As sp_uri_parse, but `uri` is written in any case. */
SP_MUST_USE enum sp_err sp_uri_open(struct sp_span text, struct sp_uri *uri);

/* As sp_via_parse, but `via` is written in any case. */
SP_MUST_USE enum sp_err sp_via_open(struct sp_span text, struct sp_via *via);

/* As sp_name_addr_parse, but `value` is written in any case, and its parameters are left unread for
 * callers that walk over them anyway: they may still break their grammar. */
SP_MUST_USE enum sp_err sp_name_addr_open(struct sp_span text, struct sp_name_addr *value);

#endif
