/* SPDX-License-Identifier: Apache-2.0
 *
 * torture_stream PORT STEP: sends the messages of RFC 4475 and RFC 5118 to a running server over
 * TCP, each on a connection of its own and in segments of STEP octets, and wants what the column
 * `stream` of test/torture/expect.tsv says. When a message is sent our half of the connection is
 * ended; the server answers what it is going to answer and ends the other half, so silence is seen
 * without waiting for it.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "signpost/sip/message.h"
#include "torture/torture.h"

enum {
    ANSWER_OCTETS = 65536,
    ARENA_OCTETS = 65536,
    WAIT_S = 10, /* for the end of a connection */
};

static int connect_to(const char *port)
{
    const struct timeval wait = {.tv_sec = WAIT_S};
    const int on = 1;
    const struct sockaddr_in server = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
        .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)},
    };
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&server, sizeof server) != 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) != 0) {
        perror("torture_stream");
        exit(1);
    }
    return fd;
}

/* What the server said until it ended the connection; absent when it did not. */
static struct sp_span ask(const char *port, const struct torture_case *torture, size_t step,
                          char answer[ANSWER_OCTETS])
{
    const int fd = connect_to(port);
    size_t len = 0;
    ssize_t got = 1;
    for (size_t at = 0; at < torture->len; at += step) {
        const size_t size = torture->len - at < step ? torture->len - at : step;
        if (send(fd, torture->octets + at, size, MSG_NOSIGNAL) != (ssize_t)size)
            break; /* it has refused what it has seen */
    }
    shutdown(fd, SHUT_WR);
    while (got > 0 && len < ANSWER_OCTETS) {
        got = recv(fd, answer + len, ANSWER_OCTETS - len, 0);
        len += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    return got == 0 ? sp_span(answer, len) : sp_span_absent();
}

static bool is_answerable(const struct torture_case *torture)
{
    static char memory[ARENA_OCTETS];
    struct sp_arena arena;
    struct sp_message message;
    struct sp_fault fault;
    sp_arena_init(&arena, memory, sizeof memory);
    sp_ignore(sp_message_parse(sp_span(torture->octets, torture->len), SP_FRAMING_DATAGRAM,
                               ANSWER_OCTETS, &arena, &message,
                               &fault)); /* its start line is enough */
    return message.is_request && message.method != SP_METHOD_ACK;
}

/* The answers in what the server said: how many, and the last one's status. */
static int count_answers(struct sp_span said, int *status)
{
    const struct sp_span version = SP_SPAN("SIP/2.0 ");
    int count = 0;
    while (said.len > version.len) {
        if (sp_span_has_prefix(said, version)) {
            count++;
            *status = (int)strtol(said.ptr + version.len, NULL, 10);
        }
        const size_t line = sp_span_find(said, '\n');
        said = sp_span_after(said, line + 1);
    }
    return count;
}

static bool is_as_wanted(const struct torture_case *torture, struct sp_span said)
{
    int status = 0;
    const int count = count_answers(said, &status);
    const int wanted = (int)strtol(torture->stream, NULL, 10);
    bool is_good = count == 0;
    if (strcmp(torture->stream, "two") == 0)
        is_good = count == 2;
    else if (strcmp(torture->stream, "ok") == 0 && is_answerable(torture))
        is_good = count == 1 && status >= 200;
    else if (wanted != 0)
        is_good = count == 1 && status == wanted;
    if (sp_span_is_absent(said))
        is_good = false;
    if (!is_good)
        printf("%s (%s): %d answers, the last %d, wanted %s%s\n", torture->name, torture->section,
               count, status, torture->stream, sp_span_is_absent(said) ? "; not ended" : "");
    return is_good;
}

int main(int argc, char **argv)
{
    static char answer[ANSWER_OCTETS];
    const size_t step = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (step == 0) {
        fputs("usage: torture_stream PORT STEP\n", stderr);
        return 2;
    }
    const struct torture_case *cases = torture_cases();
    int good = 0;
    for (int i = 0; i < TORTURE_MESSAGES; i++)
        good += is_as_wanted(&cases[i], ask(argv[1], &cases[i], step, answer));
    printf("%d of %d as the table says\n", good, TORTURE_MESSAGES);
    return good == TORTURE_MESSAGES ? 0 : 1;
}
