/* SPDX-License-Identifier: Apache-2.0
 *
 * IPv4 and IPv6 addresses read (RFC 4291 §2.2), printed (RFC 5952 §4) and sorted into kinds,
 * without asking the system: the same text means the same address everywhere. A decimal part with a
 * leading zero is refused, because half of the world reads it as octal.
 */
#include "signpost/base/address.h"

#include "base/ascii.h"

enum {
    GROUPS = 8, /* of 16 bits, in an IPv6 address */
};

/* Up to three digits, no needless 0, at most 255; how many octets of `text` that is, 0: none. */
static size_t parse_decimal(struct sp_span text, uint8_t *octet)
{
    unsigned value = 0;
    size_t len = 0;
    for (; len < text.len && len < 4 && text.ptr[len] >= '0' && text.ptr[len] <= '9'; len++)
        value = value * 10 + (unsigned)(text.ptr[len] - '0');
    if (len > 3 || value > 255 || (len > 1 && text.ptr[0] == '0'))
        return 0;
    *octet = (uint8_t)value;
    return len;
}

static enum sp_err parse_ipv4(struct sp_span text, uint8_t ip[4])
{
    uint8_t octets[4];
    for (int i = 0; i < 4; i++) {
        const size_t len = parse_decimal(text, &octets[i]);
        const bool has_dot = len < text.len && text.ptr[len] == '.';
        if (len == 0 || (i < 3 ? !has_dot : len != text.len))
            return SP_ERR_SYNTAX;
        text = sp_span_after(text, len + has_dot);
    }
    memcpy(ip, octets, sizeof octets);
    return SP_OK;
}

static enum sp_err parse_group(struct sp_span text, uint8_t group[2])
{
    if (text.len > 4 || !sp_ascii_all(text, SP_ASCII_HEX))
        return SP_ERR_SYNTAX;
    unsigned value = 0;
    for (size_t i = 0; i < text.len; i++)
        value = value << 4 | (unsigned)sp_ascii_hex_value(text.ptr[i]);
    group[0] = (uint8_t)(value >> 8);
    group[1] = (uint8_t)value;
    return SP_OK;
}

/* Groups between colons, the last possibly an IPv4 address, at most `max` groups. An empty text has
 * none. Tells how many there were. */
static enum sp_err parse_groups(struct sp_span text, size_t max, uint8_t *ip, size_t *count)
{
    size_t done = 0;
    while (text.len > 0) {
        const size_t len = sp_span_find(text, ':');
        const struct sp_span part = sp_span_first(text, len);
        const bool is_last = len == text.len;
        const bool is_ipv4 = is_last && sp_span_find(part, '.') < part.len;
        const size_t takes = is_ipv4 ? 2 : 1;
        if (done + takes > max || len + 1 == text.len)
            return SP_ERR_SYNTAX;
        const enum sp_err err =
            is_ipv4 ? parse_ipv4(part, ip + 2 * done) : parse_group(part, ip + 2 * done);
        if (err != SP_OK)
            return err;
        done += takes;
        text = sp_span_after(text, len + 1);
    }
    *count = done;
    return SP_OK;
}

/* Where "::" begins, or the length when there is none. */
static size_t find_gap(struct sp_span text)
{
    for (size_t i = 0; i + 1 < text.len; i++) {
        if (text.ptr[i] == ':' && text.ptr[i + 1] == ':')
            return i;
    }
    return text.len;
}

static enum sp_err parse_ipv6(struct sp_span text, uint8_t ip[16])
{
    uint8_t head[16] = {0}, tail[16] = {0};
    size_t head_count = 0, tail_count = 0;
    const size_t gap = find_gap(text);
    const bool has_gap = gap < text.len;
    const struct sp_span before = sp_span_first(text, gap);
    const struct sp_span behind = sp_span_after(text, gap + 2);
    if (parse_groups(before, GROUPS, head, &head_count) != SP_OK ||
        parse_groups(behind, GROUPS, tail, &tail_count) != SP_OK)
        return SP_ERR_SYNTAX;
    if (has_gap ? head_count + tail_count >= GROUPS : head_count != GROUPS)
        return SP_ERR_SYNTAX;
    if (has_gap && sp_span_find(before, '.') < before.len)
        return SP_ERR_SYNTAX; /* an IPv4 part ends an address */
    memcpy(ip, head, sizeof head);
    if (tail_count > 0)
        memcpy(ip + 16 - 2 * tail_count, tail, 2 * tail_count);
    return SP_OK;
}

static bool is_mapped(const uint8_t ip[16])
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(ip, prefix, sizeof prefix) == 0;
}

enum sp_err sp_address_parse_ip(struct sp_span text, struct sp_address *address)
{
    struct sp_address found = {0};
    if (sp_span_find(text, ':') == text.len) {
        if (parse_ipv4(text, found.ip) != SP_OK)
            return SP_ERR_SYNTAX;
        found.family = SP_FAMILY_IPV4;
        *address = found;
        return SP_OK;
    }
    if (text.ptr[0] == '[') {
        if (text.ptr[text.len - 1] != ']')
            return SP_ERR_SYNTAX;
        text = sp_span(text.ptr + 1, text.len - 2);
    }
    if (parse_ipv6(text, found.ip) != SP_OK)
        return SP_ERR_SYNTAX;
    found.family = SP_FAMILY_IPV6;
    if (is_mapped(found.ip)) {
        found.family = SP_FAMILY_IPV4;
        memmove(found.ip, found.ip + 12, 4);
        memset(found.ip + 4, 0, 12);
    }
    *address = found;
    return SP_OK;
}

enum sp_err sp_address_parse(struct sp_span text, uint16_t default_port, struct sp_address *address)
{
    const bool is_bracketed = text.len > 0 && text.ptr[0] == '[';
    const size_t host_end = is_bracketed ? sp_span_find(text, ']') + 1 : sp_span_find(text, ':');
    if (host_end > text.len)
        return SP_ERR_SYNTAX;
    struct sp_address found;
    if (sp_address_parse_ip(sp_span_first(text, host_end), &found) != SP_OK)
        return SP_ERR_SYNTAX;
    found.port = default_port;
    const struct sp_span rest = sp_span_after(text, host_end);
    if (rest.len > 0) {
        uint32_t port = 0;
        if (rest.ptr[0] != ':')
            return SP_ERR_SYNTAX;
        const enum sp_err err = sp_span_to_u32(sp_span_after(rest, 1), UINT16_MAX, &port);
        if (err != SP_OK)
            return err;
        found.port = (uint16_t)port;
    }
    *address = found;
    return SP_OK;
}

static unsigned group_at(const struct sp_address *address, int group)
{
    return (unsigned)address->ip[2 * group] << 8 | address->ip[2 * group + 1];
}

/* The longest run of at least two zero groups, the first of equals (RFC 5952 §4.2). */
static void find_zeros(const struct sp_address *address, int *first, int *count)
{
    *first = GROUPS;
    *count = 1;
    for (int i = 0; i < GROUPS; i++) {
        int run = 0;
        while (i + run < GROUPS && group_at(address, i + run) == 0)
            run++;
        if (run > *count) {
            *first = i;
            *count = run;
        }
        i += run;
    }
}

static void print_group(struct sp_writer *writer, unsigned group)
{
    bool is_begun = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
        const unsigned digit = group >> shift & 15;
        if (digit != 0 || is_begun || shift == 0) {
            sp_write_octet(writer, "0123456789abcdef"[digit]);
            is_begun = true;
        }
    }
}

static void print_ipv6(struct sp_writer *writer, const struct sp_address *address)
{
    int zeros = 0, zero_count = 0;
    find_zeros(address, &zeros, &zero_count);
    for (int i = 0; i < GROUPS;) {
        if (i == zeros) {
            sp_write_text(writer, "::");
            i += zero_count;
            continue;
        }
        if (i > 0 && i != zeros + zero_count)
            sp_write_octet(writer, ':');
        print_group(writer, group_at(address, i++));
    }
}

/* At most three digits, without needless 0; where they end. */
static char *print_decimal(char *at, uint8_t number)
{
    if (number >= 100)
        *at++ = (char)('0' + number / 100);
    if (number >= 10)
        *at++ = (char)('0' + number / 10 % 10);
    *at++ = (char)('0' + number % 10);
    return at;
}

static void print_ipv4(struct sp_writer *writer, const uint8_t ip[4])
{
    char text[15]; /* 255.255.255.255 */
    char *at = print_decimal(text, ip[0]);
    for (int i = 1; i < 4; i++) {
        *at++ = '.';
        at = print_decimal(at, ip[i]);
    }
    sp_write_span(writer, sp_span(text, (size_t)(at - text)));
}

void sp_address_print_bare(struct sp_writer *writer, const struct sp_address *address)
{
    switch ((enum sp_family)address->family) {
    case SP_FAMILY_IPV4:
        print_ipv4(writer, address->ip);
        return;
    case SP_FAMILY_IPV6:
        print_ipv6(writer, address);
        return;
    case SP_FAMILY_NONE:
        return;
    }
}

void sp_address_print_host(struct sp_writer *writer, const struct sp_address *address)
{
    const bool is_ipv6 = address->family == SP_FAMILY_IPV6;
    if (is_ipv6)
        sp_write_octet(writer, '[');
    sp_address_print_bare(writer, address);
    if (is_ipv6)
        sp_write_octet(writer, ']');
}

void sp_address_print(struct sp_writer *writer, const struct sp_address *address)
{
    sp_address_print_host(writer, address);
    if (address->port != 0) {
        sp_write_octet(writer, ':');
        sp_write_u64(writer, address->port);
    }
}

const char *sp_address_text(const struct sp_address *address, char text[SP_ADDRESS_TEXT_MAX])
{
    struct sp_writer writer;
    sp_writer_init(&writer, text, SP_ADDRESS_TEXT_MAX - 1);
    sp_address_print(&writer, address);
    text[writer.len] = '\0';
    return text;
}

bool sp_address_same_host(const struct sp_address *a, const struct sp_address *b)
{
    return a->family == b->family && a->scope == b->scope &&
           memcmp(a->ip, b->ip, sizeof a->ip) == 0;
}

bool sp_address_equal(const struct sp_address *a, const struct sp_address *b)
{
    return a->port == b->port && sp_address_same_host(a, b);
}

/* Addresses that begin alike. */
struct block {
    uint8_t family;
    uint8_t bits;
    uint8_t prefix[16];
};

static const struct block any[] = {
    {SP_FAMILY_IPV4, 32, {0}},
    {SP_FAMILY_IPV6, 128, {0}},
};

static const struct block loopback[] = {
    {SP_FAMILY_IPV4, 8, {127}},
    {SP_FAMILY_IPV6, 128, {[15] = 1}},
};

static const struct block private[] = {
    {SP_FAMILY_IPV4, 8, {10}},          /* RFC 1918 */
    {SP_FAMILY_IPV4, 12, {172, 16}},    /* RFC 1918 */
    {SP_FAMILY_IPV4, 16, {192, 168}},   /* RFC 1918 */
    {SP_FAMILY_IPV4, 10, {100, 64}},    /* RFC 6598, carriers' NAT */
    {SP_FAMILY_IPV4, 16, {169, 254}},   /* RFC 3927, link-local */
    {SP_FAMILY_IPV6, 7, {0xfc}},        /* RFC 4193 */
    {SP_FAMILY_IPV6, 10, {0xfe, 0x80}}, /* RFC 4291, link-local */
};

static const struct block unsendable[] = {
    {SP_FAMILY_IPV4, 8, {0}},   /* RFC 1122, this network */
    {SP_FAMILY_IPV4, 4, {224}}, /* multicast */
    {SP_FAMILY_IPV4, 32, {255, 255, 255, 255}},
    {SP_FAMILY_IPV6, 128, {0}},
    {SP_FAMILY_IPV6, 8, {0xff}}, /* multicast */
};

bool sp_address_has_prefix(const struct sp_address *address, const uint8_t *prefix, unsigned bits)
{
    const size_t octets = bits / 8;
    const unsigned rest = bits % 8;
    if (memcmp(address->ip, prefix, octets) != 0)
        return false;
    return rest == 0 || (address->ip[octets] ^ prefix[octets]) >> (8 - rest) == 0;
}

/* The first octet tells most of them apart. */
static bool is_in(const struct sp_address *address, const struct block *block)
{
    const unsigned first = block->bits < 8 ? block->bits : 8;
    return block->family == address->family &&
           (address->ip[0] ^ block->prefix[0]) >> (8 - first) == 0 &&
           sp_address_has_prefix(address, block->prefix, block->bits);
}

static bool is_in_any(const struct sp_address *address, const struct block *blocks, size_t count)
{
    size_t i = 0;
    while (i < count && !is_in(address, &blocks[i]))
        i++;
    return i < count;
}

#define IS_IN_ANY(address, blocks) is_in_any(address, blocks, sizeof(blocks) / sizeof *(blocks))

bool sp_address_is_loopback(const struct sp_address *address)
{
    return IS_IN_ANY(address, loopback);
}

bool sp_address_is_private(const struct sp_address *address)
{
    return IS_IN_ANY(address, private);
}

bool sp_address_is_any(const struct sp_address *address)
{
    return IS_IN_ANY(address, any);
}

bool sp_address_is_sendable(const struct sp_address *address)
{
    return address->family != SP_FAMILY_NONE && address->port != 0 &&
           !IS_IN_ANY(address, unsendable);
}
