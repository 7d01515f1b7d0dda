/* SPDX-License-Identifier: Apache-2.0
 *
 * Options of TCP sockets. Messages are small and each is waited for, so nothing is held back to be
 * sent together (TCP_NODELAY). A peer that is gone without a word is found by the kernel: probes
 * when nothing is said, TCP_USER_TIMEOUT when something is not acknowledged or not read.
 */
#define _GNU_SOURCE
#include "net/tcp_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/bind.h"
#include "net/sockaddr.h"

enum {
    BACKLOG = 1024,
    PROBE_AFTER_S = 60, /* without a word */
    PROBE_EVERY_S = 15,
    PROBES_MAX = 3,
    UNREAD_MAX_MS = 30000, /* what is sent has to be taken */
};

static bool set(int fd, int level, int name, int value)
{
    return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

/* What is refused here makes a connection slower or longer to be missed, and works. */
static void set_options(int fd)
{
    (void)set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    (void)set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    (void)set(fd, IPPROTO_TCP, TCP_KEEPIDLE, PROBE_AFTER_S);
    (void)set(fd, IPPROTO_TCP, TCP_KEEPINTVL, PROBE_EVERY_S);
    (void)set(fd, IPPROTO_TCP, TCP_KEEPCNT, PROBES_MAX);
    (void)set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, UNREAD_MAX_MS);
}

static int open_socket(const struct sp_address *address)
{
    const int family = address->family == SP_FAMILY_IPV6 ? AF_INET6 : AF_INET;
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static struct sp_address local_of(int fd)
{
    struct sockaddr_storage storage = {.ss_family = AF_UNSPEC};
    socklen_t len = sizeof storage;
    (void)getsockname(fd, (struct sockaddr *)&storage, &len); /* else it stays without a family */
    return sp_sockaddr_to((const struct sockaddr *)&storage);
}

enum sp_err sp_tcp_socket_listen(const struct sp_tcp_listen *listen_at, int *fd,
                                 struct sp_address *address)
{
    const int made = open_socket(&listen_at->address);
    const bool is_ipv6 = listen_at->address.family == SP_FAMILY_IPV6;
    if (made < 0)
        return SP_ERR_IO;
    enum sp_err err = SP_ERR_IO;
    if (set(made, SOL_SOCKET, SO_REUSEADDR, 1) && /* else old connections keep the port for long */
        (!is_ipv6 || set(made, IPPROTO_IPV6, IPV6_V6ONLY, 1)) &&
        (!listen_at->joins || set(made, SOL_SOCKET, SO_REUSEPORT, 1)))
        err = sp_bind(made, &listen_at->address, address);
    /* The first has the address for itself until the others may join. */
    if (err == SP_OK && listen_at->shares > 1 && !set(made, SOL_SOCKET, SO_REUSEPORT, 1))
        err = SP_ERR_IO;
    if (err == SP_OK && listen(made, BACKLOG) != 0)
        err = errno == EADDRINUSE ? SP_ERR_BUSY : SP_ERR_IO;
    if (err != SP_OK) {
        (void)close(made); /* never used */
        return err;
    }
    *fd = made;
    return SP_OK;
}

enum sp_err sp_tcp_socket_accept(int listener, int *fd, struct sp_address *remote,
                                 struct sp_address *local)
{
    struct sockaddr_storage storage;
    socklen_t len = sizeof storage;
    const int made =
        accept4(listener, (struct sockaddr *)&storage, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (made < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return SP_ERR_ABSENT;
    if (made < 0)
        return errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM
                   ? SP_ERR_FULL
                   : SP_ERR_IO;
    set_options(made);
    *remote = sp_sockaddr_to((const struct sockaddr *)&storage);
    *local = local_of(made);
    *fd = made;
    return SP_OK;
}

static enum sp_err connect_error(int error)
{
    return error == ECONNREFUSED || error == ECONNRESET ? SP_ERR_REFUSED : SP_ERR_IO;
}

/* Leaves from the host of `local`; the port is chosen when the remote one is known, so that each
 * may be used for many remotes. */
static bool leave_from(int fd, const struct sp_address *local)
{
    struct sp_address from = *local;
    struct sp_address bound;
    from.port = 0;
    return set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1) && sp_bind(fd, &from, &bound) == SP_OK;
}

enum sp_err sp_tcp_socket_connect(const struct sp_address *remote, const struct sp_address *local,
                                  int *fd)
{
    struct sockaddr_storage storage;
    const socklen_t len = sp_sockaddr_from(remote, &storage);
    const int made = open_socket(remote);
    if (made < 0)
        return errno == EMFILE || errno == ENFILE ? SP_ERR_FULL : SP_ERR_IO;
    set_options(made);
    enum sp_err err = SP_OK;
    if (local != NULL && local->family == remote->family && !sp_address_is_any(local) &&
        !leave_from(made, local))
        err = SP_ERR_IO;
    if (err == SP_OK && connect(made, (const struct sockaddr *)&storage, len) != 0 &&
        errno != EINPROGRESS)
        err = connect_error(errno);
    if (err != SP_OK) {
        (void)close(made); /* never used */
        return err;
    }
    *fd = made;
    return SP_OK;
}

enum sp_err sp_tcp_socket_outcome(int fd, struct sp_address *local)
{
    int error = 0;
    socklen_t len = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        return SP_ERR_IO;
    if (error != 0)
        return connect_error(error);
    *local = local_of(fd);
    return SP_OK;
}

void sp_tcp_socket_set_reset(int fd)
{
    const struct linger none = {.l_onoff = 1};
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none); /* else it ends politely */
}
