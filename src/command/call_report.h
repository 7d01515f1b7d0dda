/* SPDX-License-Identifier: Apache-2.0
 *
 * What a test call shows: a ladder while it goes on, or one JSON object when it is over.
 */
#ifndef SP_COMMAND_CALL_REPORT_H
#define SP_COMMAND_CALL_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "base/ladder.h"
#include "signpost/agent/action.h"
#include "signpost/agent/call.h"
#include "signpost/base/time.h"

struct sp_call_report {
    FILE *out;
    bool is_json;
    bool has_begun; /* `begun` is set */
    sp_time begun;  /* the time of the first line */
    struct sp_ladder ladder;
    json_t *trace, *remembered; /* of JSON; NULL otherwise */
};

/* Starts a report on `out`; `self` is the name of the first lane. */
void sp_call_report_init(struct sp_call_report *report, FILE *out, bool is_json, bool is_ascii,
                         const char *self);
void sp_call_report_fini(struct sp_call_report *report);

/* A line of the ladder, from an SP_AGENT_TRACE. */
void sp_call_report_trace(struct sp_call_report *report, const struct sp_agent_action *action,
                          sp_time now);

/* What was done about an SP_AGENT_REMEMBER or SP_AGENT_FORGET: kept says where, NULL: nowhere. */
void sp_call_report_moved(struct sp_call_report *report, const struct sp_agent_action *action,
                          const char *kept);

/* The end: a sentence, or the whole object. `dialed` is what was called. */
void sp_call_report_result(struct sp_call_report *report, const char *dialed,
                           const struct sp_call_result *result);

#endif
