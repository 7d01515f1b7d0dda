/* SPDX-License-Identifier: Apache-2.0
 *
 * The messages of one transaction of the load: the request, and the ACK that a final answer to an
 * INVITE must have (RFC 3261 §17.1.1.3). Both are written once; what changes from one transaction
 * to the next has a fixed width and is overwritten in place, because a generator that prints each
 * message would measure itself.
 */
#ifndef BENCH_EXCHANGE_H
#define BENCH_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FORM_MAX = 2048,   /* octets of a message */
    FORM_PLACES = 4,   /* places at most where the transaction's name stands */
    TXN_NAME_LEN = 16, /* hexadecimal digits: slot, then generation */
    NUMBER_LEN_MAX = 15
};

/* Who calls whom, the same for all transactions. */
struct exchange_plan {
    const char *method; /* "INVITE" or "OPTIONS" */
    const char *domain; /* host of the Request-URI */
    const char *prefix; /* of the number called */
    int digits;         /* that follow the prefix, chosen at random */
    const char *local;  /* address and port of the load, for Via and Contact */
    uint16_t local_port;
};

struct form {
    size_t len;
    int places;             /* of the transaction's name */
    int number_places;      /* of the digits */
    size_t at[FORM_PLACES]; /* in octets */
    size_t number_at[FORM_PLACES];
    char octets[FORM_MAX];
};

struct exchange {
    struct form request;
    struct form ack; /* without its To line and the empty line, which come from the answer */
};

/* What an answer says. */
struct answer {
    int status;
    uint32_t slot;
    uint32_t generation;
    const char *to; /* the To line with its line end, in the answer's own octets; NULL: none */
    size_t to_len;
};

/* Writes both forms. False when something does not fit. */
bool exchange_init(struct exchange *exchange, const struct exchange_plan *plan);

/* Makes it the transaction `slot`.`generation` to `number`, printed with the plan's `digits`. */
void exchange_name(struct exchange *exchange, uint32_t slot, uint32_t generation, uint64_t number,
                   int digits);

/* Writes the ACK to `answer` into `out` of `room` octets. Its length, or 0 when it does not fit. */
size_t exchange_ack(const struct exchange *exchange, const struct answer *answer, char *out,
                    size_t room);

/* Reads a status line and the branch that exchange_name put into the Via; false for what is not an
 * answer to this load. */
bool answer_read(const char *octets, size_t len, struct answer *answer);

#endif
