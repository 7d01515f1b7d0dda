/* SPDX-License-Identifier: Apache-2.0
 *
 * A running server on 127.0.0.1, asked over UDP by tests. A worker answers datagrams in the order
 * in which they came, and loopback keeps that order; so when a probe that was sent after a message
 * has its answer, the message has had its own or never will. That is how silence is seen without
 * waiting for it. The server must run with one worker.
 */
#ifndef TEST_LIVE_LIVE_H
#define TEST_LIVE_LIVE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LIVE_OCTETS_MAX = 65536
};

struct live {
    int fd; /* of the probe */
    uint16_t port;
    uint32_t probes;
    struct sockaddr_in server;
};

/* Opens the probe's socket; the server need not be there yet. False with errno. */
bool live_open(struct live *live, const char *server_port);

/* A socket on 127.0.0.1:`port` (0: any), connected to nobody. -1 with errno. */
int live_socket(uint16_t port);

/* False with errno when the kernel does not take it. */
bool live_send(const struct live *live, int fd, const char *octets, size_t len);

/* Sends OPTIONS and waits, two seconds at most, for its 200. */
bool live_probe(struct live *live);

/* The status of the answer that waits at `fd`, 0 when none does. */
int live_status(int fd);

#endif
