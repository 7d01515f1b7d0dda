/* SPDX-License-Identifier: Apache-2.0
 *
 * Routes as CSV: what an export writes, and an import reads back as the same table.
 */
#ifndef SP_STORE_ROUTE_CSV_H
#define SP_STORE_ROUTE_CSV_H

#include <stdint.h>

#include "signpost/base/writer.h"
#include "signpost/sip/uri.h"
#include "store/record.h"

enum {
    /* octets of all lines of a route at most: every octet of an address may be escaped, and every
     * quote of a target doubled */
    SP_ROUTE_CSV_MAX = SP_ROUTE_TARGETS_MAX * (3 * 512 + 2 * SP_ROUTE_URI_MAX + 64),
};

/* "from,code,to,q,expires" with its line end. */
void sp_route_csv_header(struct sp_writer *writer);

/* A line for each target, or one when there are none. */
void sp_route_csv_write(struct sp_writer *writer, const struct sp_route *route);

/* A q of 0 to 1000 thousandths as "0", "0.5", "0.333" or "1". */
void sp_route_write_q(struct sp_writer *writer, uint16_t q);

#endif
