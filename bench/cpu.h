/* SPDX-License-Identifier: Apache-2.0
 *
 * What processes have used of the processor: user and system time, all threads, in nanoseconds.
 */
#ifndef BENCH_CPU_H
#define BENCH_CPU_H

#include <stdint.h>
#include <sys/types.h>

/* Sums /proc/PID/task/TID/schedstat over `count` processes. One that has gone counts as 0. */
uint64_t cpu_time_ns(const pid_t *pids, int count);

#endif
