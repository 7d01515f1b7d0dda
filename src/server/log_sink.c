/* SPDX-License-Identifier: Apache-2.0
 *
 * One system call a line: lines of several threads never mix. When standard error takes no more,
 * the line is lost and the server goes on.
 */
#include "server/log_sink.h"

#include <stdio.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "net/clock.h"

void sp_log_to_stderr(void *context, enum sp_log_level level, struct sp_span line)
{
    (void)context; /* there is one standard error */
    (void)level;   /* the line has it in words */
    char stamp[40];
    struct tm parts;
    const struct sp_wall now = sp_clock_wall();
    const time_t seconds = (time_t)(now.unix_ms / 1000);
    if (gmtime_r(&seconds, &parts) == NULL)
        parts = (struct tm){.tm_mday = 1};
    size_t len = strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &parts);
    const int rest =
        snprintf(stamp + len, sizeof stamp - len, ".%03dZ ", (int)(now.unix_ms % 1000));
    len += (size_t)rest;
    const struct iovec pieces[] = {
        {stamp, len},
        {(void *)(uintptr_t)line.ptr, line.len},
        {(void *)(uintptr_t) "\n", 1},
    };
    if (writev(STDERR_FILENO, pieces, sizeof pieces / sizeof *pieces) < 0)
        return; /* there is nowhere to say so */
}
