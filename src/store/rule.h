/* SPDX-License-Identifier: Apache-2.0
 *
 * How people write a rule, and what it means: the address that it is for, with a star, and the
 * targets. The one place for it, whether a row comes from a file, a command or the control socket.
 * A refusal says which field and why.
 */
#ifndef SP_STORE_RULE_H
#define SP_STORE_RULE_H

#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"
#include "signpost/sip/uri.h"
#include "store/record.h"

/* What is wrong with a rule. */
struct sp_rule_fault {
    const char *field;    /* "from", "code", "to", "q" or "expires"; NULL: the rule as a whole */
    struct sp_span value; /* what was written there */
    const char *why;      /* what it is not, and what to write instead */
};

/* The same as a sentence, the value in quotes, escaped and cut at 120 octets. */
void sp_rule_fault_write(struct sp_writer *writer, const struct sp_rule_fault *fault);

/* The address of a rule. */
struct sp_rule_address {
    enum sp_route_kind kind;
    struct sp_uri_key key; /* not to be copied: it points into itself */
    struct sp_span host;   /* of the URI, as written; absent for tel */
};

/* Reads "sip:user@host", "sip:begin*@host" (a prefix), "sip:*@host" (a domain), "tel:+1777*"; a
 * literal star at the end of a user is "%2A". The same address as a key of a request gives the same
 * key here. Errors: SP_ERR_SYNTAX, SP_ERR_REFUSED, SP_ERR_FULL (longer than a key can be). */
SP_MUST_USE enum sp_err sp_rule_read_address(struct sp_span text, const struct sp_key_rules *rules,
                                             struct sp_rule_address *address,
                                             struct sp_rule_fault *fault);

/* Whether `uri`, a sip:, sips: or tel: URI in which "{user}" may stand, may be a target of the
 * address, and not lead to it again. Errors: SP_ERR_SYNTAX, SP_ERR_REFUSED, SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_rule_check_target(struct sp_span uri,
                                             const struct sp_rule_address *address,
                                             const struct sp_key_rules *rules,
                                             struct sp_rule_fault *fault);

/* What a person writes about one target. */
struct sp_rule_text {
    struct sp_span code;
    struct sp_span to;      /* empty: none */
    struct sp_span q;       /* empty: none */
    struct sp_span expires; /* empty: none */
};

/* Reads a rule with one target or none: kind, code and target of the route. Its key points into
 * `address`, its URI into the text. Errors: SP_ERR_SYNTAX, SP_ERR_REFUSED, SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_rule_read(const struct sp_rule_text *text,
                                     const struct sp_rule_address *address,
                                     const struct sp_key_rules *rules, struct sp_route *route,
                                     struct sp_rule_fault *fault);

/* Adds the target of `more` to `route`, which is for the same address. Errors: SP_ERR_REFUSED (the
 * codes differ, or have no target), SP_ERR_DUPLICATE (it is there), SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_rule_join(struct sp_route *route, const struct sp_route *more,
                                     struct sp_rule_fault *fault);

#endif
