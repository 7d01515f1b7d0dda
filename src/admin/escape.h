/* SPDX-License-Identifier: Apache-2.0
 *
 * The escapes of a URI (RFC 3986 §2.1) and the arguments of its query.
 */
#ifndef SP_ADMIN_ESCAPE_H
#define SP_ADMIN_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"

/* Decodes into `buffer` of `max` octets; in a query "+" is a space. Errors: SP_ERR_SYNTAX (an
 * escape without two hexadecimal digits, or what it says is no UTF-8 or has controls), SP_ERR_FULL.
 */
SP_MUST_USE enum sp_err sp_escape_decode(struct sp_span text, bool is_query, char *buffer,
                                         size_t max, struct sp_span *decoded);

/* Whether a page may show it as it is: UTF-8 without controls. */
bool sp_escape_is_text(struct sp_span text);

/* The value of the first argument of that name, as it stands there; empty when there is none. */
struct sp_span sp_escape_argument(struct sp_span query, struct sp_span name);

#endif
