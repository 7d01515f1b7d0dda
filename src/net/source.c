/* SPDX-License-Identifier: Apache-2.0
 *
 * Connecting a UDP socket sends nothing, but makes the system choose a route and with it a source.
 */
#include "net/source.h"

#include <unistd.h>

#include "net/sockaddr.h"

enum sp_err sp_source_towards(const struct sp_address *destination, struct sp_address *source)
{
    struct sockaddr_storage to, from = {0};
    const socklen_t to_len = sp_sockaddr_from(destination, &to);
    socklen_t from_len = sizeof from;
    enum sp_err err = SP_ERR_IO;
    const int fd = socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return SP_ERR_IO;
    if (connect(fd, (const struct sockaddr *)&to, to_len) == 0 &&
        getsockname(fd, (struct sockaddr *)&from, &from_len) == 0) {
        *source = sp_sockaddr_to((const struct sockaddr *)&from);
        source->port = 0;
        err = SP_OK;
    }
    (void)close(fd); /* nothing was sent through it */
    return err;
}
