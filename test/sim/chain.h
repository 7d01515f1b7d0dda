/* SPDX-License-Identifier: Apache-2.0
 *
 * One call with a session timer (RFC 4028) from its first INVITE to the end of all its timers, by a
 * schedule out of a seed:
 *
 *     caller --- proxy --- proxy --- proxy --- callee
 *
 * with none to three proxies, each of its own policy; agents of ours at the ends, or at one of them
 * a stranger; losses, delays, doubled datagrams, cuts, restarts of proxies; then a while in which
 * the network works; then an end: somebody hangs up, vanishes, or nothing arrives any more. What
 * must hold of each hop is in chain_watch.c, what must hold of the call in chain_end.c.
 */
#ifndef SP_TEST_SIM_CHAIN_H
#define SP_TEST_SIM_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

/* What a run came to, for a person who wants to know that something happened. */
enum sim_chain_count {
    SIM_CHAIN_DATAGRAMS,
    SIM_CHAIN_ANSWERED,  /* calls */
    SIM_CHAIN_SURVIVED,  /* of these, that lived on when the network worked again */
    SIM_CHAIN_STRANGERS, /* calls with one of another make */
    SIM_CHAIN_REFUSED,   /* 422, on any hop */
    SIM_CHAIN_THRICE,    /* calls that began with three or more of them */
    SIM_CHAIN_CROSSED,   /* 491 */
    SIM_CHAIN_REFRESHED, /* 2xx to requests in the dialog, at the end that asked */
    SIM_CHAIN_RESTARTED, /* proxies */
    SIM_CHAIN_CUT,
    SIM_CHAIN_EXPIRED, /* sessions, in proxies */
    SIM_CHAIN_COUNTS
};

struct sim_chain_report {
    char complaint[512]; /* "": all rules held */
    uint64_t count[SIM_CHAIN_COUNTS];
};

/* What runs share: configurations that have been read, and memory. */
struct sim_chain; /* opaque */
struct sim_chain *sim_chain_new(void);
void sim_chain_free(struct sim_chain **chain);

/* `prints`: every datagram goes to standard output. */
void sim_chain_run(struct sim_chain *chain, uint64_t seed, bool prints,
                   struct sim_chain_report *report);

#endif
