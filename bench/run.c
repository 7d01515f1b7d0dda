/* SPDX-License-Identifier: Apache-2.0
 *
 * A load's run, from its warming to its line of JSON.
 */
#include "run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cpu.h"

enum {
    TRIES_MAX = 5
};

static const uint64_t SECOND_NS = 1000000000;
static const uint64_t T1_NS = 500000000;  /* RFC 3261 §17.1.1.1 */
static const uint64_t LOOK_NS = 50000000; /* how often the window is looked through */

uint64_t run_now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail with this clock */
    return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

static void read_pids(char *list, struct run_plan *plan)
{
    char *rest = NULL;
    for (char *pid = strtok_r(list, ", ", &rest); pid != NULL && plan->pid_count < RUN_PIDS_MAX;
         pid = strtok_r(NULL, ", ", &rest))
        plan->pids[plan->pid_count++] = (pid_t)strtol(pid, NULL, 10);
}

bool run_set_option(struct run_plan *plan, int letter, char *value)
{
    switch (letter) {
    case 'W':
        plan->warm_s = strtod(value, NULL);
        return plan->warm_s >= 0;
    case 's':
        plan->measure_s = strtod(value, NULL);
        return plan->measure_s > 0;
    case 'c':
        plan->count = strtoull(value, NULL, 10);
        return true;
    case 'P':
        read_pids(value, plan);
        return true;
    default:
        return false;
    }
}

void run_note(struct run *run, int status, uint64_t wait_ns)
{
    run->done++;
    run->status[status]++;
    histogram_add(&run->waits, wait_ns);
}

bool run_looks(struct run *run, uint64_t now_ns)
{
    if (now_ns - run->looked_ns < LOOK_NS)
        return false;
    run->looked_ns = now_ns;
    return true;
}

enum run_lateness run_look(struct run *run, const struct run_try *open, uint64_t now_ns)
{
    if (now_ns - open->sent_ns < T1_NS << (open->count - 1))
        return RUN_WAITS;
    const bool is_lost = open->count >= TRIES_MAX;
    *(is_lost ? &run->lost : &run->repeated) += 1;
    return is_lost ? RUN_IS_LOST : RUN_IS_LATE;
}

/* For `seconds`, or until `count` have ended; how long it was, or 0 on an error. */
static uint64_t turn_for(const struct run *run, double seconds, uint64_t count, run_turn *turn,
                         void *load)
{
    const uint64_t from = run_now_ns();
    const uint64_t wanted = (uint64_t)(seconds * (double)SECOND_NS);
    for (;;) {
        const uint64_t now = turn(load);
        if (now == 0)
            return 0;
        if (count != 0 ? run->done + run->lost >= count : now - from >= wanted)
            return now - from;
    }
}

static double share_us(const struct run *run, double share)
{
    return (double)histogram_share_ns(&run->waits, share) / 1e3;
}

static void report(const struct run *run, const char *mode, uint64_t ran_ns, uint64_t cpu_ns)
{
    const double done = run->done > 0 ? (double)run->done : 1;
    const char *comma = "";
    printf("{\"mode\":\"%s\",\"done\":%" PRIu64 ",\"seconds\":%.2f,\"rate\":%.0f,"
           "\"cpu_us\":%.3f,\"cpu_share\":%.3f",
           mode, run->done, (double)ran_ns / 1e9, (double)run->done * 1e9 / (double)ran_ns,
           (double)cpu_ns / 1e3 / done, (double)cpu_ns / (double)ran_ns);
    printf(",\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f", share_us(run, 0.5),
           share_us(run, 0.99), share_us(run, 0.999), (double)run->waits.max_ns / 1e3);
    printf(",\"repeated\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"late\":%" PRIu64 ",\"status\":{",
           run->repeated, run->lost, run->late);
    for (int status = 0; status < RUN_STATUS_MAX; status++) {
        if (run->status[status] == 0)
            continue;
        printf("%s\"%d\":%" PRIu64, comma, status, run->status[status]);
        comma = ",";
    }
    puts("}}");
}

bool run_measure(struct run *run, const struct run_plan *plan, run_turn *turn, void *load,
                 const char *mode)
{
    if (turn_for(run, plan->warm_s, 0, turn, load) == 0)
        return false;
    memset(run, 0, sizeof *run);
    const uint64_t cpu_before_ns = cpu_time_ns(plan->pids, plan->pid_count);
    const uint64_t ran_ns = turn_for(run, plan->measure_s, plan->count, turn, load);
    if (ran_ns == 0)
        return false;
    report(run, mode, ran_ns, cpu_time_ns(plan->pids, plan->pid_count) - cpu_before_ns);
    return true;
}
