/* SPDX-License-Identifier: Apache-2.0
 *
 * Routes in lines and in JSON.
 */
#include "command/route_print.h"

#include <inttypes.h>
#include <string.h>

#include "signpost/base/writer.h"
#include "signpost/sip/uri.h"
#include "store/route_csv.h"

enum {
    FROM_MAX = 3 * (SP_KEY_MAX + 3),
    LINE_OCTETS = SP_ROUTE_CSV_MAX + SP_ROUTE_TARGETS_MAX * 64,
};

static void write_target(struct sp_writer *writer, const struct sp_route_target *target)
{
    sp_write_escaped(writer, target->uri);
    if (target->has_q) {
        sp_write_text(writer, " q=");
        sp_route_write_q(writer, target->q);
    }
    if (target->has_expires) {
        sp_write_text(writer, " expires=");
        sp_write_u64(writer, target->expires_s);
    }
}

void sp_route_print(FILE *out, struct sp_span table, const struct sp_route *route)
{
    char octets[LINE_OCTETS];
    struct sp_writer writer;
    sp_writer_init(&writer, octets, sizeof octets);
    sp_route_write_from(&writer, route->kind, route->key);
    for (size_t i = 0; i < route->target_count; i++) {
        sp_write_text(&writer, i == 0 ? " -> " : ", ");
        write_target(&writer, &route->target[i]);
    }
    fprintf(out, "%-10.*s %-6s %u  %.*s\n", (int)table.len, table.ptr,
            sp_route_kind_text(route->kind), route->code, (int)writer.len, octets);
}

static json_t *target_to_json(const struct sp_route_target *target)
{
    json_t *object = json_pack("{s:s%}", "to", target->uri.ptr, target->uri.len);
    if (target->has_q)
        json_object_set_new(object, "q", json_real(target->q / 1000.0));
    if (target->has_expires)
        json_object_set_new(object, "expires", json_integer(target->expires_s));
    return object;
}

json_t *sp_route_to_json(struct sp_span table, const struct sp_route *route)
{
    char octets[FROM_MAX];
    struct sp_writer from;
    sp_writer_init(&from, octets, sizeof octets);
    sp_route_write_from(&from, route->kind, route->key);
    json_t *targets = json_array();
    for (size_t i = 0; i < route->target_count; i++)
        json_array_append_new(targets, target_to_json(&route->target[i]));
    return json_pack("{s:s%, s:s, s:s%, s:i, s:o}", "table", table.ptr, table.len, "kind",
                     sp_route_kind_text(route->kind), "from", octets, from.len, "code",
                     (int)route->code, "targets", targets);
}

void sp_route_print_json(FILE *out, json_t *object)
{
    (void)json_dumpf(object, out, JSON_COMPACT | JSON_REAL_PRECISION(3)); /* stdout is asked last */
    fputc('\n', out);
    json_decref(object);
}

const char *sp_route_grouped(uint64_t number, char text[SP_GROUPED_MAX])
{
    char digits[SP_GROUPED_MAX];
    const int len = snprintf(digits, sizeof digits, "%" PRIu64, number);
    int written = 0;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            text[written++] = ',';
        text[written++] = digits[i];
    }
    text[written] = '\0';
    return text;
}
