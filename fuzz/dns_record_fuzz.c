/* SPDX-License-Identifier: Apache-2.0
 *
 * Data of a DNS record: the first octet chooses the type. What is read must be a host's name, point
 * into the text, and fit a small text as well as a large one or not at all.
 */
#include "base/check.h"
#include "fuzz/fuzz.h"
#include "net/dns_record.h"

static void check_name(const struct sp_writer *text, struct sp_span name)
{
    SP_CHECK(name.len == 0 || sp_dns_is_name(name));
    SP_CHECK(name.ptr >= text->ptr && name.ptr + name.len <= text->ptr + text->len);
}

static enum sp_err read_into(size_t room, enum sp_dns_type type, struct sp_span data)
{
    static char memory[2048];
    struct sp_writer text;
    union sp_dns_record record;
    sp_writer_init(&text, memory, room);
    const enum sp_err err = sp_dns_record_read(type, data, &text, &record);
    if (err != SP_OK) {
        SP_CHECK(text.len == 0 && text.err == SP_OK);
        return err;
    }
    if (type == SP_DNS_SRV) {
        check_name(&text, record.srv.target);
    } else if (type == SP_DNS_NAPTR) {
        check_name(&text, record.naptr.replacement);
        SP_CHECK(record.naptr.flags.len <= UINT8_MAX && record.naptr.services.len <= UINT8_MAX);
    } else {
        SP_CHECK(record.address.family == (type == SP_DNS_A ? SP_FAMILY_IPV4 : SP_FAMILY_IPV6));
    }
    return SP_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum sp_dns_type types[] = {SP_DNS_A, SP_DNS_AAAA, SP_DNS_SRV, SP_DNS_NAPTR};
    if (size == 0)
        return 0;
    const enum sp_dns_type type = types[data[0] % (sizeof types / sizeof *types)];
    const struct sp_span rest = sp_span((const char *)data + 1, size - 1);
    const enum sp_err large = read_into(2048, type, rest);
    const enum sp_err small = read_into(32, type, rest);
    SP_CHECK(large != SP_ERR_FULL);
    SP_CHECK(small == large || small == SP_ERR_FULL);
    return 0;
}
