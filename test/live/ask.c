/* SPDX-License-Identifier: Apache-2.0
 *
 * ask PORT: sends what it reads from standard input to a running server as one datagram and prints
 * the answer, or nothing when the server has seen it and does not answer. Fails when there is
 * neither an answer nor a server.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "live/live.h"

int main(int argc, char **argv)
{
    static char octets[LIVE_OCTETS_MAX];
    struct live live;
    if (argc != 2) {
        fputs("usage: ask PORT < message\n", stderr);
        return 2;
    }
    const size_t len = fread(octets, 1, sizeof octets, stdin);
    const int fd = live_socket(0);
    if (fd < 0 || !live_open(&live, argv[1]) || !live_send(&live, fd, octets, len)) {
        perror("ask");
        return 1;
    }
    const bool is_there = live_probe(&live);
    const ssize_t got = recv(fd, octets, sizeof octets, MSG_DONTWAIT);
    if (got > 0)
        fwrite(octets, 1, (size_t)got, stdout);
    return is_there || got > 0 ? 0 : 1;
}
