/* SPDX-License-Identifier: Apache-2.0
 *
 * garbage PORT COUNT [SEED]: sends COUNT datagrams that nobody should send: the torture messages
 * with octets changed, cut, doubled and mixed, and plain noise. After every 256 it asks whether the
 * server still answers, which also keeps the socket from overflowing, so that all of them are read.
 * Prints the seed, with which a run can be had again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "live/live.h"
#include "torture/torture.h"

enum {
    ROUND = 256,
    EDITS_MAX = 8
};

struct garbage {
    uint64_t random;
    size_t len;
    char octets[2 * TORTURE_OCTETS_MAX];
};

/* SplitMix64. */
static uint64_t next_random(struct garbage *garbage)
{
    uint64_t mixed = garbage->random += 0x9e3779b97f4a7c15U;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31);
}

static size_t below(struct garbage *garbage, size_t limit)
{
    return limit == 0 ? 0 : (size_t)(next_random(garbage) % limit);
}

static char odd_octet(struct garbage *garbage)
{
    static const char liked[] = "\0\r\n\t :;,<>\"\\%@[]()=?*/.0A\x7f\x80\xff";
    if (below(garbage, 4) == 0)
        return (char)next_random(garbage);
    return liked[below(garbage, sizeof liked - 1)];
}

static void change_octet(struct garbage *garbage)
{
    garbage->octets[below(garbage, garbage->len)] = odd_octet(garbage);
}

static void cut_out(struct garbage *garbage)
{
    const size_t from = below(garbage, garbage->len);
    const size_t len = below(garbage, garbage->len - from);
    memmove(garbage->octets + from, garbage->octets + from + len, garbage->len - from - len);
    garbage->len -= len;
}

static void repeat_piece(struct garbage *garbage)
{
    const size_t from = below(garbage, garbage->len);
    size_t len = below(garbage, garbage->len - from);
    if (garbage->len + len > sizeof garbage->octets)
        len = sizeof garbage->octets - garbage->len;
    memmove(garbage->octets + from + len, garbage->octets + from, garbage->len - from);
    garbage->len += len;
}

/* The start of one message and the end of another. */
static void cross(struct garbage *garbage, const struct torture_case *other)
{
    const size_t at = below(garbage, garbage->len);
    const size_t from = below(garbage, other->len);
    memcpy(garbage->octets + at, other->octets + from, other->len - from);
    garbage->len = at + other->len - from;
}

static void edit(struct garbage *garbage, const struct torture_case *cases)
{
    if (garbage->len == 0)
        return;
    switch (below(garbage, 8)) {
    case 0:
        cut_out(garbage);
        break;
    case 1:
        repeat_piece(garbage);
        break;
    case 2:
        if (garbage->len <= TORTURE_OCTETS_MAX)
            cross(garbage, &cases[below(garbage, TORTURE_MESSAGES)]);
        break;
    case 3:
        garbage->len = below(garbage, garbage->len);
        break;
    default:
        change_octet(garbage);
        break;
    }
}

static void make(struct garbage *garbage, const struct torture_case *cases)
{
    if (below(garbage, 16) == 0) {
        garbage->len = below(garbage, TORTURE_OCTETS_MAX);
        for (size_t i = 0; i < garbage->len; i++)
            garbage->octets[i] = odd_octet(garbage);
        return;
    }
    const struct torture_case *from = &cases[below(garbage, TORTURE_MESSAGES)];
    memcpy(garbage->octets, from->octets, from->len);
    garbage->len = from->len;
    for (size_t edits = 1 + below(garbage, EDITS_MAX); edits > 0; edits--)
        edit(garbage, cases);
}

static bool send_all(struct live *live, struct garbage *garbage, unsigned long count, int fd)
{
    const struct torture_case *cases = torture_cases();
    for (unsigned long i = 1; i <= count; i++) {
        make(garbage, cases);
        if (!live_send(live, fd, garbage->octets, garbage->len)) {
            perror("garbage: send");
            return false;
        }
        if ((i % ROUND == 0 || i == count) && !live_probe(live)) {
            printf("no answer any more within the %d before number %lu\n", ROUND, i);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    static struct garbage garbage;
    struct live live;
    const int fd = live_socket(0);
    if (argc < 3 || argc > 4 || fd < 0 || !live_open(&live, argv[1])) {
        fputs("usage: garbage PORT COUNT [SEED]\n", stderr);
        return 2;
    }
    const unsigned long count = strtoul(argv[2], NULL, 10);
    garbage.random = argc == 4 ? strtoull(argv[3], NULL, 10) : (uint64_t)time(NULL);
    printf("seed %" PRIu64 "\n", garbage.random);
    return send_all(&live, &garbage, count, fd) ? 0 : 1;
}
