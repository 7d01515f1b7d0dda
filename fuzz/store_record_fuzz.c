/* SPDX-License-Identifier: Apache-2.0
 *
 * Records of the store, as a damaged file may hold them: what decodes encodes to the same octets,
 * and can be written as an address and as CSV.
 */
#include <string.h>

#include "base/check.h"
#include "fuzz/fuzz.h"
#include "store/move.h"
#include "store/record.h"
#include "store/route_csv.h"
#include "store/store_table.h"

static void check_route(struct sp_span record)
{
    static char octets[SP_ROUTE_CSV_MAX];
    struct sp_route route = {.kind = SP_ROUTE_PREFIX, .key = SP_SPAN("1%*@example.com")};
    struct sp_writer writer;
    if (sp_route_decode(record, &route) != SP_OK)
        return;
    sp_writer_init(&writer, octets, sizeof octets);
    SP_CHECK(sp_route_encode(&writer, &route) == SP_OK);
    SP_CHECK(sp_span_equal(sp_span(octets, writer.len), record));
    sp_writer_init(&writer, octets, sizeof octets);
    sp_route_csv_write(&writer, &route);
    SP_CHECK(writer.err == SP_OK);
    for (size_t i = 0; i < route.target_count; i++) {
        sp_writer_init(&writer, octets, sizeof octets);
        sp_route_write_target(&writer, route.target[i].uri, SP_SPAN("a;b"));
    }
}

static void check_book(struct sp_span record)
{
    char octets[SP_RECORD_MAX];
    struct sp_book_entry entry;
    struct sp_writer writer;
    if (sp_book_decode(record, &entry) != SP_OK)
        return;
    sp_writer_init(&writer, octets, sizeof octets);
    SP_CHECK(sp_book_encode(&writer, &entry) == SP_OK);
    SP_CHECK(sp_span_equal(sp_span(octets, writer.len), record));
}

static void check_move(struct sp_span record)
{
    static char octets[SP_ROUTE_CSV_MAX];
    struct sp_move move = {.key = SP_SPAN("1%*@example.com")};
    struct sp_route route;
    struct sp_writer writer;
    if (sp_move_decode(record, &move) != SP_OK)
        return;
    sp_writer_init(&writer, octets, SP_MOVE_RECORD_MAX);
    SP_CHECK(sp_move_encode(&writer, &move) == SP_OK);
    SP_CHECK(sp_span_equal(sp_span(octets, writer.len), record));
    sp_move_to_route(&move, move.proved, &route);
    sp_writer_init(&writer, octets, sizeof octets);
    sp_route_csv_write(&writer, &route);
    SP_CHECK(writer.err == SP_OK);
}

static void check_audit(struct sp_span record)
{
    static char octets[SP_AUDIT_RECORD_MAX];
    struct sp_audit audit = {.sequence = 1};
    struct sp_writer writer;
    if (sp_audit_decode(record, &audit) != SP_OK)
        return;
    sp_writer_init(&writer, octets, sizeof octets);
    SP_CHECK(sp_audit_encode(&writer, &audit) == SP_OK);
    SP_CHECK(sp_span_equal(sp_span(octets, writer.len), record));
    check_move(audit.before);
    check_move(audit.after);
}

static void check_table(struct sp_span record)
{
    struct sp_table_stats stats;
    struct sp_table_stats again;
    struct sp_table_record table;
    char octets[SP_TABLE_STATS_OCTETS_MAX];
    struct sp_writer writer;
    if (sp_table_stats_decode(record, &stats) == SP_OK) {
        sp_writer_init(&writer, octets, sizeof octets);
        sp_table_stats_encode(&writer, &stats);
        SP_CHECK(sp_table_stats_decode(sp_span(octets, writer.len), &again) == SP_OK);
        SP_CHECK(memcmp(&stats, &again, sizeof stats) == 0);
    }
    if (sp_table_record_decode(record, &table) == SP_OK)
        SP_CHECK(record.len == SP_TABLE_RECORD_OCTETS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sp_span record = sp_span((const char *)data, size);
    check_route(record);
    check_book(record);
    check_move(record);
    check_audit(record);
    check_table(record);
    return 0;
}
