/* SPDX-License-Identifier: Apache-2.0
 *
 * chain [FIRST [LAST [JOBS]]]: runs the schedules of the seeds FIRST to LAST, in as many processes
 * at a time, and says which broke a rule; one seed alone is shown datagram by datagram. Exit 0:
 * none did.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "chain.h"

enum {
    JOBS_MAX = 64,
    BROKEN_MAX = 20, /* after so many a job gives up */
};

/* What a job has come to. */
struct sum {
    uint64_t schedules, broken;
    uint64_t count[SIM_CHAIN_COUNTS];
};

static const char *const names[SIM_CHAIN_COUNTS] = {
    [SIM_CHAIN_DATAGRAMS] = "datagrams",
    [SIM_CHAIN_ANSWERED] = "calls answered",
    [SIM_CHAIN_SURVIVED] = "of them survived the rough part",
    [SIM_CHAIN_STRANGERS] = "had a stranger at one end",
    [SIM_CHAIN_REFUSED] = "422",
    [SIM_CHAIN_THRICE] = "calls began with three or more",
    [SIM_CHAIN_CROSSED] = "491",
    [SIM_CHAIN_REFRESHED] = "refreshes",
    [SIM_CHAIN_RESTARTED] = "restarts",
    [SIM_CHAIN_CUT] = "cuts",
    [SIM_CHAIN_EXPIRED] = "sessions expired in proxies",
};

static void add(struct sum *sum, const struct sum *more)
{
    sum->schedules += more->schedules;
    sum->broken += more->broken;
    for (size_t i = 0; i < SIM_CHAIN_COUNTS; i++)
        sum->count[i] += more->count[i];
}

/* Every JOBS-th seed from `first` on. */
static struct sum run(uint64_t first, uint64_t last, uint64_t jobs, bool prints)
{
    struct sim_chain *chain = sim_chain_new();
    struct sum sum = {0};
    for (uint64_t seed = first; seed <= last && sum.broken < BROKEN_MAX; seed += jobs) {
        struct sim_chain_report report;
        struct sum one = {.schedules = 1};
        sim_chain_run(chain, seed, prints, &report);
        for (size_t i = 0; i < SIM_CHAIN_COUNTS; i++)
            one.count[i] = report.count[i];
        if (report.complaint[0] != '\0') {
            one.broken = 1;
            printf("seed %" PRIu64 ": %s\n    once more: build/release/test/sim/chain %" PRIu64
                   "\n",
                   seed, report.complaint, seed);
            fflush(stdout);
        }
        add(&sum, &one);
    }
    sim_chain_free(&chain);
    return sum;
}

/* A job in a process of its own, which writes its sum into a pipe. */
static int begin_job(uint64_t first, uint64_t last, uint64_t jobs)
{
    int ends[2];
    SP_CHECK(pipe(ends) == 0);
    const pid_t child = fork();
    SP_CHECK(child >= 0);
    if (child > 0) {
        close(ends[1]);
        return ends[0];
    }
    const struct sum sum = run(first, last, jobs, false);
    SP_CHECK(write(ends[1], &sum, sizeof sum) == sizeof sum);
    exit(0);
}

/* A job that has crashed has no sum, and counts as broken. */
static struct sum end_job(int job)
{
    struct sum sum = {0};
    int status = 0;
    if (read(job, &sum, sizeof sum) != sizeof sum)
        sum = (struct sum){.broken = 1};
    close(job);
    wait(&status);
    return sum;
}

static struct sum run_jobs(uint64_t first, uint64_t last, uint64_t jobs)
{
    struct sum sum = {0};
    int reading[JOBS_MAX];
    if (jobs == 1)
        return run(first, last, 1, first == last);
    for (uint64_t i = 0; i < jobs; i++)
        reading[i] = begin_job(first + i, last, jobs);
    for (uint64_t i = 0; i < jobs; i++) {
        const struct sum one = end_job(reading[i]);
        add(&sum, &one);
    }
    return sum;
}

int main(int argc, char **argv)
{
    const uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    const uint64_t last = argc > 2 ? strtoull(argv[2], NULL, 10) : first;
    const uint64_t jobs = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    if (argc > 4 || first == 0 || last < first || jobs == 0 || jobs > JOBS_MAX) {
        fputs("usage: chain [FIRST [LAST [JOBS]]]\n", stderr);
        return 2;
    }
    const struct sum sum = run_jobs(first, last, jobs);
    printf("%" PRIu64 " schedules, %" PRIu64 " broke a rule", sum.schedules, sum.broken);
    for (size_t i = 0; i < SIM_CHAIN_COUNTS; i++)
        printf("; %" PRIu64 " %s", sum.count[i], names[i]);
    putchar('\n');
    return sum.broken == 0 ? 0 : 1;
}
