/* SPDX-License-Identifier: Apache-2.0
 *
 * CPU time of processes from schedstat, whose first number is a thread's time on a processor in
 * nanoseconds; /proc/PID/stat would give it in hundredths of a second.
 */
#include "cpu.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>

enum {
    PATH_OCTETS = 320
};

static uint64_t thread_time_ns(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    uint64_t ns = 0;
    if (fscanf(file, "%" SCNu64, &ns) != 1)
        ns = 0;
    fclose(file);
    return ns;
}

static uint64_t process_time_ns(pid_t pid)
{
    char path[PATH_OCTETS];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    if (tasks == NULL)
        return 0;
    uint64_t sum_ns = 0;
    for (const struct dirent *task = readdir(tasks); task != NULL; task = readdir(tasks)) {
        if (task->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", (int)pid, task->d_name);
        sum_ns += thread_time_ns(path);
    }
    closedir(tasks);
    return sum_ns;
}

uint64_t cpu_time_ns(const pid_t *pids, int count)
{
    uint64_t sum_ns = 0;
    for (int i = 0; i < count; i++)
        sum_ns += process_time_ns(pids[i]);
    return sum_ns;
}
