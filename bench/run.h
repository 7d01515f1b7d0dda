/* SPDX-License-Identifier: Apache-2.0
 *
 * What the loads have in common: a request that is not answered within 500 ms is sent again,
 * doubled each time, and given up as lost after five tries (RFC 3261 §17.1.2.2 in short); a run is
 * warmed and then measured, and told as one line of JSON. The figure that holds on a noisy machine
 * is the CPU time that the measured processes used for one of what was done.
 */
#ifndef BENCH_RUN_H
#define BENCH_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "histogram.h"

enum {
    RUN_WINDOW_MAX = 65536, /* open at a time */
    RUN_WAIT_MS = 20,       /* for a datagram, before the clock is read again */
    RUN_STATUS_MAX = 700,
    RUN_PIDS_MAX = 64
};

/* How long, and whose CPU time counts. */
struct run_plan {
    double warm_s, measure_s;
    uint64_t count; /* measured until so many are done or lost; 0: for `measure_s` */
    int pid_count;
    pid_t pids[RUN_PIDS_MAX];
};

struct run {
    uint64_t done, lost, repeated;
    uint64_t late;                   /* answers to what had already ended */
    uint64_t status[RUN_STATUS_MAX]; /* of the answers that ended something */
    struct histogram waits;
    uint64_t looked_ns;
};

/* Of one that is open. */
struct run_try {
    uint64_t sent_ns;
    int count;
};

enum run_lateness {
    RUN_WAITS,
    RUN_IS_LATE, /* to be sent again */
    RUN_IS_LOST, /* another is to be begun in its place */
};

uint64_t run_now_ns(void);

/* Takes an option: --warm 'W', --seconds 's', --calls 'c', --pids 'P', by its letter. False: it is
 * none of these, or its value makes no sense. */
bool run_set_option(struct run_plan *plan, int letter, char *value);

/* One was ended by an answer. */
void run_note(struct run *run, int status, uint64_t wait_ns);

/* Whether it is time to look for late ones; then each that is open is looked at, and counted. */
bool run_looks(struct run *run, uint64_t now_ns);
enum run_lateness run_look(struct run *run, const struct run_try *open, uint64_t now_ns);

/* Turns until the plan is fulfilled, and prints the line. `turn` is the load's: what came in, what
 * is late, what goes out; it returns the time at its start, or 0 on an error. False: such an error,
 * with errno. */
typedef uint64_t run_turn(void *load);
bool run_measure(struct run *run, const struct run_plan *plan, run_turn *turn, void *load,
                 const char *mode);

#endif
