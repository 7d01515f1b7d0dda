/* SPDX-License-Identifier: Apache-2.0
 *
 * Datagrams by the batch (recvmmsg, sendmmsg) for the benchmark's tools, over IPv4. A batch belongs
 * to one socket and one direction, and owns its octets; the headers that the kernel wants are laid
 * out once, so that a turn costs what the kernel costs and little more.
 */
#ifndef BENCH_BATCH_H
#define BENCH_BATCH_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum {
    BATCH_MAX = 64,
    DATAGRAM_MAX = 4096
};

struct batch {
    int fd;
    unsigned count; /* datagrams in it */
    struct mmsghdr header[BATCH_MAX];
    struct iovec piece[BATCH_MAX];
    struct sockaddr_in peer[BATCH_MAX];
    char octets[BATCH_MAX][DATAGRAM_MAX];
};

/* A UDP socket bound to `host`:`port` (port 0: any) with 16 MiB buffers where the system allows it.
 * -1 with errno. */
int batch_socket(const char *host, uint16_t port);

void batch_init(struct batch *batch, int fd);

/* Waits for the first datagram, as long as the socket's SO_RCVTIMEO, then takes what is there.
 * How many; 0 when none came in time; -1 with errno. */
int batch_receive(struct batch *batch);

/* Where the next datagram may be written: DATAGRAM_MAX octets. Sends the batch first when it is
 * full. */
char *batch_room(struct batch *batch);

/* Adds what was written there, to `peer`. */
void batch_add(struct batch *batch, size_t len, const struct sockaddr_in *peer);

/* Sends all, waiting while the kernel has no room; what it refuses for good is dropped. */
void batch_flush(struct batch *batch);

#endif
