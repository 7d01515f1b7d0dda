/* SPDX-License-Identifier: Apache-2.0
 *
 * The messages of a call, INVITE 180 200 ACK BYE 200, for a load that plays both of its ends. The
 * name of a call, sixteen hexadecimal digits, stands in its branches, tags and Call-ID, so that
 * every message says which call it is of.
 */
#ifndef BENCH_DIALOGUE_H
#define BENCH_DIALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ROUTE_MAX = 512, /* octets of the recorded routes of a call */
    TAG_MAX = 64,
};

/* Where both ends are, the same for all calls. */
struct dialogue_plan {
    const char *domain; /* host of the Request-URI */
    const char *prefix; /* of the number called */
    int digits;         /* that follow the prefix */
    uint16_t caller_port, callee_port;
};

/* What the caller has learned from the 200. */
struct dialogue {
    uint64_t name;
    uint64_t number;
    char route[ROUTE_MAX]; /* as a Route field has it; empty: none */
    char tag[TAG_MAX];     /* the callee's */
};

enum dialogue_kind {
    DIALOGUE_OTHER,
    DIALOGUE_INVITE,
    DIALOGUE_ACK,
    DIALOGUE_BYE,
    DIALOGUE_ANSWER,
};

/* A message that was read. */
struct dialogue_message {
    enum dialogue_kind kind;
    int status; /* of an answer */
    bool is_of_bye;
    uint64_t name;
    const char *octets;
    size_t len;
};

/* Each writes into DATAGRAM_MAX octets and returns how many. */
size_t dialogue_invite(const struct dialogue_plan *plan, const struct dialogue *call, char *out);
size_t dialogue_ack(const struct dialogue_plan *plan, const struct dialogue *call, char *out);
size_t dialogue_bye(const struct dialogue_plan *plan, const struct dialogue *call, char *out);

/* The callee's answers: 180 and 200 to an INVITE, 200 to a BYE. 0: the request does not fit. */
size_t dialogue_answer(const struct dialogue_plan *plan, const struct dialogue_message *request,
                       int status, char *out);

/* False: it is of no call of ours. */
bool dialogue_read(const char *octets, size_t len, struct dialogue_message *message);

/* Takes tag and recorded routes out of a 200. False: it has no tag, or they do not fit. */
bool dialogue_learn(const struct dialogue_message *answer, struct dialogue *call);

#endif
