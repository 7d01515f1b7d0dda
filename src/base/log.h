/* SPDX-License-Identifier: Apache-2.0
 *
 * One event, one line: "level event key=value ...". The log has a sink and a level that are handed
 * in from above and knows neither file nor configuration. A value is escaped, and cut at 512 octets
 * as written; a line is cut at its buffer's end; "..." stands for what was cut. An event is written
 * ten times a second at most; what was left out is counted and told when the second is over.
 */
#ifndef SP_BASE_LOG_H
#define SP_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"

enum sp_log_level {
    SP_LOG_ERROR,
    SP_LOG_WARNING,
    SP_LOG_INFO,
    SP_LOG_DEBUG,
};

/* Takes one whole line without its end. Called from the thread that logs; must not log. */
typedef void sp_log_sink(void *context, enum sp_log_level level, struct sp_span line);

struct sp_log {
    enum sp_log_level level;
    sp_log_sink *sink;
    void *context;
    sp_time second; /* which second the counts below are for */
    struct {
        const char *event; /* identity of the literal; NULL: free */
        enum sp_log_level level;
        uint32_t count; /* in this second */
    } rate[32];         /* the last one is for all events beyond 31 kinds in a second */
};

/* A line under construction; lives on the stack, writes at sp_log_end. */
struct sp_log_line {
    struct sp_log *log; /* NULL: not to be written, all calls do nothing */
    enum sp_log_level level;
    bool is_cut;
    char text[1024];
    size_t len;
};

void sp_log_init(struct sp_log *log, enum sp_log_level level, sp_log_sink *sink, void *context);

static inline bool sp_log_wants(const struct sp_log *log, enum sp_log_level level)
{
    return level <= log->level;
}

/* Starts a line for `event`, a literal such as "request-refused"; `now` is for the rate limit. */
void sp_log_begin(struct sp_log_line *line, struct sp_log *log, enum sp_log_level level,
                  const char *event, sp_time now);
void sp_log_span(struct sp_log_line *line, const char *key,
                 struct sp_span value); /* quoted when it needs to be */
void sp_log_text(struct sp_log_line *line, const char *key, const char *value);
void sp_log_number(struct sp_log_line *line, const char *key, int64_t value);
void sp_log_address(struct sp_log_line *line, const char *key, const struct sp_address *value);
void sp_log_end(struct sp_log_line *line);

/* Tells what was left out of a second that is over. sp_log_begin does it too; whoever holds the log
 * calls this now and then, so that the count of the last burst is told in silence as well. */
void sp_log_settle(struct sp_log *log, sp_time now);

#endif
