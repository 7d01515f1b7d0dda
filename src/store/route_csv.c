/* SPDX-License-Identifier: Apache-2.0
 *
 * Routes as CSV.
 */
#include "store/route_csv.h"

#include "store/csv.h"

void sp_route_csv_header(struct sp_writer *writer)
{
    sp_write_text(writer, "from,code,to,q,expires\n");
}

void sp_route_write_q(struct sp_writer *writer, uint16_t q)
{
    sp_write_u64(writer, q / 1000u);
    unsigned rest = q % 1000u;
    if (rest > 0)
        sp_write_octet(writer, '.');
    for (unsigned digit = 100; rest > 0; digit /= 10) {
        sp_write_octet(writer, (char)('0' + rest / digit));
        rest %= digit;
    }
}

static void write_line(struct sp_writer *writer, const struct sp_route *route,
                       const struct sp_route_target *target)
{
    char octets[3 * (SP_KEY_MAX + 1)];
    struct sp_writer from;
    sp_writer_init(&from, octets, sizeof octets);
    sp_route_write_from(&from, route->kind, route->key);
    sp_csv_write_field(writer, sp_span(octets, from.len));
    sp_write_octet(writer, ',');
    sp_write_u64(writer, route->code);
    sp_write_octet(writer, ',');
    if (target != NULL)
        sp_csv_write_field(writer, target->uri);
    sp_write_octet(writer, ',');
    if (target != NULL && target->has_q)
        sp_route_write_q(writer, target->q);
    sp_write_octet(writer, ',');
    if (target != NULL && target->has_expires)
        sp_write_u64(writer, target->expires_s);
    sp_write_octet(writer, '\n');
}

void sp_route_csv_write(struct sp_writer *writer, const struct sp_route *route)
{
    if (route->target_count == 0)
        write_line(writer, route, NULL);
    for (size_t i = 0; i < route->target_count; i++)
        write_line(writer, route, &route->target[i]);
}
