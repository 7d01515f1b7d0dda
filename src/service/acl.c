/* SPDX-License-Identifier: Apache-2.0
 *
 * Networks compared bit by bit.
 */
#include "service/acl.h"

static unsigned address_bits(const struct sp_address *address)
{
    return address->family == SP_FAMILY_IPV4 ? 32 : 128;
}

/* Whether every bit behind the prefix is 0. */
static bool ends_in_zeros(const struct sp_address *address, unsigned bits)
{
    for (unsigned i = bits; i < address_bits(address); i++) {
        if ((address->ip[i / 8] & (0x80u >> (i % 8))) != 0)
            return false;
    }
    return true;
}

enum sp_err sp_network_parse(struct sp_span text, struct sp_network *network)
{
    const size_t slash = sp_span_find(text, '/');
    struct sp_network read = {0};
    const enum sp_err err = sp_address_parse_ip(sp_span_first(text, slash), &read.address);
    if (err != SP_OK)
        return err;
    uint32_t bits = address_bits(&read.address);
    if (slash < text.len) {
        const enum sp_err bits_err = sp_span_to_u32(sp_span_after(text, slash + 1), bits, &bits);
        if (bits_err != SP_OK)
            return bits_err;
    }
    if (!ends_in_zeros(&read.address, bits))
        return SP_ERR_RANGE;
    read.bits = (uint8_t)bits;
    *network = read;
    return SP_OK;
}

bool sp_network_has(const struct sp_network *network, const struct sp_address *address)
{
    return network->address.family == address->family &&
           sp_address_has_prefix(address, network->address.ip, network->bits);
}

void sp_acl_init(struct sp_acl *acl)
{
    acl->is_open = false;
    acl->count = 0;
}

enum sp_err sp_acl_add(struct sp_acl *acl, const struct sp_network *network)
{
    if (acl->count == SP_ACL_NETWORKS_MAX)
        return SP_ERR_FULL;
    acl->networks[acl->count++] = *network;
    return SP_OK;
}

bool sp_acl_names(const struct sp_acl *acl, const struct sp_address *source)
{
    if (sp_address_is_loopback(source))
        return true;
    for (size_t i = 0; i < acl->count; i++) {
        if (sp_network_has(&acl->networks[i], source))
            return true;
    }
    return false;
}

bool sp_acl_allows(const struct sp_acl *acl, const struct sp_address *source)
{
    return acl->is_open || sp_acl_names(acl, source);
}
