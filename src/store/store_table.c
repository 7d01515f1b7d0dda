/* SPDX-License-Identifier: Apache-2.0
 *
 * The records about tables.
 *
 *   statistics  version=1  routes:8 a kind  lengths:2, then each: length:2 prefixes:8
 *   table       version=1  generation:8  previous:8
 */
#include "store/store_table.h"

#include "store/octets.h"

enum {
    VERSION = 1,
};

void sp_table_stats_add(struct sp_table_stats *stats, enum sp_route_kind kind, struct sp_span key)
{
    stats->routes[kind]++;
    if (kind == SP_ROUTE_PREFIX)
        stats->prefixes[sp_route_key_user_len(key)]++;
}

void sp_table_stats_remove(struct sp_table_stats *stats, enum sp_route_kind kind,
                           struct sp_span key)
{
    if (stats->routes[kind] > 0)
        stats->routes[kind]--;
    if (kind != SP_ROUTE_PREFIX)
        return;
    uint64_t *count = &stats->prefixes[sp_route_key_user_len(key)];
    if (*count > 0)
        (*count)--;
}

void sp_table_stats_encode(struct sp_writer *writer, const struct sp_table_stats *stats)
{
    unsigned lengths = 0;
    for (unsigned len = 0; len <= SP_KEY_MAX; len++)
        lengths += stats->prefixes[len] > 0;
    sp_octets_put(writer, VERSION, 1);
    for (int kind = 0; kind < SP_ROUTE_KIND_COUNT; kind++)
        sp_octets_put(writer, stats->routes[kind], 8);
    sp_octets_put(writer, lengths, 2);
    for (unsigned len = 0; len <= SP_KEY_MAX; len++) {
        if (stats->prefixes[len] == 0)
            continue;
        sp_octets_put(writer, len, 2);
        sp_octets_put(writer, stats->prefixes[len], 8);
    }
}

enum sp_err sp_table_stats_decode(struct sp_span record, struct sp_table_stats *stats)
{
    struct sp_span rest = record;
    struct sp_table_stats read = {0};
    if (sp_octets_take(&rest, 1) != VERSION)
        return SP_ERR_SYNTAX;
    for (int kind = 0; kind < SP_ROUTE_KIND_COUNT; kind++)
        read.routes[kind] = sp_octets_take(&rest, 8);
    const unsigned lengths = (unsigned)sp_octets_take(&rest, 2);
    for (unsigned i = 0; i < lengths && !sp_span_is_absent(rest); i++) {
        const unsigned len = (unsigned)sp_octets_take(&rest, 2);
        if (len > SP_KEY_MAX)
            return SP_ERR_SYNTAX;
        read.prefixes[len] = sp_octets_take(&rest, 8);
    }
    if (sp_span_is_absent(rest) || rest.len > 0)
        return SP_ERR_SYNTAX;
    *stats = read;
    return SP_OK;
}

void sp_table_record_encode(struct sp_writer *writer, const struct sp_table_record *table)
{
    sp_octets_put(writer, VERSION, 1);
    sp_octets_put(writer, table->generation, 8);
    sp_octets_put(writer, table->previous, 8);
}

enum sp_err sp_table_record_decode(struct sp_span record, struct sp_table_record *table)
{
    struct sp_span rest = record;
    if (sp_octets_take(&rest, 1) != VERSION)
        return SP_ERR_SYNTAX;
    const uint64_t generation = sp_octets_take(&rest, 8);
    const uint64_t previous = sp_octets_take(&rest, 8);
    if (sp_span_is_absent(rest) || rest.len > 0)
        return SP_ERR_SYNTAX;
    *table = (struct sp_table_record){generation, previous};
    return SP_OK;
}

bool sp_table_name_is_valid(struct sp_span name)
{
    if (name.len == 0 || name.len > SP_STORE_NAME_MAX || sp_span_equal(name, SP_SPAN("local")))
        return false;
    for (size_t i = 0; i < name.len; i++) {
        const char octet = name.ptr[i];
        if (!(octet >= 'a' && octet <= 'z') && !(octet >= '0' && octet <= '9') && octet != '-' &&
            octet != '_')
            return false;
    }
    return true;
}
