/* SPDX-License-Identifier: Apache-2.0
 *
 * bind(2) and getsockname(2).
 */
#include "net/bind.h"

#include <errno.h>
#include <sys/socket.h>

#include "net/sockaddr.h"

/* The answers of bind(2) that an operator can do something about. */
static enum sp_err bind_error(int error)
{
    switch (error) {
    case EADDRINUSE:
        return SP_ERR_BUSY;
    case EADDRNOTAVAIL:
        return SP_ERR_ABSENT;
    case EACCES:
    case EPERM:
        return SP_ERR_REFUSED;
    default:
        return SP_ERR_IO;
    }
}

enum sp_err sp_bind(int fd, const struct sp_address *wanted, struct sp_address *address)
{
    struct sockaddr_storage storage;
    socklen_t len = sp_sockaddr_from(wanted, &storage);
    if (bind(fd, (const struct sockaddr *)&storage, len) != 0)
        return bind_error(errno);
    len = sizeof storage;
    if (getsockname(fd, (struct sockaddr *)&storage, &len) != 0)
        return SP_ERR_IO;
    *address = sp_sockaddr_to((const struct sockaddr *)&storage);
    return SP_OK;
}
