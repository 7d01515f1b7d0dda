/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of the DNS as text: which may be asked for, and their one form.
 */
#include "signpost/base/dns.h"

#include "base/ascii.h"

static bool is_label(struct sp_span label)
{
    if (label.len == 0 || label.len > SP_DNS_LABEL_MAX)
        return false;
    for (size_t i = 0; i < label.len; i++) {
        const char octet = label.ptr[i];
        if (!sp_ascii_is(octet, SP_ASCII_ALPHA | SP_ASCII_DIGIT) && octet != '-' && octet != '_')
            return false;
    }
    return true;
}

static struct sp_span without_dot(struct sp_span name)
{
    return name.len > 0 && name.ptr[name.len - 1] == '.' ? sp_span_first(name, name.len - 1) : name;
}

bool sp_dns_is_name(struct sp_span name)
{
    struct sp_span rest = without_dot(name);
    if (rest.len == 0 || rest.len > SP_DNS_NAME_MAX)
        return false;
    for (;;) {
        const size_t dot = sp_span_find(rest, '.');
        if (!is_label(sp_span_first(rest, dot)))
            return false;
        if (dot == rest.len)
            return true;
        rest = sp_span_after(rest, dot + 1);
    }
}

void sp_dns_write_name(struct sp_writer *writer, struct sp_span name)
{
    const struct sp_span bare = without_dot(name);
    for (size_t i = 0; i < bare.len; i++)
        sp_write_octet(writer, sp_ascii_lower(bare.ptr[i]));
}

const char *sp_dns_type_text(enum sp_dns_type type)
{
    switch (type) {
    case SP_DNS_A:
        return "A";
    case SP_DNS_AAAA:
        return "AAAA";
    case SP_DNS_SRV:
        return "SRV";
    case SP_DNS_NAPTR:
        return "NAPTR";
    }
    return "";
}
