/* SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong in a call, in the manner of a linter: the rule that was broken, the message that
 * shows it, the values that were seen, what to change and whose change it is. The rules and their
 * texts are data/finding.tsv.
 */
#ifndef SP_TRACE_FINDING_H
#define SP_TRACE_FINDING_H

#include <stdint.h>

#include "signpost/base/table/finding.h"
#include "signpost/reference/code.h"
#include "trace/call.h"

enum sp_severity {
    SP_SEVERITY_NOTE,    /* worth knowing */
    SP_SEVERITY_WARNING, /* it will hurt some day, or an RFC's SHOULD is not followed */
    SP_SEVERITY_ERROR,   /* an RFC's MUST is broken, or a call failed for it */
    SP_SEVERITY_COUNT
};

enum sp_rule {
#define SP_RULE_ENUM(id, rule, severity, refs, codes, title, title_ko, seen, seen_ko, change,      \
                     change_ko)                                                                    \
    SP_RULE_##id,
    SP_FINDING_TABLE(SP_RULE_ENUM)
#undef SP_RULE_ENUM
    SP_RULE_COUNT
};

struct sp_rule_row {
    const char *name; /* "422-without-min-se" */
    enum sp_severity severity;
    const char *ref; /* "4028:6" */
    const char *title[SP_LANGUAGE_COUNT];
    const char *seen[SP_LANGUAGE_COUNT];   /* {1} to {3} are the values */
    const char *change[SP_LANGUAGE_COUNT]; /* what to change */
};

const struct sp_rule_row *sp_rule_row(enum sp_rule rule);

/* "error"; does not change with the language. */
const char *sp_severity_name(enum sp_severity severity);

enum {
    SP_FINDINGS_MAX = 64, /* of one call; more are counted */
    SP_FINDING_VALUES_MAX = 3,
    SP_FINDING_VALUE_MAX = 128, /* octets; the rest is cut */
};

struct sp_finding {
    enum sp_rule rule;
    const struct sp_trace_message *at; /* NULL: the call as a whole */
    struct sp_address who;             /* whose change it is; no family: nobody's in particular */
    struct sp_span agent;              /* what calls itself so there; absent when it does not */
    unsigned times; /* how often: the same again in the same call is one finding */
    unsigned value_count;
    size_t value_lens[SP_FINDING_VALUES_MAX];
    char values[SP_FINDING_VALUES_MAX][SP_FINDING_VALUE_MAX];
};

struct sp_findings {
    unsigned count;
    unsigned left_out;
    unsigned by_severity[SP_SEVERITY_COUNT];
    struct sp_finding rows[SP_FINDINGS_MAX];
};

/* What a rule is looked for in. */
struct sp_judgement {
    const struct sp_trace_call *call;
    int64_t end_ns; /* the last frame of the capture */
    struct sp_findings *findings;
};

/* Adds a finding about `at`, to be changed where `who` is. Answers it for its values; the answer is
 * never NULL: beyond the maximum it is a place that nobody reads. */
struct sp_finding *sp_finding_add(const struct sp_judgement *judgement, enum sp_rule rule,
                                  const struct sp_trace_message *at, const struct sp_address *who);

/* Adds a value to a finding, in the order of the texts. */
void sp_finding_number(struct sp_finding *finding, uint64_t value);
void sp_finding_text(struct sp_finding *finding, struct sp_span value);
void sp_finding_address(struct sp_finding *finding, const struct sp_address *value);
void sp_finding_seconds(struct sp_finding *finding, int64_t ns); /* "0.034", "32" */

/* The texts with their values. */
void sp_finding_write_seen(struct sp_writer *writer, const struct sp_finding *finding,
                           enum sp_language language);
void sp_finding_write_change(struct sp_writer *writer, const struct sp_finding *finding,
                             enum sp_language language);

/* "192.0.2.1:5060 (baresip)"; nothing when it is nobody's. */
void sp_finding_write_who(struct sp_writer *writer, const struct sp_finding *finding);

/* Makes one finding of those with the same rule, the same first value and the same address, and
 * puts them in the order of their messages. */
void sp_findings_merge(struct sp_findings *findings);

/* Looks for all rules in a call whose messages are related. */
void sp_trace_judge(const struct sp_judgement *judgement);

#endif
