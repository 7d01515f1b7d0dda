/* SPDX-License-Identifier: Apache-2.0
 *
 * The floor of a proxied call: what the kernel alone costs. Requests to 127.0.0.1:PORT get a Via
 * and a Record-Route and lose their Route, and go to CALLEE-PORT; answers lose their top Via and go
 * to CALLER-PORT; an INVITE is answered 100, too. It looks for line ends and for those three lines,
 * has no table, no timer and no state; one thread, in batches. A proxy cannot be cheaper, so its
 * cost is told as a multiple of this one's.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"

struct road {
    struct sockaddr_in caller, callee;
    char lines[160]; /* that a request gets */
    size_t lines_len;
    struct batch in, out;
};

/* The start of the line behind `line`; NULL: there is none. */
static const char *line_after(const char *line, const char *end)
{
    const char *line_end = memchr(line, '\n', (size_t)(end - line));
    return line_end == NULL ? NULL : line_end + 1;
}

/* Without its Route line, when it has one. */
static char *copy_request(char *to, const char *from, const char *end)
{
    const char *route = memmem(from, (size_t)(end - from), "\nRoute:", 7);
    if (route == NULL)
        return mempcpy(to, from, (size_t)(end - from));
    const char *rest = line_after(route + 1, end);
    to = mempcpy(to, from, (size_t)(route + 1 - from));
    return rest == NULL ? to : mempcpy(to, rest, (size_t)(end - rest));
}

static void answer_100(struct road *road, const char *lines, const char *end)
{
    static const char begin[] = "SIP/2.0 100 Trying\r\n";
    static const char rest[] = "Content-Length: 0\r\n\r\n";
    const char *contact = memmem(lines, (size_t)(end - lines), "\nContact:", 9);
    if (contact == NULL)
        return;
    char *const out = batch_room(&road->out);
    char *to = mempcpy(out, begin, sizeof begin - 1);
    to = mempcpy(to, lines, (size_t)(contact + 1 - lines));
    to = mempcpy(to, rest, sizeof rest - 1);
    batch_add(&road->out, (size_t)(to - out), &road->caller);
}

static void forward(struct road *road, const char *octets, size_t len)
{
    const char *const end = octets + len;
    const char *const lines = line_after(octets, end);
    if (lines == NULL || len > DATAGRAM_MAX - sizeof road->lines)
        return;
    const bool is_answer = memcmp(octets, "SIP/2.0 ", 8) == 0;
    const char *const below_via = is_answer ? line_after(lines, end) : lines;
    if (below_via == NULL)
        return;
    char *const out = batch_room(&road->out);
    char *to = mempcpy(out, octets, (size_t)(lines - octets));
    if (is_answer) {
        to = mempcpy(to, below_via, (size_t)(end - below_via));
    } else {
        to = mempcpy(to, road->lines, road->lines_len);
        to = copy_request(to, lines, end);
    }
    batch_add(&road->out, (size_t)(to - out), is_answer ? &road->caller : &road->callee);
    if (octets[0] == 'I')
        answer_100(road, lines, end);
}

static struct sockaddr_in loopback(const char *port)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    return at;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("usage: forward PORT CALLER-PORT CALLEE-PORT\n", stderr);
        return 2;
    }
    const struct sockaddr_in own = loopback(argv[1]);
    const int fd = batch_socket("127.0.0.1", ntohs(own.sin_port));
    struct road *road = calloc(1, sizeof *road);
    if (fd < 0 || road == NULL) {
        perror("forward");
        return 1;
    }
    road->caller = loopback(argv[2]);
    road->callee = loopback(argv[3]);
    road->lines_len = (size_t)snprintf(road->lines, sizeof road->lines,
                                       "Via: SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bKforward\r\n"
                                       "Record-Route: <sip:127.0.0.1:%u;lr>\r\n",
                                       ntohs(own.sin_port), ntohs(own.sin_port));
    batch_init(&road->in, fd);
    batch_init(&road->out, fd);
    while (batch_receive(&road->in) >= 0) {
        for (unsigned i = 0; i < road->in.count; i++)
            forward(road, road->in.octets[i], road->in.header[i].msg_len);
        batch_flush(&road->out);
    }
    perror("forward: receive");
    return 1;
}
