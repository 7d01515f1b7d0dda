/* SPDX-License-Identifier: Apache-2.0
 *
 * One system call a line: lines of several threads never mix. A line is shorter than PIPE_BUF, so a
 * pipe that says it has room takes it whole and at once.
 */
#include "server/log_sink.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "net/clock.h"

enum sp_err sp_log_stderr_init(struct sp_log_stderr *out)
{
    out->lost = 0;
    return pthread_mutex_init(&out->mutex, NULL) == 0 ? SP_OK : SP_ERR_MEMORY;
}

void sp_log_stderr_fini(struct sp_log_stderr *out)
{
    (void)pthread_mutex_destroy(&out->mutex); /* nobody holds it any more */
}

static size_t write_stamp(char *stamp, size_t max)
{
    struct tm parts;
    const struct sp_wall now = sp_clock_wall();
    const time_t seconds = (time_t)(now.unix_ms / 1000);
    if (gmtime_r(&seconds, &parts) == NULL)
        parts = (struct tm){.tm_mday = 1};
    const size_t len = strftime(stamp, max, "%Y-%m-%dT%H:%M:%S", &parts);
    return len + (size_t)snprintf(stamp + len, max - len, ".%03dZ ", (int)(now.unix_ms % 1000));
}

static bool has_room(void)
{
    struct pollfd end = {.fd = STDERR_FILENO, .events = POLLOUT};
    return poll(&end, 1, 0) == 1 && (end.revents & POLLOUT) != 0;
}

void sp_log_to_stderr(void *context, enum sp_log_level level, struct sp_span line)
{
    (void)level; /* the line has it in words */
    struct sp_log_stderr *out = context;
    char stamp[40];
    char tail[48] = "\n";
    const size_t stamp_len = write_stamp(stamp, sizeof stamp);
    pthread_mutex_lock(&out->mutex);
    if (out->lost > 0)
        (void)snprintf(tail, sizeof tail, " lines-lost-before=%" PRIu64 "\n", out->lost); /* fits */
    const struct iovec pieces[] = {
        {stamp, stamp_len},
        {(void *)(uintptr_t)line.ptr, line.len},
        {tail, strlen(tail)},
    };
    if (has_room() && writev(STDERR_FILENO, pieces, sizeof pieces / sizeof *pieces) >= 0)
        out->lost = 0;
    else
        out->lost++;
    pthread_mutex_unlock(&out->mutex);
}
