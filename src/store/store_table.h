/* SPDX-License-Identifier: Apache-2.0
 *
 * The two small records that a store keeps about its tables: how many routes of each kind and
 * length of prefix one generation (or `local`) holds, and which generation answers for a table.
 */
#ifndef SP_STORE_STORE_TABLE_H
#define SP_STORE_STORE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"
#include "signpost/sip/uri.h"
#include "store/record.h"
#include "store/store.h"

enum {
    SP_TABLE_STATS_OCTETS_MAX = 1 + 8 * SP_ROUTE_KIND_COUNT + 2 + (2 + 8) * (SP_KEY_MAX + 1),
    SP_TABLE_RECORD_OCTETS = 1 + 8 + 8,
};

/* How many routes there are, and how many prefixes of each length: a look-up asks once a length. */
struct sp_table_stats {
    uint64_t routes[SP_ROUTE_KIND_COUNT];
    uint64_t prefixes[SP_KEY_MAX + 1];
};

struct sp_table_record {
    uint64_t generation; /* 0: the table is empty */
    uint64_t previous;
};

/* Counts a route in, or out. A count that would fall below 0 stays there. */
void sp_table_stats_add(struct sp_table_stats *stats, enum sp_route_kind kind, struct sp_span key);
void sp_table_stats_remove(struct sp_table_stats *stats, enum sp_route_kind kind,
                           struct sp_span key);

void sp_table_stats_encode(struct sp_writer *writer, const struct sp_table_stats *stats);
/* Errors: SP_ERR_SYNTAX (damaged). */
SP_MUST_USE enum sp_err sp_table_stats_decode(struct sp_span record, struct sp_table_stats *stats);

void sp_table_record_encode(struct sp_writer *writer, const struct sp_table_record *table);
/* Errors: SP_ERR_SYNTAX (damaged). */
SP_MUST_USE enum sp_err sp_table_record_decode(struct sp_span record,
                                               struct sp_table_record *table);

/* Whether a name is one that an imported table may have: 1 to SP_STORE_NAME_MAX of a-z 0-9 - _, and
 * not "local". */
bool sp_table_name_is_valid(struct sp_span name);

#endif
