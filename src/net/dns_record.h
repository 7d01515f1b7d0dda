/* SPDX-License-Identifier: Apache-2.0
 *
 * The data of one DNS record as it stands on the wire (RFC 1035 §3.3, RFC 2782, RFC 3403 §4.1),
 * without compression of names, as a resolver hands it out.
 */
#ifndef SP_NET_DNS_RECORD_H
#define SP_NET_DNS_RECORD_H

#include "signpost/base/dns.h"

/* Reads one record; what it says in words goes to `text`, which its spans then point into. On error
 * `text` is as before. Errors: SP_ERR_SYNTAX (does not fill its data, or a name that is no host's
 * name), SP_ERR_FULL (no room in `text`). */
SP_MUST_USE enum sp_err sp_dns_record_read(enum sp_dns_type type, struct sp_span data,
                                           struct sp_writer *text, union sp_dns_record *record);

#endif
