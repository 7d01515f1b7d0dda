/* SPDX-License-Identifier: Apache-2.0
 *
 * What the DNS has said, and what it is being asked: a bounded table of questions, each either
 * waiting for its answer or holding it until its time is over. Whoever wants an open question's
 * answer hangs a waiter on it. When the table is full, the answer that was not used for the longest
 * time gives way.
 */
#ifndef SP_SERVER_LOCATE_KNOWN_H
#define SP_SERVER_LOCATE_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/siphash.h"
#include "base/table.h"
#include "signpost/base/dns.h"
#include "signpost/base/err.h"
#include "signpost/base/time.h"

enum {
    SP_KNOWN_OCTETS = 2048,      /* names of one answer; records beyond are left out */
    SP_KNOWN_ABSENT_MAX_S = 300, /* what is not there is asked for again after this */
    SP_KNOWN_FAILED_S = 5,       /* what failed is not asked for again before this */
};

struct sp_known_question; /* below */

/* Hung on an open question; the waiter's memory is whoever waits. */
struct sp_known_waiter {
    struct sp_known_question *question; /* NULL: it hangs nowhere */
    struct sp_known_waiter *next, *prev;
};

enum sp_known_state {
    SP_KNOWN_FREE,
    SP_KNOWN_ASKED,
    SP_KNOWN_HELD,     /* answered, and its waiters are being told: it can't give way */
    SP_KNOWN_ANSWERED, /* until `until` */
};

struct sp_known_question {
    struct sp_table_entry entry;
    struct sp_known_question *next, *prev; /* by `until` when asked, by last use when answered */
    enum sp_known_state state;
    uint64_t number; /* of this question; never that of another one */
    sp_time until;
    struct sp_known_waiter *waiters; /* of SP_KNOWN_ASKED and SP_KNOWN_HELD */
    struct sp_dns_answer answer;
    union sp_dns_record records[SP_DNS_RECORDS_MAX];
    char text[SP_KNOWN_OCTETS];
    char key[1 + SP_DNS_NAME_MAX]; /* type and name */
};

struct sp_known; /* opaque */

/* Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_known_new(const struct sp_hash_key *key, size_t max,
                                     struct sp_known **known);
void sp_known_free(struct sp_known **known);

/* The question, asked or answered, that is not out of date; NULL when there is none. */
struct sp_known_question *sp_known_find(struct sp_known *known, enum sp_dns_type type,
                                        struct sp_span name, sp_time now);

/* A new open question, which sp_known_find did not have. Its answer is waited for until `until`,
 * which is not before that of any other. Errors: SP_ERR_FULL (all are open). */
SP_MUST_USE enum sp_err sp_known_open(struct sp_known *known, enum sp_dns_type type,
                                      struct sp_span name, sp_time until,
                                      struct sp_known_question **question);

/* The open question of a number; NULL when it is not open. */
struct sp_known_question *sp_known_of(struct sp_known *known, uint64_t number);

/* The open question that waits longest; NULL when none is open. */
struct sp_known_question *sp_known_oldest(const struct sp_known *known);

/* Copies the answer; the question is held. */
void sp_known_answer(struct sp_known *known, struct sp_known_question *question,
                     const struct sp_dns_answer *answer, sp_time now);

/* All waiters of a held question are told. */
void sp_known_release(struct sp_known *known, struct sp_known_question *question);

/* An open question that nobody waits for any more is gone. */
void sp_known_drop(struct sp_known *known, struct sp_known_question *question);

void sp_known_wait(struct sp_known_question *question, struct sp_known_waiter *waiter);
void sp_known_leave(struct sp_known_waiter *waiter); /* nothing when it hangs nowhere */

#endif
