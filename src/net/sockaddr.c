/* SPDX-License-Identifier: Apache-2.0
 *
 * Conversion between struct sp_address and struct sockaddr, by copying: the system's forms are
 * never read through a pointer of another type.
 */
#include "net/sockaddr.h"

#include <netinet/in.h>
#include <string.h>

socklen_t sp_sockaddr_from(const struct sp_address *address, struct sockaddr_storage *to)
{
    if (address->family == SP_FAMILY_IPV4) {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(address->port)};
        memcpy(&in.sin_addr, address->ip, sizeof in.sin_addr);
        memcpy(to, &in, sizeof in);
        return sizeof in;
    }
    if (address->family == SP_FAMILY_IPV6) {
        struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
                                   .sin6_port = htons(address->port),
                                   .sin6_scope_id = address->scope};
        memcpy(&in6.sin6_addr, address->ip, sizeof in6.sin6_addr);
        memcpy(to, &in6, sizeof in6);
        return sizeof in6;
    }
    return 0;
}

static struct sp_address from_ipv6(const struct sockaddr_in6 *in6)
{
    struct sp_address address = {.port = ntohs(in6->sin6_port)};
    if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
        address.family = SP_FAMILY_IPV4;
        memcpy(address.ip, in6->sin6_addr.s6_addr + 12, 4);
        return address;
    }
    address.family = SP_FAMILY_IPV6;
    memcpy(address.ip, &in6->sin6_addr, sizeof address.ip);
    if (IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr))
        address.scope = in6->sin6_scope_id;
    return address;
}

struct sp_address sp_sockaddr_to(const struct sockaddr *from)
{
    if (from->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, from, sizeof in);
        struct sp_address address = {.family = SP_FAMILY_IPV4, .port = ntohs(in.sin_port)};
        memcpy(address.ip, &in.sin_addr, sizeof in.sin_addr);
        return address;
    }
    if (from->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, from, sizeof in6);
        return from_ipv6(&in6);
    }
    return (struct sp_address){.family = SP_FAMILY_NONE};
}
