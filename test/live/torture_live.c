/* SPDX-License-Identifier: Apache-2.0
 *
 * torture_live PORT: sends the messages of RFC 4475 and RFC 5118 to a running server and wants what
 * test/torture/expect.tsv says: the status named there; silence for "drop", for an ACK and for a
 * response; for a sound request some final answer. Whatever came, the server must still be there.
 *
 * The answer comes to the port that the top Via names (RFC 3261 §18.2.2), so each message is sent
 * from there; a network namespace of one's own makes all of them free.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "live/live.h"
#include "signpost/sip/message.h"
#include "torture/torture.h"

enum {
    ARENA_OCTETS = 65536,
    SIP_PORT = 5060
};

/* What the server is to do with a message. */
struct wanted {
    uint16_t port; /* where it is sent from */
    int status;    /* 0: silence; -1: any final answer */
};

static struct wanted wanted_of(const struct torture_case *torture)
{
    static char memory[ARENA_OCTETS];
    struct sp_arena arena;
    struct sp_message message;
    struct sp_fault fault;
    const struct sp_via *via = NULL;
    sp_arena_init(&arena, memory, sizeof memory);
    const enum sp_err err =
        sp_message_parse((struct sp_span){torture->octets, torture->len}, SP_FRAMING_DATAGRAM,
                         LIVE_OCTETS_MAX, &arena, &message, &fault);
    struct wanted wanted = {.port = SIP_PORT, .status = (int)strtol(torture->datagram, NULL, 10)};
    if ((err == SP_OK || fault.status != 0) && sp_message_via(&message, &via) == SP_OK &&
        via->port != 0)
        wanted.port = via->port;
    if (strcmp(torture->datagram, "ok") == 0)
        wanted.status = message.is_request && message.method != SP_METHOD_ACK ? -1 : 0;
    return wanted;
}

static bool is_as_wanted(const struct torture_case *torture, int wanted, int got)
{
    if (wanted < 0 ? got >= 200 : got == wanted)
        return true;
    printf("%s (%s): answered %d, wanted %d\n", torture->name, torture->section, got, wanted);
    return false;
}

/* False when the test itself cannot go on. */
static bool try_message(struct live *live, const struct torture_case *torture, int *good)
{
    const struct wanted wanted = wanted_of(torture);
    const int fd = live_socket(wanted.port);
    if (fd < 0) {
        printf("%s: port %u: %s\n", torture->name, (unsigned)wanted.port, strerror(errno));
        return false;
    }
    const bool is_there = live_send(live, fd, torture->octets, torture->len) && live_probe(live);
    if (!is_there)
        printf("%s (%s): the server does not answer any more\n", torture->name, torture->section);
    else if (is_as_wanted(torture, wanted.status, live_status(fd)))
        ++*good;
    close(fd);
    return is_there;
}

int main(int argc, char **argv)
{
    struct live live;
    if (argc != 2 || !live_open(&live, argv[1])) {
        fputs("usage: torture_live PORT\n", stderr);
        return 2;
    }
    const struct torture_case *cases = torture_cases();
    int good = 0;
    for (int i = 0; i < TORTURE_MESSAGES; i++) {
        if (!try_message(&live, &cases[i], &good))
            break;
    }
    printf("%d of %d as the table says\n", good, TORTURE_MESSAGES);
    return good == TORTURE_MESSAGES ? 0 : 1;
}
