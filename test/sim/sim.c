/* SPDX-License-Identifier: Apache-2.0
 *
 * sim [FIRST [LAST]]: runs the worlds of the seeds FIRST to LAST and says which broke a rule; one
 * seed alone is shown datagram by datagram. Exit 0: none did.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "world.h"

static void add(struct sim_report *sum, const struct sim_report *report)
{
    sum->datagrams += report->datagrams;
    sum->calls += report->calls;
    sum->completed += report->completed;
    sum->refused += report->refused;
    sum->lost += report->lost;
    sum->redirects += report->redirects;
    sum->restarts += report->restarts;
    sum->cuts += report->cuts;
    sum->vanished += report->vanished;
    sum->refreshes += report->refreshes;
    sum->expired += report->expired;
    sum->moves += report->moves;
    if (report->branches_most > sum->branches_most)
        sum->branches_most = report->branches_most;
}

static void print(const struct sim_report *sum)
{
    printf(
        "%u calls: %u completed, %u refused, %u lost; %" PRIu64 " datagrams, %u redirects, "
        "%u refreshes, %u sessions expired, %u restarts, %u cuts, %u vanished, %u moves learned; "
        "at most %u INVITEs for one call\n",
        sum->calls, sum->completed, sum->refused, sum->lost, sum->datagrams, sum->redirects,
        sum->refreshes, sum->expired, sum->restarts, sum->cuts, sum->vanished, sum->moves,
        sum->branches_most);
}

int main(int argc, char **argv)
{
    const uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    const uint64_t last = argc > 2 ? strtoull(argv[2], NULL, 10) : first;
    struct sim_report sum = {.datagrams = 0};
    unsigned broken = 0;
    if (argc > 3 || first == 0 || last < first) {
        fputs("usage: sim [FIRST [LAST]]\n", stderr);
        return 2;
    }
    for (uint64_t seed = first; seed <= last; seed++) {
        struct sim_report report;
        sim_run(seed, first == last, &report);
        add(&sum, &report);
        if (report.complaint[0] == '\0')
            continue;
        broken++;
        printf("seed %" PRIu64 ": %s\n    once more: %s %" PRIu64 "\n", seed, report.complaint,
               argv[0], seed);
    }
    print(&sum);
    return broken == 0 ? 0 : 1;
}
