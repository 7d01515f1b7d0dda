/* SPDX-License-Identifier: Apache-2.0
 *
 * One run: a seed makes the weather, the calls, their session timers, the cuts, the restarts, and
 * who vanishes in the middle of it; the witness and the end of it all say whether a rule was
 * broken.
 *
 *     callers --- proxy --- redirector      301, 302, 300 and 404 out of its table
 *                   |  \--- rogue           whatever comes to its mind
 *                callees (one of them silent)
 */
#ifndef SP_TEST_SIM_WORLD_H
#define SP_TEST_SIM_WORLD_H

#include <stdbool.h>
#include <stdint.h>

/* What a run came to; figures for a person, who wants to know that something happened. */
struct sim_report {
    char complaint[512]; /* "": all rules held */
    uint64_t datagrams;
    unsigned calls, completed, refused, lost;
    unsigned redirects; /* 3xx that were sent, by anybody */
    unsigned restarts, cuts, vanished;
    unsigned refreshes;     /* that callers have made */
    unsigned expired;       /* sessions, in the proxy */
    unsigned branches_most; /* INVITEs of one call */
    unsigned moves;         /* that the proxy had learned at the end */
};

/* `prints`: every datagram goes to standard output. */
void sim_run(uint64_t seed, bool prints, struct sim_report *report);

#endif
