/* SPDX-License-Identifier: Apache-2.0
 *
 * Datagrams by the batch: see batch.h. SO_RCVBUFFORCE needs root and is worth having, because a
 * large window fills a small buffer and the loss would be ours, not the server's.
 */
#define _GNU_SOURCE
#include "batch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum {
    BUFFER_OCTETS = 16 << 20
};

static void enlarge(int fd, int forced, int asked)
{
    const int octets = BUFFER_OCTETS;
    if (setsockopt(fd, SOL_SOCKET, forced, &octets, sizeof octets) != 0)
        (void)setsockopt(fd, SOL_SOCKET, asked, &octets, sizeof octets); /* as much as is allowed */
}

int batch_socket(const char *host, uint16_t port)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &own.sin_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    enlarge(fd, SO_RCVBUFFORCE, SO_RCVBUF);
    enlarge(fd, SO_SNDBUFFORCE, SO_SNDBUF);
    if (bind(fd, (const struct sockaddr *)&own, sizeof own) == 0)
        return fd;
    const int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

void batch_init(struct batch *batch, int fd)
{
    batch->fd = fd;
    batch->count = 0;
    for (size_t i = 0; i < BATCH_MAX; i++) {
        batch->piece[i] = (struct iovec){batch->octets[i], DATAGRAM_MAX};
        batch->header[i] = (struct mmsghdr){
            .msg_hdr = {.msg_name = &batch->peer[i],
                        .msg_namelen = sizeof batch->peer[i],
                        .msg_iov = &batch->piece[i],
                        .msg_iovlen = 1},
        };
    }
}

int batch_receive(struct batch *batch)
{
    const int count = recvmmsg(batch->fd, batch->header, BATCH_MAX, MSG_WAITFORONE, NULL);
    if (count < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNREFUSED))
        return 0;
    batch->count = count < 0 ? 0 : (unsigned)count;
    return count;
}

char *batch_room(struct batch *batch)
{
    if (batch->count == BATCH_MAX)
        batch_flush(batch);
    return batch->octets[batch->count];
}

void batch_add(struct batch *batch, size_t len, const struct sockaddr_in *peer)
{
    batch->piece[batch->count].iov_len = len;
    batch->peer[batch->count] = *peer;
    batch->count++;
}

void batch_flush(struct batch *batch)
{
    for (unsigned done = 0; done < batch->count;) {
        const int sent = sendmmsg(batch->fd, batch->header + done, batch->count - done, 0);
        if (sent > 0) {
            done += (unsigned)sent;
        } else if (errno == EAGAIN || errno == ENOBUFS) {
            struct pollfd room = {.fd = batch->fd, .events = POLLOUT};
            (void)poll(&room, 1, 1); /* ends by time when the shortage is not this socket's */
        } else if (errno != EINTR && errno != ECONNREFUSED) {
            done++;
        }
    }
    batch->count = 0;
}
