/* SPDX-License-Identifier: Apache-2.0
 *
 * Layer upon layer into one buffer.
 */
#include "support/frame.h"

#include "base/check.h"

enum {
    UDP_HEADER = 8,
    TCP_HEADER = 20,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
    PROTOCOL_FRAGMENT = 44,
};

static void put8(struct frame *frame, unsigned value)
{
    SP_CHECK(frame->len < FRAME_MAX);
    frame->octets[frame->len++] = (char)value;
}

static void put16(struct frame *frame, unsigned value)
{
    put8(frame, value >> 8 & 0xffu);
    put8(frame, value & 0xffu);
}

static void put32(struct frame *frame, uint32_t value)
{
    put16(frame, value >> 16);
    put16(frame, value & 0xffffu);
}

static void put_octets(struct frame *frame, const void *octets, size_t len)
{
    SP_CHECK(frame->len + len <= FRAME_MAX);
    if (len > 0)
        memcpy(frame->octets + frame->len, octets, len);
    frame->len += len;
}

static void put_zeros(struct frame *frame, size_t count)
{
    while (count-- > 0)
        put8(frame, 0);
}

uint32_t frame_link_number(enum frame_link link)
{
    static const uint32_t numbers[FRAME_LINK_COUNT] = {
        [FRAME_ETHERNET] = 1, [FRAME_VLAN] = 1,       [FRAME_QINQ] = 1,  [FRAME_PPPOE] = 1,
        [FRAME_COOKED] = 113, [FRAME_COOKED_2] = 276, [FRAME_RAW] = 101, [FRAME_NULL] = 0,
    };
    return numbers[link];
}

static void put_link(struct frame *frame, enum frame_link link, bool is_ipv4)
{
    const unsigned type = is_ipv4 ? 0x0800 : 0x86dd;
    switch (link) {
    case FRAME_ETHERNET:
    case FRAME_VLAN:
    case FRAME_QINQ:
    case FRAME_PPPOE:
        put_zeros(frame, 12);
        if (link == FRAME_QINQ)
            put32(frame, 0x88a80002);
        if (link == FRAME_QINQ || link == FRAME_VLAN)
            put32(frame, 0x81000003);
        put16(frame, link == FRAME_PPPOE ? 0x8864 : type);
        if (link == FRAME_PPPOE) {
            put_zeros(frame, 6);
            put16(frame, is_ipv4 ? 0x0021 : 0x0057);
        }
        break;
    case FRAME_COOKED:
        put_zeros(frame, 14);
        put16(frame, type);
        break;
    case FRAME_COOKED_2:
        put16(frame, type);
        put_zeros(frame, 18);
        break;
    case FRAME_NULL:
        put32(frame, 0x02000000);
        break;
    case FRAME_RAW:
    case FRAME_LINK_COUNT:
        break;
    }
}

size_t frame_transport_len(const struct frame_plan *plan)
{
    return plan->payload.len + (plan->is_tcp ? TCP_HEADER : UDP_HEADER);
}

static void put_transport(const struct frame_plan *plan, struct frame *frame)
{
    put16(frame, plan->src.port);
    put16(frame, plan->dst.port);
    if (plan->is_tcp) {
        put32(frame, plan->sequence);
        put32(frame, 0);
        put16(frame, 0x5000 | (plan->is_syn ? 0x02 : 0x18));
        put_zeros(frame, 6);
    } else {
        put16(frame, (unsigned)frame_transport_len(plan));
        put16(frame, 0);
    }
    put_octets(frame, plan->payload.ptr, plan->payload.len);
}

static void put_ipv4(const struct frame_plan *plan, struct frame *frame, size_t len)
{
    const bool has_more = plan->fragment_from + len < frame_transport_len(plan);
    put16(frame, 0x4500);
    put16(frame, (unsigned)len + 20);
    put16(frame, plan->id & 0xffffu);
    put16(frame, (unsigned)(plan->fragment_from / 8) | (has_more ? 0x2000u : 0));
    put16(frame, 0x4000 | (plan->is_tcp ? PROTOCOL_TCP : PROTOCOL_UDP));
    put16(frame, 0);
    put_octets(frame, plan->src.ip, 4);
    put_octets(frame, plan->dst.ip, 4);
}

static void put_ipv6(const struct frame_plan *plan, struct frame *frame, size_t len)
{
    const bool is_fragment = plan->fragment_len > 0;
    const unsigned protocol = plan->is_tcp ? PROTOCOL_TCP : PROTOCOL_UDP;
    const bool has_more = plan->fragment_from + len < frame_transport_len(plan);
    put32(frame, 0x60000000);
    put16(frame, (unsigned)len + (is_fragment ? 8 : 0));
    put8(frame, is_fragment ? PROTOCOL_FRAGMENT : protocol);
    put8(frame, 64);
    put_octets(frame, plan->src.ip, 16);
    put_octets(frame, plan->dst.ip, 16);
    if (!is_fragment)
        return;
    put16(frame, protocol << 8);
    put16(frame, (unsigned)plan->fragment_from | has_more);
    put32(frame, plan->id);
}

void frame_make(const struct frame_plan *plan, struct frame *frame)
{
    static struct frame transport; /* too large for a stack */
    const bool is_ipv4 = plan->src.family == SP_FAMILY_IPV4;
    transport.len = 0;
    put_transport(plan, &transport);
    size_t len = transport.len - plan->fragment_from;
    if (plan->fragment_len > 0 && plan->fragment_len < len)
        len = plan->fragment_len;
    frame->len = 0;
    put_link(frame, plan->link, is_ipv4);
    if (is_ipv4)
        put_ipv4(plan, frame, len);
    else
        put_ipv6(plan, frame, len);
    put_octets(frame, transport.octets + plan->fragment_from, len);
}
