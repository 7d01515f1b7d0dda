/* SPDX-License-Identifier: Apache-2.0
 *
 * Options of a UDP socket. The kernel's own spreading hashes addresses and ports and would put all
 * that a trunk sends on one socket; a program of three instructions draws one at random instead.
 */
#define _GNU_SOURCE
#include "net/udp_socket.h"

#include <linux/filter.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "net/bind.h"
#include "net/sockaddr.h"

enum {
    BUFFER_OCTETS = 16 << 20, /* asked for; others than root get what net.core.rmem_max allows */
};

static bool set(int fd, int level, int name, int value)
{
    return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

static bool spread(int fd, unsigned shares)
{
    struct sock_filter program[] = {
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)(SKF_AD_OFF + SKF_AD_RANDOM)},
        {BPF_ALU | BPF_MOD | BPF_K, 0, 0, shares},
        {BPF_RET | BPF_A, 0, 0, 0},
    };
    struct sock_fprog filter;
    memset(&filter, 0, sizeof filter); /* its padding goes to the kernel too */
    filter.len = sizeof program / sizeof *program;
    filter.filter = program;
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &filter, sizeof filter) == 0;
}

/* The first socket lets others in when it is bound; the group, and so its program, begins with the
 * second. */
static bool share(int fd, const struct sp_udp_options *options)
{
    return options->joins ? spread(fd, options->shares) : set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
}

static bool set_options(int fd, const struct sp_udp_options *options)
{
    if (!set(fd, SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_OCTETS))
        (void)set(fd, SOL_SOCKET, SO_RCVBUF, BUFFER_OCTETS); /* less loses sooner, and works */
    if (!set(fd, SOL_SOCKET, SO_SNDBUFFORCE, BUFFER_OCTETS))
        (void)set(fd, SOL_SOCKET, SO_SNDBUF, BUFFER_OCTETS); /* less loses sooner, and works */
    const bool is_ipv6 = options->address.family == SP_FAMILY_IPV6;
    if (is_ipv6 && !set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1))
        return false;
    if (sp_address_is_any(&options->address) &&
        !(is_ipv6 ? set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
                  : set(fd, IPPROTO_IP, IP_PKTINFO, 1)))
        return false;
    if (options->failed != NULL &&
        !(is_ipv6 ? set(fd, IPPROTO_IPV6, IPV6_RECVERR, 1) : set(fd, IPPROTO_IP, IP_RECVERR, 1)))
        return false;
    return !options->joins || set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
}

static int open_socket(const struct sp_address *address)
{
    const int family = address->family == SP_FAMILY_IPV6 ? AF_INET6 : AF_INET;
    return socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

enum sp_err sp_udp_socket_open(const struct sp_udp_options *options, int *fd,
                               struct sp_address *address)
{
    const int made = open_socket(&options->address);
    if (made < 0)
        return SP_ERR_IO;
    enum sp_err err = SP_ERR_IO;
    if (set_options(made, options))
        err = sp_bind(made, &options->address, address);
    if (err == SP_OK && options->shares > 1 && !share(made, options))
        err = SP_ERR_IO;
    if (err != SP_OK) {
        (void)close(made); /* never used */
        return err;
    }
    *fd = made;
    return SP_OK;
}

void sp_udp_socket_asked(struct msghdr *message, struct sp_address *local)
{
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL;
         part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(part), sizeof info);
            memcpy(local->ip, &info.ipi_spec_dst, sizeof info.ipi_spec_dst);
        } else if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(part), sizeof info);
            memcpy(local->ip, &info.ipi6_addr, sizeof info.ipi6_addr);
            local->scope = IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr) ? info.ipi6_ifindex : 0;
        }
    }
}

static void put_control(struct msghdr *message, char *control, int level, int type,
                        struct sp_span info)
{
    message->msg_control = control;
    message->msg_controllen = CMSG_SPACE(info.len);
    struct cmsghdr *part = CMSG_FIRSTHDR(message);
    part->cmsg_level = level;
    part->cmsg_type = type;
    part->cmsg_len = CMSG_LEN(info.len);
    memcpy(CMSG_DATA(part), info.ptr, info.len);
}

void sp_udp_socket_leave_from(struct msghdr *message, char *control, const struct sp_address *local)
{
    if (local->family == SP_FAMILY_IPV4) {
        struct in_pktinfo info = {0};
        memcpy(&info.ipi_spec_dst, local->ip, sizeof info.ipi_spec_dst);
        put_control(message, control, IPPROTO_IP, IP_PKTINFO,
                    sp_span((const char *)&info, sizeof info));
    } else {
        struct in6_pktinfo info = {.ipi6_ifindex = local->scope};
        memcpy(&info.ipi6_addr, local->ip, sizeof info.ipi6_addr);
        put_control(message, control, IPPROTO_IPV6, IPV6_PKTINFO,
                    sp_span((const char *)&info, sizeof info));
    }
}
