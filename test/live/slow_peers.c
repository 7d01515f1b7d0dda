/* SPDX-License-Identifier: Apache-2.0
 *
 * slow_peers PORT COUNT SECONDS: what connections that hold a server up cost the others. From
 * 127.0.0.1 COUNT connections are opened, of which a quarter each says nothing, half a header and
 * nothing more, an octet a second, or requests without reading an answer. For SECONDS, 127.0.0.2
 * asks over UDP and over a new TCP connection each time, and measures how long an answer takes.
 * Before that, 200 connections have sent 1 to 200 requests each and have been reset.
 *
 * Prints how many connections of each kind were kept, when the first and the last of them ended,
 * and how the others fared: lost, median, 99th percentile and maximum in milliseconds. Fails when
 * somebody of the others was lost.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    COUNT_MAX = 20000,
    ASKS_MAX = 20000,
    ASK_EVERY_MS = 50,
    ANSWER_WAIT_MS = 2000,
    RESETS = 200,
};

enum kind {
    SILENT,
    HALF,
    TRICKLE,
    DEAF,
    KINDS
};

static const char *const kind_names[KINDS] = {"silent", "half a header", "an octet a second",
                                              "never reads"};

struct connection {
    int fd; /* -1: ended */
    enum kind kind;
    size_t sent;
    double ended_s;
};

struct fares {
    double ms[ASKS_MAX];
    size_t count, lost;
};

static struct connection connections[COUNT_MAX];
static struct sockaddr_in server;
static double started;

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct sockaddr_in host(uint8_t last)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_addr = {.s_addr = htonl(0x7f000000U | last)}};
}

static int request(char *text, size_t max, const char *transport, unsigned port, unsigned n)
{
    return snprintf(text, max,
                    "OPTIONS sip:127.0.0.1:%u SIP/2.0\r\n"
                    "Via: SIP/2.0/%s 127.0.0.2:%u;branch=z9hG4bK%u;rport\r\n"
                    "From: <sip:a@example.net>;tag=1\r\nTo: <sip:b@example.com>\r\n"
                    "Call-ID: %u@example.net\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
                    (unsigned)ntohs(server.sin_port), transport, port, n, n);
}

static int open_socket(int type, uint8_t from)
{
    const struct sockaddr_in own = host(from);
    const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&own, sizeof own) != 0 ||
        connect(fd, (const struct sockaddr *)&server, sizeof server) != 0) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    return fd;
}

static bool is_answered(int fd)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    char answer[4096];
    return poll(&poll_fd, 1, ANSWER_WAIT_MS) == 1 && recv(fd, answer, sizeof answer, 0) > 12 &&
           memcmp(answer, "SIP/2.0 200", 11) == 0;
}

/* One request of the others. */
static void ask(struct fares *fares, int type, unsigned n)
{
    char text[1024];
    const double from = now_s();
    const int fd = open_socket(type, 2);
    struct sockaddr_in own = {0};
    socklen_t own_len = sizeof own;
    bool is_good = fd >= 0 && getsockname(fd, (struct sockaddr *)&own, &own_len) == 0;
    if (is_good) {
        const int len =
            request(text, sizeof text, type == SOCK_DGRAM ? "UDP" : "TCP", ntohs(own.sin_port), n);
        is_good = send(fd, text, (size_t)len, MSG_NOSIGNAL) == len && is_answered(fd);
    }
    if (fd >= 0)
        close(fd);
    if (is_good && fares->count < ASKS_MAX)
        fares->ms[fares->count++] = (now_s() - from) * 1e3;
    else
        fares->lost++;
}

/* Requests whose answers find nobody. */
static void reset_many(void)
{
    const struct linger at_once = {.l_onoff = 1};
    for (unsigned requests = 1; requests <= RESETS; requests++) {
        const int fd = open_socket(SOCK_STREAM, 3);
        char text[1024];
        if (fd < 0)
            continue;
        for (unsigned i = 0; i < requests; i++) {
            const int len = request(text, sizeof text, "TCP", 5060, i);
            (void)send(fd, text, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT);
        }
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(fd);
    }
}

static void open_all(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct connection *made = &connections[i];
        *made = (struct connection){.fd = open_socket(SOCK_STREAM, 1), .kind = i % KINDS};
        if (made->fd >= 0)
            (void)fcntl(made->fd, F_SETFL, O_NONBLOCK);
    }
}

/* Says what a connection of its kind says in this round of a second. */
static void say(struct connection *connection)
{
    static const char header[] = "OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nFrom: <";
    char text[1024];
    switch (connection->kind) {
    case HALF:
        if (connection->sent++ == 0)
            (void)send(connection->fd, header, sizeof header - 1, MSG_NOSIGNAL);
        break;
    case TRICKLE:
        (void)send(connection->fd, &header[connection->sent++ % (sizeof header - 1)], 1,
                   MSG_NOSIGNAL);
        break;
    case DEAF:
        for (int i = 0; i < 200; i++) {
            const int len = request(text, sizeof text, "TCP", 5060, (unsigned)i);
            if (send(connection->fd, text, (size_t)len, MSG_NOSIGNAL) != len)
                break;
        }
        break;
    case SILENT:
    case KINDS:
        break;
    }
}

/* Notes whose connection the server has ended; nothing is read from who never reads. */
static void look(struct connection *connection)
{
    struct pollfd poll_fd = {.fd = connection->fd, .events = POLLRDHUP};
    char octet;
    if (poll(&poll_fd, 1, 0) == 0)
        return;
    if (connection->kind != DEAF && recv(connection->fd, &octet, 1, MSG_PEEK) > 0)
        return;
    connection->ended_s = now_s() - started;
    close(connection->fd);
    connection->fd = -1;
}

/* A round of a second. */
static void go_on(struct connection *connection)
{
    if (connection->fd >= 0)
        look(connection);
    if (connection->fd >= 0)
        say(connection);
}

static int by_size(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

static void print_fares(const char *what, struct fares *fares)
{
    qsort(fares->ms, fares->count, sizeof *fares->ms, by_size);
    const double *ms = fares->ms;
    const size_t n = fares->count;
    printf("%-28s %5zu asked, %zu lost, ms: median %.2f, 99 %% %.2f, max %.2f\n", what,
           n + fares->lost, fares->lost, n > 0 ? ms[n / 2] : 0, n > 0 ? ms[n * 99 / 100] : 0,
           n > 0 ? ms[n - 1] : 0);
}

static void print_kind(enum kind kind, size_t count)
{
    size_t opened = 0, refused = 0, left = 0;
    double first = 0, last = 0;
    for (size_t i = 0; i < count; i++) {
        const struct connection *connection = &connections[i];
        if (connection->kind != kind)
            continue;
        opened++;
        left += connection->fd >= 0;
        if (connection->fd >= 0)
            continue;
        if (connection->ended_s < 2) { /* before anything could have been said */
            refused++;
            continue;
        }
        if (first == 0 || connection->ended_s < first)
            first = connection->ended_s;
        if (connection->ended_s > last)
            last = connection->ended_s;
    }
    printf("%-28s %5zu opened, %zu refused, %zu left, ended after %.1f to %.1f s\n",
           kind_names[kind], opened, refused, left, first, last);
}

int main(int argc, char **argv)
{
    static struct fares udp, tcp;
    struct rlimit limit;
    if (argc != 4) {
        fputs("usage: slow_peers PORT COUNT SECONDS\n", stderr);
        return 2;
    }
    const size_t wanted = strtoul(argv[2], NULL, 10);
    const size_t count = wanted < COUNT_MAX ? wanted : COUNT_MAX;
    const double seconds = strtod(argv[3], NULL);
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    server = host(1);
    server.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
    reset_many();
    started = now_s();
    open_all(count);
    double round = started;
    unsigned n = 0;
    while (now_s() < started + seconds) {
        ask(&udp, SOCK_DGRAM, n++);
        ask(&tcp, SOCK_STREAM, n++);
        if (now_s() >= round) {
            for (size_t i = 0; i < count; i++)
                go_on(&connections[i]);
            round += 1;
        }
        poll(NULL, 0, ASK_EVERY_MS);
    }
    for (enum kind kind = 0; kind < KINDS; kind++)
        print_kind(kind, count);
    print_fares("others over UDP", &udp);
    print_fares("others over new TCP", &tcp);
    return udp.lost + tcp.lost == 0 && udp.count > 0 && tcp.count > 0 ? 0 : 1;
}
