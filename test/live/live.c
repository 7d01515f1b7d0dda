/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages to a running server: see live.h.
 */
#include "live/live.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PROBE_OCTETS = 512,
    PROBE_WAIT_MS = 2000
};

static struct sockaddr_in loopback(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)},
    };
}

int live_socket(uint16_t port)
{
    const struct sockaddr_in own = loopback(port);
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, (const struct sockaddr *)&own, sizeof own) == 0)
        return fd;
    const int saved = errno;
    if (fd >= 0)
        close(fd);
    errno = saved;
    return -1;
}

bool live_open(struct live *live, const char *server_port)
{
    struct sockaddr_in own;
    socklen_t own_len = sizeof own;
    live->server = loopback((uint16_t)strtoul(server_port, NULL, 10));
    live->probes = 0;
    live->fd = live_socket(0);
    if (live->fd < 0 || getsockname(live->fd, (struct sockaddr *)&own, &own_len) != 0)
        return false;
    live->port = ntohs(own.sin_port);
    return true;
}

bool live_send(const struct live *live, int fd, const char *octets, size_t len)
{
    const ssize_t sent =
        sendto(fd, octets, len, 0, (const struct sockaddr *)&live->server, sizeof live->server);
    return sent == (ssize_t)len;
}

static size_t print_probe(const struct live *live, char out[PROBE_OCTETS])
{
    const unsigned server_port = ntohs(live->server.sin_port);
    const int len =
        snprintf(out, PROBE_OCTETS,
                 "OPTIONS sip:127.0.0.1:%u SIP/2.0\r\n"
                 "Via: SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bKprobe%u\r\n"
                 "Max-Forwards: 70\r\n"
                 "From: <sip:probe@example.org>;tag=probe\r\n"
                 "To: <sip:127.0.0.1:%u>\r\n"
                 "Call-ID: probe-%u\r\n"
                 "CSeq: 1 OPTIONS\r\n"
                 "Content-Length: 0\r\n\r\n",
                 server_port, (unsigned)live->port, live->probes, server_port, live->probes);
    return (size_t)len;
}

/* Reads what waits at `fd` into `out`, ended by NUL; false when nothing does. */
static bool take(int fd, char out[LIVE_OCTETS_MAX])
{
    const ssize_t len = recv(fd, out, LIVE_OCTETS_MAX - 1, MSG_DONTWAIT);
    if (len < 0)
        return false;
    out[len] = '\0';
    return true;
}

bool live_probe(struct live *live)
{
    char octets[LIVE_OCTETS_MAX];
    char call_id[32];
    live->probes++;
    if (!live_send(live, live->fd, octets, print_probe(live, octets)))
        return false;
    snprintf(call_id, sizeof call_id, "probe-%u\r\n", live->probes);
    struct pollfd waiting = {.fd = live->fd, .events = POLLIN};
    while (poll(&waiting, 1, PROBE_WAIT_MS) > 0) {
        if (take(live->fd, octets) && strncmp(octets, "SIP/2.0 200 ", 12) == 0 &&
            strstr(octets, call_id) != NULL)
            return true;
    }
    return false;
}

int live_status(int fd)
{
    char octets[LIVE_OCTETS_MAX];
    if (!take(fd, octets) || strncmp(octets, "SIP/2.0 ", 8) != 0)
        return 0;
    return (int)strtol(octets + 8, NULL, 10);
}
