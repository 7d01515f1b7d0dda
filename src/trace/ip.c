/* SPDX-License-Identifier: Apache-2.0
 *
 * An IPv6 packet's extension headers are walked as far as the fragment header or the payload.
 */
#include "trace/ip.h"

#include "trace/octets.h"

enum {
    IPV4_HEADER = 20,
    IPV6_HEADER = 40,
    FRAGMENT_HEADER = 8,
    EXTENSIONS_MAX = 16,
};

/* IPv6's next header (RFC 8200 §4). */
enum {
    NEXT_HOP_BY_HOP = 0,
    NEXT_ROUTING = 43,
    NEXT_FRAGMENT = 44,
    NEXT_AUTHENTICATION = 51,
    NEXT_DESTINATION = 60,
    NEXT_MOBILITY = 135,
};

static struct sp_address address_at(struct sp_span packet, size_t at, enum sp_family family)
{
    struct sp_address address = {.family = (uint8_t)family};
    memcpy(address.ip, packet.ptr + at, family == SP_FAMILY_IPV4 ? 4 : 16);
    return address;
}

/* The first `len` octets, or what was kept of them. */
static struct sp_span cut_to(struct sp_span packet, size_t len, bool *is_cut)
{
    *is_cut = packet.len < len;
    return sp_span_first(packet, len);
}

static enum sp_err parse_ipv4(struct sp_span packet, struct sp_ip *ip)
{
    if (packet.len < IPV4_HEADER)
        return SP_ERR_SYNTAX;
    const size_t header = (size_t)(sp_octet_at(packet, 0) & 0x0fu) * 4;
    size_t len = sp_u16_at(packet, 2);
    if (len == 0) /* a segment that the network card was to cut */
        len = packet.len;
    if (header < IPV4_HEADER || len < header || packet.len < header)
        return SP_ERR_SYNTAX;
    const uint16_t fragment = sp_u16_at(packet, 6);
    packet = cut_to(packet, len, &ip->is_cut);
    ip->src = address_at(packet, 12, SP_FAMILY_IPV4);
    ip->dst = address_at(packet, 16, SP_FAMILY_IPV4);
    ip->protocol = sp_octet_at(packet, 9);
    ip->payload = sp_span_after(packet, header);
    ip->id = sp_u16_at(packet, 4);
    ip->has_more = (fragment & 0x2000u) != 0;
    ip->offset = (fragment & 0x1fffu) * 8u;
    ip->is_fragment = ip->has_more || ip->offset > 0;
    return SP_OK;
}

/* The length of an extension header that `next` names; 0 when it names no such header. */
static size_t extension_length(uint8_t next, struct sp_span rest)
{
    switch (next) {
    case NEXT_HOP_BY_HOP:
    case NEXT_ROUTING:
    case NEXT_DESTINATION:
    case NEXT_MOBILITY:
        return ((size_t)sp_octet_at(rest, 1) + 1) * 8;
    case NEXT_AUTHENTICATION:
        return ((size_t)sp_octet_at(rest, 1) + 2) * 4;
    default: /* a number from the wire */
        return 0;
    }
}

static enum sp_err take_fragment(struct sp_ip *ip, struct sp_span rest)
{
    if (rest.len < FRAGMENT_HEADER)
        return SP_ERR_SYNTAX;
    const uint16_t place = sp_u16_at(rest, 2);
    ip->protocol = sp_octet_at(rest, 0);
    ip->has_more = (place & 1u) != 0;
    ip->offset = place & 0xfff8u;
    ip->is_fragment = ip->has_more || ip->offset > 0; /* an atomic one is whole (RFC 6946) */
    ip->id = sp_u32_at(rest, 4);
    ip->payload = sp_span_after(rest, FRAGMENT_HEADER);
    return SP_OK;
}

static enum sp_err parse_ipv6(struct sp_span packet, struct sp_ip *ip)
{
    if (packet.len < IPV6_HEADER)
        return SP_ERR_SYNTAX;
    size_t len = (size_t)IPV6_HEADER + sp_u16_at(packet, 4);
    if (len == IPV6_HEADER)
        len = packet.len;
    packet = cut_to(packet, len, &ip->is_cut);
    ip->src = address_at(packet, 8, SP_FAMILY_IPV6);
    ip->dst = address_at(packet, 24, SP_FAMILY_IPV6);
    uint8_t next = sp_octet_at(packet, 6);
    struct sp_span rest = sp_span_after(packet, IPV6_HEADER);
    for (int count = 0; count < EXTENSIONS_MAX; count++) {
        if (next == NEXT_FRAGMENT)
            return take_fragment(ip, rest);
        const size_t length = rest.len >= 2 ? extension_length(next, rest) : 0;
        if (length == 0) {
            ip->protocol = next;
            ip->payload = rest;
            return SP_OK;
        }
        if (rest.len < length)
            return SP_ERR_SYNTAX;
        next = sp_octet_at(rest, 0);
        rest = sp_span_after(rest, length);
    }
    return SP_ERR_SYNTAX;
}

enum sp_err sp_ip_parse(struct sp_span packet, struct sp_ip *ip)
{
    struct sp_ip read = {0};
    if (packet.len == 0)
        return SP_ERR_SYNTAX;
    const unsigned version = sp_octet_at(packet, 0) >> 4;
    enum sp_err err = SP_ERR_SYNTAX;
    if (version == 4)
        err = parse_ipv4(packet, &read);
    else if (version == 6)
        err = parse_ipv6(packet, &read);
    if (err == SP_OK)
        *ip = read;
    return err;
}
