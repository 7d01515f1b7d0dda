/* SPDX-License-Identifier: Apache-2.0
 *
 * The floor: what the kernel alone costs. Answers each datagram on 127.0.0.1:PORT with a fixed 301
 * into which the request's lines from Via up to Contact are copied unread; a datagram that begins
 * with 'A' (ACK) is received and dropped. No parser, no table, no clock; one thread, in batches. A
 * redirect server cannot be cheaper, so its cost is told as a multiple of this one's.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"

static const char STATUS_LINE[] = "SIP/2.0 301 Moved Permanently\r\n";
static const char REST[] = "Contact: <sip:15550000000@new.example.net>\r\n"
                           "Server: floor\r\n"
                           "Content-Length: 0\r\n\r\n";

/* Writes the answer; 0 octets for what is no request with a Contact. */
static size_t answer(const char *request, size_t len, char out[DATAGRAM_MAX])
{
    const char *line_end = memchr(request, '\n', len);
    if (line_end == NULL)
        return 0;
    const char *lines = line_end + 1;
    const char *contact = memmem(lines, len - (size_t)(lines - request), "Contact:", 8);
    if (contact == NULL)
        return 0;
    const size_t lines_len = (size_t)(contact - lines);
    if (sizeof STATUS_LINE + lines_len + sizeof REST > DATAGRAM_MAX)
        return 0;
    char *to = mempcpy(out, STATUS_LINE, sizeof STATUS_LINE - 1);
    to = mempcpy(to, lines, lines_len);
    to = mempcpy(to, REST, sizeof REST - 1);
    return (size_t)(to - out);
}

static void answer_batch(const struct batch *in, struct batch *out)
{
    for (unsigned i = 0; i < in->count; i++) {
        if (in->octets[i][0] == 'A')
            continue;
        const size_t len = answer(in->octets[i], in->header[i].msg_len, batch_room(out));
        if (len > 0)
            batch_add(out, len, &in->peer[i]);
    }
    batch_flush(out);
}

int main(int argc, char **argv)
{
    const long port = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
    if (port < 1 || port > UINT16_MAX) {
        fputs("usage: floor PORT\n", stderr);
        return 2;
    }
    const int fd = batch_socket("127.0.0.1", (uint16_t)port);
    struct batch *in = malloc(sizeof *in);
    struct batch *out = malloc(sizeof *out);
    if (fd < 0 || in == NULL || out == NULL) {
        perror("floor");
        return 1;
    }
    batch_init(in, fd);
    batch_init(out, fd);
    while (batch_receive(in) >= 0)
        answer_batch(in, out);
    perror("floor: receive");
    return 1;
}
