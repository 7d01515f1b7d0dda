/* SPDX-License-Identifier: Apache-2.0
 *
 * Each kind of link says where its header ends and which protocol follows; VLAN tags (IEEE 802.1Q
 * and 802.1ad) and a PPPoE session (RFC 2516) may stand between.
 */
#include "trace/link.h"

#include "trace/octets.h"

/* As libpcap numbers them (tcpdump.org/linktypes.html). */
enum {
    LINK_NULL = 0,
    LINK_ETHERNET = 1,
    LINK_RAW_BSD = 12,
    LINK_RAW_OPENBSD = 14,
    LINK_RAW = 101,
    LINK_LOOP = 108,
    LINK_LINUX_COOKED = 113,
    LINK_IPV4 = 228,
    LINK_IPV6 = 229,
    LINK_LINUX_COOKED_2 = 276,
};

enum {
    TYPE_IPV4 = 0x0800,
    TYPE_VLAN = 0x8100,
    TYPE_IPV6 = 0x86dd,
    TYPE_PPPOE = 0x8864,
    TYPE_VLAN_SERVICE = 0x88a8,
    TYPE_VLAN_OLD = 0x9100,
    PPP_IPV4 = 0x0021,
    PPP_IPV6 = 0x0057,
    TAGS_MAX = 8, /* more VLAN tags than this are nobody's */
};

static enum sp_err skip(struct sp_span *frame, size_t count)
{
    if (frame->len < count)
        return SP_ERR_SYNTAX;
    *frame = sp_span_after(*frame, count);
    return SP_OK;
}

/* What a protocol's number says is an IP packet, or not. */
static enum sp_err packet_of(uint16_t type, struct sp_span rest, struct sp_span *packet)
{
    for (int tags = 0; tags < TAGS_MAX; tags++) {
        if (type == TYPE_IPV4 || type == TYPE_IPV6) {
            *packet = rest;
            return SP_OK;
        }
        if (type == TYPE_PPPOE) {
            enum {
                PPPOE = 8 /* octets of PPPoE and of PPP's protocol number */
            };
            if (rest.len < PPPOE)
                return SP_ERR_SYNTAX;
            const uint16_t protocol = sp_u16_at(rest, PPPOE - 2);
            if (protocol != PPP_IPV4 && protocol != PPP_IPV6)
                return SP_ERR_ABSENT;
            *packet = sp_span_after(rest, PPPOE);
            return SP_OK;
        }
        if (type != TYPE_VLAN && type != TYPE_VLAN_SERVICE && type != TYPE_VLAN_OLD)
            return SP_ERR_ABSENT;
        if (rest.len < 4)
            return SP_ERR_SYNTAX;
        type = sp_u16_at(rest, 2);
        rest = sp_span_after(rest, 4);
    }
    return SP_ERR_ABSENT;
}

/* A header of `header` octets with the protocol's number at `type_at`. */
static enum sp_err typed(struct sp_span frame, size_t header, size_t type_at,
                         struct sp_span *packet)
{
    struct sp_span rest = frame;
    if (skip(&rest, header) != SP_OK)
        return SP_ERR_SYNTAX;
    return packet_of(sp_u16_at(frame, type_at), rest, packet);
}

/* No protocol's number, or one that means something else on each system: the packet's own version
 * decides. */
static enum sp_err untyped(struct sp_span rest, struct sp_span *packet)
{
    if (rest.len == 0)
        return SP_ERR_SYNTAX;
    const unsigned version = sp_octet_at(rest, 0) >> 4;
    if (version != 4 && version != 6)
        return SP_ERR_ABSENT;
    *packet = rest;
    return SP_OK;
}

enum sp_err sp_trace_link(uint32_t link, struct sp_span frame, struct sp_span *packet)
{
    enum sp_err err = SP_OK;
    switch (link) {
    case LINK_ETHERNET:
        return typed(frame, 14, 12, packet);
    case LINK_LINUX_COOKED:
        return typed(frame, 16, 14, packet);
    case LINK_LINUX_COOKED_2:
        return typed(frame, 20, 0, packet);
    case LINK_NULL:
    case LINK_LOOP:
        err = skip(&frame, 4);
        return err == SP_OK ? untyped(frame, packet) : err;
    case LINK_RAW:
    case LINK_RAW_BSD:
    case LINK_RAW_OPENBSD:
    case LINK_IPV4:
    case LINK_IPV6:
        return untyped(frame, packet);
    default: /* a number out of the file */
        return SP_ERR_REFUSED;
    }
}
