/* SPDX-License-Identifier: Apache-2.0
 *
 * Which addresses a peer may move: a list of patterns. "example.com" is everybody there,
 * "1555*@example.com" all whose user begins so, "bob@example.com" the one. Users are written
 * without escapes and compared with case, hosts without; a pattern without a port covers every
 * port.
 */
#ifndef SP_SERVICE_AUTHORITY_H
#define SP_SERVICE_AUTHORITY_H

#include <stdbool.h>
#include <stddef.h>

#include "signpost/base/span.h"
#include "signpost/sip/uri.h"

/* Whether it is a pattern at all. */
bool sp_authority_is_valid(struct sp_span pattern);

/* Whether one of the patterns covers the address that a key is of. */
bool sp_authority_covers(const struct sp_span *patterns, size_t count,
                         const struct sp_uri_key *key);

#endif
