/* SPDX-License-Identifier: Apache-2.0
 *
 * One question over a blocking socket with time limits.
 */
#include "net/local_client.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static enum sp_err connect_error(int error)
{
    switch (error) {
    case ENOENT:
    case ECONNREFUSED:
    case ENOTDIR:
        return SP_ERR_ABSENT;
    case EACCES:
    case EPERM:
        return SP_ERR_REFUSED;
    default:
        return SP_ERR_IO;
    }
}

static enum sp_err connect_to(const char *path, unsigned wait_ms, int *fd)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return SP_ERR_RANGE;
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path); /* it fits */
    const int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0)
        return SP_ERR_IO;
    const struct timeval wait = {.tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000};
    if (setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) != 0 ||
        setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) != 0 ||
        connect(made, (const struct sockaddr *)&address, sizeof address) != 0) {
        const enum sp_err err = connect_error(errno);
        (void)close(made); /* never used */
        return err;
    }
    *fd = made;
    return SP_OK;
}

static bool send_all(int fd, struct sp_span octets)
{
    while (octets.len > 0) {
        const ssize_t sent = send(fd, octets.ptr, octets.len, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        octets = sp_span_after(octets, (size_t)sent);
    }
    return true;
}

static enum sp_err read_line(int fd, struct sp_writer *answer)
{
    char chunk[4096];
    for (;;) {
        const ssize_t got = recv(fd, chunk, sizeof chunk, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return SP_ERR_UNCERTAIN;
        const struct sp_span octets = sp_span(chunk, (size_t)got);
        const size_t len = sp_span_find(octets, '\n');
        struct sp_span whole;
        sp_write_span(answer, sp_span_first(octets, len));
        if (len < octets.len)
            return sp_writer_end(answer, &whole);
    }
}

enum sp_err sp_local_ask(const char *path, struct sp_span question, unsigned wait_ms,
                         struct sp_writer *answer)
{
    int fd;
    enum sp_err err = connect_to(path, wait_ms, &fd);
    if (err != SP_OK)
        return err;
    err = SP_ERR_IO;
    if (send_all(fd, question) && send_all(fd, SP_SPAN("\n")))
        err = read_line(fd, answer);
    (void)close(fd); /* the answer is here or will never be */
    return err;
}
