/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of targets as octets, and back.
 */
#include "store/targets.h"

#include "store/octets.h"

enum {
    HAS_Q = 1,
    HAS_EXPIRES = 2,
    Q_MAX = 1000,
};

static bool is_storable(const struct sp_route_target *target)
{
    return target->uri.len > 0 && target->uri.len <= SP_ROUTE_URI_MAX &&
           (!target->has_q || target->q <= Q_MAX);
}

bool sp_targets_are_storable(const struct sp_route_target *targets, size_t count)
{
    if (count > SP_ROUTE_TARGETS_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!is_storable(&targets[i]))
            return false;
    }
    return true;
}

void sp_targets_put(struct sp_writer *writer, const struct sp_route_target *targets, size_t count)
{
    sp_octets_put(writer, count, 1);
    for (size_t i = 0; i < count; i++) {
        const struct sp_route_target *target = &targets[i];
        sp_octets_put(writer,
                      (target->has_q ? HAS_Q : 0u) | (target->has_expires ? HAS_EXPIRES : 0u), 1);
        if (target->has_q)
            sp_octets_put(writer, target->q, 2);
        if (target->has_expires)
            sp_octets_put(writer, target->expires_s, 4);
        sp_octets_put_text(writer, target->uri);
    }
}

static bool take_target(struct sp_span *rest, struct sp_route_target *target)
{
    const unsigned flags = (unsigned)sp_octets_take(rest, 1);
    target->has_q = (flags & HAS_Q) != 0;
    target->q = target->has_q ? (uint16_t)sp_octets_take(rest, 2) : Q_MAX;
    target->has_expires = (flags & HAS_EXPIRES) != 0;
    target->expires_s = target->has_expires ? (uint32_t)sp_octets_take(rest, 4) : 0;
    target->uri = sp_octets_take_text(rest, SP_ROUTE_URI_MAX);
    return !sp_span_is_absent(*rest) && (flags & ~(unsigned)(HAS_Q | HAS_EXPIRES)) == 0 &&
           is_storable(target);
}

bool sp_targets_take(struct sp_span *rest, struct sp_route_target *targets, uint8_t *count)
{
    const uint8_t claimed = (uint8_t)sp_octets_take(rest, 1);
    if (sp_span_is_absent(*rest) || claimed > SP_ROUTE_TARGETS_MAX)
        return false;
    for (uint8_t i = 0; i < claimed; i++) {
        if (!take_target(rest, &targets[i]))
            return false;
    }
    *count = claimed;
    return rest->len == 0;
}
