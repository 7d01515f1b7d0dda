/* SPDX-License-Identifier: Apache-2.0
 *
 * A record is read from front to end: each step takes what it needs or fails, and at the end
 * nothing may be left. Names of a zone are foreign octets that come to stand in questions and logs,
 * so only those that a host may have are taken.
 */
#include "net/dns_record.h"

/* What is left of the data. */
struct reader {
    struct sp_span rest;
    enum sp_err err; /* the first failure */
};

static uint8_t take_octet(struct reader *reader)
{
    if (reader->rest.len == 0) {
        reader->err = SP_ERR_SYNTAX;
        return 0;
    }
    const uint8_t octet = (uint8_t)reader->rest.ptr[0];
    reader->rest = sp_span_after(reader->rest, 1);
    return octet;
}

static uint16_t take_u16(struct reader *reader)
{
    const unsigned high = take_octet(reader);
    return (uint16_t)(high << 8 | take_octet(reader));
}

static struct sp_span take_octets(struct reader *reader, size_t count)
{
    if (count > reader->rest.len) {
        reader->err = SP_ERR_SYNTAX;
        count = 0;
    }
    const struct sp_span taken = sp_span_first(reader->rest, count);
    reader->rest = sp_span_after(reader->rest, count);
    return taken;
}

static struct sp_span written_since(const struct sp_writer *text, size_t from)
{
    return sp_span(text->ptr + from, text->len - from);
}

/* A length and so many octets (RFC 1035 §3.3: character-string). */
static struct sp_span take_string(struct reader *reader, struct sp_writer *text)
{
    const size_t from = text->len;
    sp_write_span(text, take_octets(reader, take_octet(reader)));
    return written_since(text, from);
}

/* Labels up to an empty one. A pointer (RFC 1035 §4.1.4) is longer than a label may be: there is
 * nothing that it could point into. */
static struct sp_span take_name(struct reader *reader, struct sp_writer *text)
{
    const size_t from = text->len;
    for (;;) {
        const uint8_t len = take_octet(reader);
        if (len > SP_DNS_LABEL_MAX)
            reader->err = SP_ERR_SYNTAX;
        if (len == 0 || reader->err != SP_OK || text->len - from > SP_DNS_NAME_MAX)
            break;
        if (text->len > from)
            sp_write_octet(text, '.');
        const struct sp_span label = take_octets(reader, len);
        if (sp_span_find(label, '.') < label.len)
            reader->err = SP_ERR_SYNTAX; /* it would read as two */
        sp_dns_write_name(text, label);
    }
    const struct sp_span name = written_since(text, from);
    if (name.len > 0 && !sp_dns_is_name(name))
        reader->err = SP_ERR_SYNTAX;
    return name;
}

static void read_address(struct reader *reader, uint8_t family, struct sp_address *address)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff}; /* ::ffff:0:0/96 */
    const struct sp_span octets = take_octets(reader, family == SP_FAMILY_IPV6 ? 16 : 4);
    *address = (struct sp_address){.family = family};
    if (octets.len > 0)
        memcpy(address->ip, octets.ptr, octets.len);
    if (family == SP_FAMILY_IPV6 && sp_address_has_prefix(address, mapped, 8 * sizeof mapped))
        reader->err = SP_ERR_SYNTAX; /* IPv4 has a type of its own */
}

static void read_naptr(struct reader *reader, struct sp_writer *text, struct sp_dns_naptr *naptr)
{
    naptr->order = take_u16(reader);
    naptr->preference = take_u16(reader);
    naptr->flags = take_string(reader, text);
    naptr->services = take_string(reader, text);
    naptr->has_regexp = take_octets(reader, take_octet(reader)).len > 0;
    naptr->replacement = take_name(reader, text);
}

enum sp_err sp_dns_record_read(enum sp_dns_type type, struct sp_span data, struct sp_writer *text,
                               union sp_dns_record *record)
{
    const struct sp_writer before = *text;
    struct reader reader = {.rest = data};
    union sp_dns_record read = {0};
    switch (type) {
    case SP_DNS_A:
        read_address(&reader, SP_FAMILY_IPV4, &read.address);
        break;
    case SP_DNS_AAAA:
        read_address(&reader, SP_FAMILY_IPV6, &read.address);
        break;
    case SP_DNS_SRV:
        read.srv.priority = take_u16(&reader);
        read.srv.weight = take_u16(&reader);
        read.srv.port = take_u16(&reader);
        read.srv.target = take_name(&reader, text);
        break;
    case SP_DNS_NAPTR:
        read_naptr(&reader, text, &read.naptr);
        break;
    }
    enum sp_err err = reader.err;
    if (err == SP_OK && reader.rest.len > 0)
        err = SP_ERR_SYNTAX;
    if (err == SP_OK)
        err = text->err;
    if (err != SP_OK)
        *text = before;
    else
        *record = read;
    return err;
}
